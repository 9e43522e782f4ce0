"""Which picture stands for an item."""

import pytest

from mediadesk.api import Feature, Moment
from mediadesk.extract.extraction import cover

MOMENTS = (
    Moment(start=0, end=1),
    Moment(start=1, end=2, image=b"first"),
    Moment(start=2, end=3, image=b"best"),
)


@pytest.mark.parametrize(
    ("named", "stands"),
    [(2, b"best"), (1, b"first"), (0, b"first"), (3, b"first"), (-1, b"first"), ("2", b"first")],
)
def test_the_named_picture_stands_for_an_item_else_the_first(named: object, stands: bytes) -> None:
    assert cover(Feature(moments=MOMENTS, data={"cover": named})) == stands


def test_without_a_name_it_is_the_first_and_without_pictures_none() -> None:
    assert cover(Feature(moments=MOMENTS)) == b"first"
    assert cover(Feature(moments=MOMENTS[:1], data={"cover": 0})) == b""
