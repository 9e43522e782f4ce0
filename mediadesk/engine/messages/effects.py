"""What feedback changes, told before it is given or after."""

from dataclasses import dataclass

from mediadesk.engine.messages.items import ItemView, Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """An item that stands elsewhere; places count from 1, None is not on that shelf."""

    item: ItemView
    shelf: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What feedback of a `kind` on an item does to the panel.

    `moves` are in the order of the shelves: first what comes, then what goes, then what stands at
    another place.
    """

    item: ItemView
    kind: str
    before: Panel
    after: Panel
    moves: tuple[Move, ...]
