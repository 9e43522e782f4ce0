"""Tells what would move on a panel."""

from collections.abc import Iterator

from mediadesk.engine.messages.effects import Move
from mediadesk.engine.messages.items import Card, Panel, Shelf


def moves(before: Panel, after: Panel) -> tuple[Move, ...]:
    """Give what stands elsewhere, shelf by shelf: what came, what went, then what moved."""
    was = {shelf.id: shelf for shelf in before.shelves}
    now = {shelf.id: shelf for shelf in after.shelves}
    return tuple(
        move
        for shelf in dict.fromkeys([*now, *was])
        for move in _moves(shelf, _cards(was.get(shelf)), _cards(now.get(shelf)))
    )


def _moves(
    shelf: str, was: dict[str, tuple[int, Card]], now: dict[str, tuple[int, Card]]
) -> Iterator[Move]:
    for item, (place, card) in now.items():
        if item not in was:
            yield Move(item=card, shelf=shelf, before=None, after=place)
    for item, (place, card) in was.items():
        if item not in now:
            yield Move(item=card, shelf=shelf, before=place, after=None)
    for item, (place, card) in now.items():
        if item in was and was[item][0] != place:
            yield Move(item=card, shelf=shelf, before=was[item][0], after=place)


def _cards(shelf: Shelf | None) -> dict[str, tuple[int, Card]]:
    cards = shelf.items if shelf else ()
    return {card.id: (place, card) for place, card in enumerate(cards, start=1)}
