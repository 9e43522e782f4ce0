"""The key moments of an item, and all its pictures where they are asked for; each plays."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from mediadesk.engine.messages import ItemPage, MomentView
from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import Button
from mediadesk.ui.widgets.shelf import Shelf

_HEARD = 2.0  # seconds behind a passage in which it still goes with what is seen


class MomentShelf(Shelf):
    """A row of cards: the key moments, or all pictures."""

    def __init__(self, desk: Desk) -> None:
        self.switch = Button(desk.theme, "All pictures", self._turn, role="link")
        super().__init__(desk, "Moments", actions=False, lines=3, beside=self.switch)
        self._content: ItemPage | None = None
        self._all = False

    def show_page(self, content: ItemPage) -> None:
        """Show what is in an item; nothing takes no room."""
        if self._content is None or self._content.item.id != content.item.id:
            self._all = False
            self.view.horizontalScrollBar().setValue(0)
        self._content = content
        self.setVisible(bool(content.moments))
        self._show(content)

    def _turn(self) -> None:
        if self._content is not None:
            self._all = not self._all
            self._show(self._content)
            self.view.horizontalScrollBar().setValue(0)

    def _show(self, content: ItemPage) -> None:
        is_key = any(one.why for one in content.moments)
        has_more = is_key and len(content.keyframes) > sum(
            bool(one.image) for one in content.moments
        )
        self._all &= has_more
        self.switch.setVisible(has_more)
        number = words.count(len(content.keyframes), "picture")
        self.switch.say("Key moments only" if self._all else f"All {number}")
        name = "Pictures" if self._all else "Key moments" if is_key else "Moments"
        shown = _pictures(content) if self._all else content.moments
        self.show_cards(name, [words.moment_tile(content.item, one) for one in shown])


def _pictures(content: ItemPage) -> list[MomentView]:
    """All pictures, each with what is said then; those of key moments as they are there."""
    key = {one.start: one for one in content.moments if one.image}
    starts = [one.start for one in content.passages]
    return [
        key.get(one.start)
        or replace(one, text=_said(content.passages[: bisect_right(starts, one.start)], one.start))
        for one in content.keyframes
    ]


def _said(before: Sequence[MomentView], second: float) -> str:
    """What is said at a second, or was just now."""
    return before[-1].text if before and second <= before[-1].end + _HEARD else ""
