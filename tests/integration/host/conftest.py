"""Guests for tests."""

from collections.abc import Iterator

import pytest
from guest_factory import Maker

from mediadesk.host.isolate.shared import Shared


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maker]:
    shared = Shared()
    made = Maker(shared, tmp_path_factory.mktemp("guests"))
    yield made
    made.close()
    shared.close()
