"""What feedback would change, told before it is given."""

from dataclasses import dataclass

from mediadesk.engine.messages.items import ItemView, Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """An item that would stand elsewhere; places count from 1, None is not on that shelf."""

    item: ItemView
    shelf: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The panel as it is and as it would be after feedback of a `kind` on an item.

    `moves` are in the order of the shelves: first what would come, then what would go, then what
    would stand at another place.
    """

    item: ItemView
    kind: str
    before: Panel
    after: Panel
    moves: tuple[Move, ...]
