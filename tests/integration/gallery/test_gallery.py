"""The gallery of hostile plugins: each does its worst, and everything else goes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from integration.gallery.crashes import CRASHES
from integration.gallery.escapes import ESCAPES
from integration.gallery.exhibit import Exhibit
from integration.gallery.lies import LIES
from integration.gallery.manners import MANNERS
from integration.gallery.museum import Museum, opened
from integration.gallery.packages import PACKAGES

from mediadesk.host.isolate.sandbox import available

EXHIBITS = [*CRASHES, *ESCAPES, *LIES, *MANNERS, *PACKAGES]


@pytest.fixture(scope="module")
def museum(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Museum]:
    with opened(tmp_path_factory.mktemp("museum"), tmp_path_factory.getbasetemp()) as made:
        yield made


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=[exhibit.name for exhibit in EXHIBITS])
def test_it_harms_nobody(museum: Museum, exhibit: Exhibit) -> None:
    lacking = [why for need in exhibit.needs if (why := getattr(available(), need))]
    if lacking:
        pytest.skip(lacking[0])
    shown = museum.show(exhibit)
    print(exhibit.name, shown)
    assert shown.state == exhibit.state, shown
    for words in exhibit.says:
        assert words in shown.sentence
    assert "DONE" not in shown.sentence
