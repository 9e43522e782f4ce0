"""The dialog that edits the fields of one item or of many; only what was touched is written."""

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from mediadesk.engine.messages import Change, Common, ItemPage, Organising, PluginView, Verbs
from mediadesk.ui import item_words, words
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.chips import ChipBox
from mediadesk.ui.widgets.controls import Button, column, label, scrolling
from mediadesk.ui.widgets.field_edit import FieldEdit
from mediadesk.ui.widgets.sheet import Sheet

LINES: tuple[tuple[str, ...], ...] = (
    ("title",), ("kind", "year"), ("series",), ("season", "episode"), ("artist", "album_artist"),
    ("album",), ("disc", "track"), ("genres",), ("description",),
)  # fmt: skip
_HIGH = 760


def edit_items(desk: Desk, ids: Sequence[str], parent: QWidget | None = None) -> "EditDialog":
    """Open the dialog that edits these items."""
    dialog = EditDialog(desk, ids, parent)
    dialog.open()
    return dialog


class EditDialog(Sheet):
    """The fields of an item with their sources and locks, or of many with what they share."""

    def __init__(self, desk: Desk, ids: Sequence[str], parent: QWidget | None = None) -> None:
        many = len(ids) > 1
        title = f"Edit {words.count(len(ids), 'item')}" if many else "Edit"
        super().__init__(desk, title, "Save", parent)
        self._ids = tuple(ids)
        self._titles: dict[str, str] = {}
        self._put_on: set[str] = set()
        self._taken: set[str] = set()
        self._tags: dict[str, int] = {}
        self._waiting = 0
        self.fields: dict[str, FieldEdit] = {}
        self.labels = ChipBox(desk.theme, "Tag", hint="Add a tag to all")
        self.labels.setParent(self)  # left over, its list of offers crashes the program
        self.labels.hide()
        self.labels.added.connect(self._put)
        self.labels.agreed.connect(self.go_on)
        self.labels.removed.connect(self._take)
        self.labels.opened.connect(self._put)  # one that only some have goes on all
        self._more = Button(desk.theme, "More fields", self._show_all, role="link")
        self._more.setAutoDefault(False)
        self.agree_by_enter()
        self._content = QWidget()
        self._content.hide()
        self.body.addWidget(scrolling(self._content, "Fields"))
        self.high(_HIGH)
        self.work()
        if many:
            self.questions.attempt(self._show_common, self.refuse, Organising.common, self._ids)
            self.questions.ask(self._know, Organising.all_tags)
        else:
            self.questions.attempt(self._know_plugins, self.refuse, Verbs.plugins)

    @property
    def unsaved(self) -> bool:
        touched = any(one.wish != "leave" for one in self.fields.values())
        return touched or bool(self._put_on or self._taken or self.labels.field.text().strip())

    def go_on(self) -> None:
        """Save what was touched."""
        fields = {name: one.value for name, one in self.fields.items() if one.wish != "leave"}
        for one in self.fields.values():
            one.complain("")
        self._waiting = bool(fields) + bool(self._put_on or self._taken)
        if not self._waiting:
            self.accept()
            return
        self._content.setEnabled(False)
        self.act("" if len(self._ids) == 1 else f"Saving {words.count(len(self._ids), 'item')} …")
        if fields:
            self.questions.attempt(self._saved, self._refused, Organising.edit, self._ids, fields)
        else:
            self._save_tags()

    def _save_tags(self) -> None:
        add, remove = sorted(self._put_on), sorted(self._taken)
        self.questions.attempt(
            self._done, self._refused, Organising.tag, self._ids, add=add, remove=remove
        )

    def _saved(self, change: Change) -> None:
        if self._put_on or self._taken:
            self.desk.done.emit(change)
            for one in self.fields.values():
                one.wish = "leave"  # saved: a trouble with the tags must not save it again
            self._save_tags()
        else:
            self._done(change)

    def _done(self, change: Change) -> None:
        self.desk.done.emit(change)
        self.accept()

    def _refused(self, error: BaseException) -> None:
        """Tell each sentence beside the field that it names, if all of them name one."""
        self._content.setEnabled(True)
        self.say("")
        wished = [name for name, one in self.fields.items() if one.wish == "set"]
        wrong: dict[str, str] = {}
        for sentence in self.desk.sentence(error).splitlines():
            named = _meant(sentence, [name for name in wished if name not in wrong])
            if named is None:
                self.refuse(error)
                return
            wrong[named] = sentence
        self.rest()
        for name, sentence in wrong.items():
            self.fields[name].complain(sentence)
            self.fields[name].show()
        self.fields[next(name for name in wished if name in wrong)].editor.setFocus()

    def _know_plugins(self, plugins: Sequence[PluginView]) -> None:
        self._titles = {one.name: one.title for one in plugins}
        self.questions.attempt(self._show_item, self.refuse, Verbs.item, self._ids[0])

    def _show_item(self, page: ItemPage) -> None:
        self.heading.say(f"Edit “{page.item.title}”")
        self.say("What you set here holds, whatever files say; the lock gives it back to them.")
        self._build()
        known = {field.name: field for field in page.fields}
        usual = item_words.usual(page.item.kind)
        for name, one in self.fields.items():
            if name in known:
                one.show_field(known[name])
            one.setVisible(name in usual or bool(known.get(name) and known[name].value))
        hidden = [one for one in self.fields.values() if one.isHidden()]
        self._more.setVisible(bool(hidden))
        self._ready(self.fields["title"].editor)

    def _show_common(self, common: Common) -> None:
        self.say("Only what you change is written. Fields that differ say so.")
        self._build()
        for name, one in self.fields.items():
            one.show_common(common.fields.get(name))
        self._more.hide()
        self._tags = dict(common.tags)
        self._show_tags()
        self._ready(self.labels.field)

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        if len(self._ids) > 1:
            box = column(label("Tags", "smallstrong"), self.labels, spacing=4)
            grid.addLayout(box, 0, 0, 1, 2)
            self.labels.show()
        for place, line in enumerate(LINES, start=1):
            for at, name in enumerate(line):
                one = FieldEdit(self.desk.theme, name, self._titles)
                self.fields[name] = one
                top = Qt.AlignmentFlag.AlignTop  # also where its neighbour has a complaint
                grid.addWidget(one, place, at, 1, 2 // len(line), top)
        pile = column(grid, self._more, 0, spacing=12)
        pile.setContentsMargins(32, 8, 32, 8)
        self._content.setLayout(pile)

    def _ready(self, first: QWidget) -> None:
        self.rest()
        self._content.show()
        self.put_keyboard(first)

    def _show_all(self) -> None:
        for one in self.fields.values():
            one.show()
        self._more.hide()

    def _know(self, tags: Sequence[tuple[str, int]]) -> None:
        self.labels.know([name for name, _ in tags])

    def _put(self, name: str) -> None:
        self._put_on.add(name)
        self._taken.discard(name)
        self._show_tags()

    def _take(self, name: str) -> None:
        self._put_on.discard(name)
        if name in self._tags:
            self._taken.add(name)
        self._show_tags()

    def _show_tags(self) -> None:
        """Show the tags as they will be; those that only some items have say how many."""
        whole = len(self._ids)
        counts = {name: n for name, n in self._tags.items() if name not in self._taken}
        counts |= dict.fromkeys(sorted(self._put_on), whole)
        says = {name: f"{name} · {n:,} of {whole:,}" for name, n in counts.items() if n < whole}
        self.labels.show_names(list(counts), says=says)


def _meant(sentence: str, fields: Sequence[str]) -> str | None:
    """The field that a sentence is about, by its name; “album artist” is no album."""
    told = re.sub("“.*”", "", sentence).partition(":")[0]  # what was typed tells nothing
    longest = sorted(fields, key=lambda name: -len(name))
    for name in longest:
        if re.search(rf"\b{item_words.FIELDS[name]}\b", told, re.IGNORECASE):
            return name
    return None
