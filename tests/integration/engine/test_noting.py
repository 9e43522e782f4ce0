"""What a person does is noted only as it can have been."""

from __future__ import annotations

import pytest

from mediadesk.api import UserError
from mediadesk.engine.engine import Engine


@pytest.mark.parametrize("at", [-1e15, -1.0, 5e9, float("nan"), float("inf")])
def test_nothing_is_noted_of_a_time_that_cannot_be(ready: Engine, at: float) -> None:
    item = ready.ids()[0]
    with pytest.raises(UserError, match="of the years 1970 to 2099"):
        ready.event(item, "finished", at=at)
    assert not ready.views([item])[0].finished
