"""The shelf on requests as the host makes them."""

from collections.abc import Sequence

from mediadesk.api import ShelfDraft, ShelfRequest, testing

from MODULE import shelves


def make(*durations: float) -> Sequence[ShelfDraft]:
    (maker,) = shelves(testing.Context(settings={"minutes": 10}))
    items = tuple(testing.item(id=f"i{n}", duration=d) for n, d in enumerate(durations))
    values = tuple(1.0 / (n + 1) for n in range(len(items)))
    return maker.shelves(
        ShelfRequest(now=0.0, profile="me", items=items, values=values, language="en")
    )


def test_short_items_stand_on_it_in_their_order() -> None:
    (shelf,) = make(60, 6000, 120, 0, 599)
    assert (shelf.title, shelf.items) == ("Under 10 minutes", ("i0", "i2", "i4"))


def test_two_items_make_no_shelf() -> None:
    assert not make(60, 120, 600)
