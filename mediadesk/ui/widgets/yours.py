"""What a person made of an item: tags, collections and a note, each edited in its place."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QFrame

from mediadesk.api import SURE
from mediadesk.engine.messages import CollectionView, ItemPage, Organising
from mediadesk.ui import search_text
from mediadesk.ui.desk import Desk
from mediadesk.ui.drafts import Drafts
from mediadesk.ui.widgets.chips import ChipBox
from mediadesk.ui.widgets.controls import column, label
from mediadesk.ui.widgets.note import Note

_GUESSED = 12


class YoursBox(QFrame):
    """Tags, collections and the note of one item; each change is told and can be taken back."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self._id = ""
        self._plain: tuple[str, ...] = ()  # the collections that items can be put into
        self.setProperty("role", "panel")
        self.tags = ChipBox(desk.theme, "Tag", hint="Add a tag")
        self.tags.added.connect(self._tag)
        self.tags.removed.connect(
            lambda name: desk.change(Organising.tag, (self._id,), remove=(name,))
        )
        self.tags.opened.connect(
            lambda name: desk.search_wanted.emit(search_text.whole("tag", name))
        )
        self.collections = ChipBox(desk.theme, "Collection", hint="Add to a collection")
        self.collections.added.connect(self._collect)
        self.collections.removed.connect(self._uncollect)
        self.collections.opened.connect(
            lambda name: desk.search_wanted.emit(search_text.whole("collection", name))
        )
        self.note = Note()
        self.note.written.connect(self._write)
        self._drafts = Drafts(desk)
        self._drafts.kept.connect(self._keep)
        self._drafts.refused.connect(self._refuse)
        box = column(
            label("Yours", "heading"),
            4,
            label("Tags", "small"),
            self.tags,
            4,
            label("Collections", "small"),
            self.collections,
            4,
            label("Note", "small"),
            self.note,
            spacing=6,
        )
        box.setContentsMargins(20, 20, 20, 20)
        self.setLayout(box)
        desk.freed.connect(self._fix)
        self._fix()

    def start(self, item: str) -> None:
        """Be about another item; a note that is being written for the last one is kept."""
        self.note.save()
        if not self.note.touched:
            self._drafts.drop(self._id)
        self._id = item
        self.note.start(self._drafts.of(item))

    def change_hands(self) -> None:
        """Know of nothing that was written by who looked until now."""
        self._drafts.forget()
        self._id = ""
        self.note.start()
        for chips in (self.tags, self.collections):
            chips.field.clear()

    def ask(self) -> None:
        """Learn which tags and collections there are."""
        self._questions.ask(self._know_tags, Organising.all_tags)
        self._questions.ask(self._know_collections, Organising.collections)

    def show_page(self, content: ItemPage) -> None:
        """Show what is kept of the item."""
        guessed = sorted(content.tags.items(), key=lambda tag: -tag[1])[:_GUESSED]
        self.tags.show_names(
            content.item.labels,
            soft={name: f"found by the tagger, {sure:.0%} sure" for name, sure in guessed},
            says={name: f"perhaps {name}" for name, sure in guessed if sure < SURE},
        )
        self.collections.show_names(content.collections)
        self.note.show_note(content.note)

    def _fix(self) -> None:
        for chips in (self.tags, self.collections):
            chips.fix(fixed=self._desk.limited)

    def _tag(self, name: str) -> None:
        again = self._giving_back(self.tags, name)
        told = self._desk.mine(self._desk.done.emit)
        self._desk.attempt(told, again, Organising.tag, (self._id,), add=(name,))

    def _collect(self, name: str) -> None:
        """Put the item into a collection; one that is new is made first."""
        known = {one.casefold(): one for one in self._plain}
        item, again = self._id, self._giving_back(self.collections, name)

        def put(collection: str) -> None:
            told = self._desk.mine(self._desk.done.emit)
            self._desk.attempt(told, again, Organising.collect, collection, (item,))

        def fill(made: CollectionView) -> None:
            put(made.id)

        if name.casefold() in known:
            put(known[name.casefold()])
        else:
            self._desk.attempt(self._desk.mine(fill), again, Organising.make_collection, name)

    def _uncollect(self, name: str) -> None:
        self._desk.change(Organising.uncollect, name, (self._id,))

    def _giving_back(self, chips: ChipBox, name: str) -> Callable[[], None]:
        """Give what has a name that was refused be in its field again, where it was typed."""
        item = self._id

        def again() -> None:
            if item == self._id and not self._desk.bridge.late:
                chips.give_back(name)

        return again

    def _write(self, text: str) -> None:
        if self._id:
            self._drafts.keep(self._id, text)

    def _keep(self, item: str, text: str) -> None:
        if item == self._id:
            self.note.keep(text)

    def _refuse(self, item: str) -> None:
        if item == self._id:
            self.note.refuse()

    def _know_tags(self, tags: Sequence[tuple[str, int]]) -> None:
        self.tags.know([name for name, _ in tags])

    def _know_collections(self, collections: Sequence[CollectionView]) -> None:
        self._plain = tuple(one.name for one in collections if one.search is None)
        self.collections.know(self._plain)
