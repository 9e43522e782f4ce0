"""Keeps what one looks at where it is while the items around it change."""

from dataclasses import dataclass

from mediadesk.ui.found import Found
from mediadesk.ui.items_view import ItemsView


@dataclass(frozen=True, slots=True)
class Anchor:
    """The first item that is seen: its number and position, and the pixels scrolled out of it."""

    number: int
    position: int
    out: int

    @classmethod
    def of(cls, view: ItemsView, found: Found) -> "Anchor | None":
        """Note what is seen first; at the very top there is none: what is new is to be seen."""
        first, bar = view.first_seen(), view.verticalScrollBar()
        if first is None or not bar.value():
            return None
        return cls(found.numbers[first], first, bar.value() - _top(view, first))

    def restore(self, view: ItemsView, found: Found, *, same_view: bool = True) -> None:
        """Scroll so that the item stands where it stood; in another view it stands at the top."""
        to = found.position(self.number, self.position)
        place = min(self.position, len(found) - 1) if to is None else to
        if place >= 0:
            out = self.out if same_view else 0
            view.verticalScrollBar().setValue(_top(view, place) + out)


def _top(view: ItemsView, position: int) -> int:
    return view.verticalHeader().sectionPosition(view.cards.place(position).row())
