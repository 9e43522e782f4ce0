"""The dialog that tags one item or many."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from mediadesk.engine.messages import Change, Common, Organising
from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.chips import ChipBox
from mediadesk.ui.widgets.controls import Sentence, column, label
from mediadesk.ui.widgets.sheet import Sheet

_SUGGESTED = 24


def tag_items(desk: Desk, ids: Sequence[str], parent: QWidget | None = None) -> "TagDialog":
    """Open the dialog that tags these items."""
    dialog = TagDialog(desk, ids, parent)
    dialog.open()
    return dialog


class TagDialog(Sheet):
    """The tags that they have, those that are often used, and a field for new ones."""

    def __init__(self, desk: Desk, ids: Sequence[str], parent: QWidget | None = None) -> None:
        title = f"Tag {words.count(len(ids), 'item')}"
        super().__init__(desk, title, "Save", parent, width=520)
        self._ids = tuple(ids)
        self._had: dict[str, int] = {}
        self._agreed = False  # once these are known it is saved
        self._add: list[str] = []
        self._remove: list[str] = []
        self._known: list[tuple[str, int]] = []
        self.box = ChipBox(desk.theme, "Tag", hint="New tag, then Enter")
        self.box.field.setToolTip("Enter adds what is typed; once more saves")
        self.box.added.connect(self._put)
        self.box.agreed.connect(self.go_on)
        self.box.opened.connect(self._put)  # one that only some have goes on all
        self.box.removed.connect(self._take)
        self.suggested = ChipBox(desk.theme, "Tag", hint="")
        self.suggested.field.hide()
        self.suggested.opened.connect(self._put)
        self._often = label("Used before: a click adds one", "smallstrong")
        explained = Sentence("Tags are yours; they are searched for with tag:name.", "muted")
        pile = column(explained, self.box, 8, self._often, self.suggested, 0, spacing=10)
        pile.setContentsMargins(32, 4, 32, 4)
        self.body.addLayout(pile)
        self._often.hide()
        self.work()
        self.box.field.setFocus()
        self.questions.attempt(self._show_common, self.refuse, Organising.common, self._ids)
        self.questions.ask(self._know, Organising.all_tags)

    @property
    def unsaved(self) -> bool:
        return bool(self._add or self._remove or self.box.field.text().strip())

    def go_on(self) -> None:
        """Save what was added and taken away."""
        if self.box.field.text().strip():
            self.box.field.returnPressed.emit()  # a tag that was typed and not yet added
        if not self.agree.isEnabled():
            self._agreed = True
            return
        if not (self._add or self._remove):
            self.accept()
            return
        self.act()
        self.questions.attempt(
            self._done,
            self.refuse,
            Organising.tag,
            self._ids,
            add=tuple(self._add),
            remove=tuple(self._remove),
        )

    def _show_common(self, common: Common) -> None:
        self._had = dict(common.tags)
        self.rest()
        self._show()
        if self._agreed:
            self.go_on()

    def _know(self, tags: Sequence[tuple[str, int]]) -> None:
        self.box.know([name for name, _ in tags])
        self._known = sorted(tags, key=lambda one: -one[1])
        self._show()

    def _put(self, name: str) -> None:
        if name in self._remove:
            self._remove.remove(name)
        elif name not in self._add:
            self._add.append(name)
        self._show()

    def _take(self, name: str) -> None:
        if name in self._add:
            self._add.remove(name)
        if name in self._had and name not in self._remove:
            self._remove.append(name)
        self._show()

    def _show(self) -> None:
        """Show the tags as they will be, those that only some have with how many, and others."""
        whole = len(self._ids)
        kept = {name: n for name, n in self._had.items() if name not in self._remove}
        counts = kept | dict.fromkeys(self._add, whole)
        says = {name: f"{name} · {n:,} of {whole:,}" for name, n in counts.items() if n < whole}
        self.box.show_names(sorted(counts), says=says)
        others = [(name, n) for name, n in self._known if name not in counts][:_SUGGESTED]
        self._often.setVisible(bool(others))
        self.suggested.show_names([], soft={name: f"on {n:,}" for name, n in others})
        for chip in self.suggested.chips.values():
            chip.close_button.hide()

    def _done(self, change: Change) -> None:
        self.desk.done.emit(change)
        self.accept()
