"""Two devices that share a folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sharing import Device


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Device, Device]]:
    (tmp_path / "shared").mkdir()
    made = [Device(tmp_path / name, tmp_path / "shared") for name in ("first", "second")]
    yield made[0], made[1]
    for each in made:
        each.store.close()
