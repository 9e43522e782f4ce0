"""The half of the made-up engine that organises, files and writes; it keeps what it is told."""

# ruff: noqa: ARG002 - the signatures are the real engine's

import time
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

from mediadesk.api import UserError
from mediadesk.engine.fields import cleaned
from mediadesk.engine.messages import (
    FIELDS,
    Absent,
    Change,
    ChapterView,
    CollectionView,
    Common,
    FieldView,
    FolderView,
    Imported,
    ImportedLine,
    ItemView,
    Match,
    Origin,
    Progress,
    Status,
    Twins,
    Verified,
    Version,
    WriteLine,
    WritePlan,
    Written,
)

_NUMBERS = {"year", "season", "episode", "disc", "track"}
_MINE = {"title", "artist", "album", "album_artist", "kind", "series"}


@dataclass
class Book:
    """All that is kept of what people said; a copy of it is what undoing goes back to."""

    notes: dict[str, str] = field(default_factory=dict)
    said: dict[str, dict[str, list[tuple[str, str]]]] = field(default_factory=dict)
    rejected: dict[str, set[str]] = field(default_factory=dict)
    collections: dict[str, list[str]] = field(default_factory=dict)
    versions: dict[str, tuple[Version, ...]] = field(default_factory=dict)
    pairs: tuple[Twins, ...] = ()
    absent: tuple[Absent, ...] = ()
    left: int = 0  # of the files to be written


class FakeOrganising:
    """Verbs of `Organising`, `Filing` and `Writing`, and the import of a history."""

    items: dict[str, ItemView]
    folders: tuple[FolderView, ...]

    @cached_property
    def book(self) -> Book:
        return Book()

    @cached_property
    def acts(self) -> list[tuple[Change, dict[str, ItemView], Book]]:
        return []

    chapters: tuple[ChapterView, ...] = ()
    matching: tuple[Match, ...] = ()
    written: list[WritePlan]
    imports: Mapping[str, Imported] = {}

    def exclude(self, folder: str, patterns: Sequence[str]) -> FolderView:
        if "!" in patterns:
            raise UserError("“!” is no pattern: write one as in .gitignore, such as “/Extras/”.")
        (one,) = [
            replace(each, excludes=tuple(patterns)) for each in self.folders if each.path == folder
        ]
        self.folders = tuple(one if each.path == folder else each for each in self.folders)
        return one

    def _act(self, says: str, names: Sequence[str], do: Callable[[str], None]) -> Change:
        before, book = dict(self.items), deepcopy(self.book)
        for name in names:
            do(name)
        change = Change(id=f"c{len(self.acts)}", at=time.time(), says=says, items=len(names))
        self.acts.append((change, before, book))
        return change

    def _set(self, name: str, **more: Any) -> None:  # noqa: ANN401
        self.items[name] = replace(self.items[name], **more)

    def organised(self, name: str) -> dict[str, Any]:
        """What the page of an item has of all this."""
        return {
            "fields": tuple(self._field(name, each) for each in FIELDS),
            "chapters": self.chapters,
            "versions": self.book.versions.get(name, ()),
            "note": self.book.notes.get(name, ""),
            "collections": tuple(
                c for c, members in self.book.collections.items() if name in members
            ),
        }

    def _said(self, name: str, each: str) -> list[tuple[str, str]]:
        given = str(getattr(self.items[name], each, "") or "")
        return self.book.said.setdefault(name, {}).setdefault(
            each, [("embedded", given), ("guessed", "walk_01")] if given else []
        )

    def _field(self, name: str, each: str) -> FieldView:
        said = self._said(name, each)
        source, value = said[0] if said else ("guessed", "")
        return FieldView(
            name=each, value=value, source=source, locked=source == "user", said=tuple(said)
        )

    def rate(
        self,
        names: Sequence[str],
        stars: float | None,
        *,
        origin: Origin | None = None,
        profile: str | None = None,
    ) -> Change:
        return self._act(f"Rated {len(names)} items", names, lambda n: self._set(n, stars=stars))

    def mark(self, names: Sequence[str], *, watched: bool, profile: str | None = None) -> Change:
        return self._act("Marked", names, lambda n: self._set(n, finished=watched))

    def tag(
        self, names: Sequence[str], *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> Change:
        def do(name: str) -> None:
            had = [one for one in self.items[name].labels if one not in remove]
            self._set(name, labels=tuple(dict.fromkeys([*had, *add])))
            self.book.rejected.setdefault(name, set()).update(remove)

        return self._act(f"Tagged {len(names)} items", names, do)

    def write_note(self, name: str, text: str, *, profile: str | None = None) -> Change:
        return self._act("Noted", [name], lambda n: self.book.notes.update({n: text}))

    def keep_chapters(self, name: str) -> Change:
        def keep(_: str) -> None:
            found = self.inside["chapters"]
            self.inside["chapters"] = tuple(replace(one, proposed=False) for one in found)

        return self._act("Kept the proposed chapters of", [name], keep)

    def edit(self, names: Sequence[str], fields: Mapping[str, object]) -> Change:
        cleaned(fields)

        def do(name: str) -> None:
            for each, value in fields.items():
                said = [one for one in self._said(name, each) if one[0] != "user"]
                if value is not None:
                    said.insert(0, ("user", str(value)))
                self.book.said[name][each] = said
                now = said[0][1] if said else ""
                if each in _NUMBERS:
                    self._set(name, **{each: int(now) if now else None})
                elif each in _MINE:
                    self._set(name, **{each: now})

        return self._act(f"Edited {len(names)} items", names, do)

    def common(self, names: Sequence[str]) -> Common:
        shared = {}
        for each in FIELDS:
            values = {self._field(name, each).value for name in names}
            if len(values) == 1:
                shared[each] = values.pop()
        tags = [one for name in names for one in self.items[name].labels]
        return Common(
            items=len(names),
            fields=shared,
            tags=tuple((one, tags.count(one)) for one in sorted(set(tags))),
        )

    def all_tags(self) -> tuple[tuple[str, int], ...]:
        tags = [one for item in self.items.values() for one in item.labels]
        return tuple((one, tags.count(one)) for one in sorted(set(tags)))

    def collections(self, *, profile: str | None = None) -> tuple[CollectionView, ...]:
        return tuple(
            CollectionView(id=name, name=name, search=None, sort="title", items=len(members))
            for name, members in self.book.collections.items()
        )

    def make_collection(
        self,
        name: str,
        *,
        search: str | None = None,
        sort: str = "title",
        descending: bool = False,
    ) -> CollectionView:
        self._act(f"Made {name}", [], lambda _: None)
        self.book.collections[name] = []
        return CollectionView(
            id=name, name=name, search=search, sort=sort, items=0, descending=descending
        )

    def collect(self, collection: str, names: Sequence[str]) -> Change:
        if collection not in self.book.collections:
            raise UserError(f"There is no collection “{collection}”: make it first.")
        return self._act(f"Put into {collection}", names, self.book.collections[collection].append)

    def uncollect(self, collection: str, names: Sequence[str]) -> Change:
        return self._act(f"Out of {collection}", names, self.book.collections[collection].remove)

    def twins(self, *, limit: int = 100, profile: str | None = None) -> tuple[Twins, ...]:
        return tuple(
            replace(one, items=tuple(self.items[each.id] for each in one.items))
            for one in self.book.pairs[:limit]
        )

    def merge(self, keep: str, others: Sequence[str]) -> Change:
        def do(name: str) -> None:
            del self.items[name]
            self.book.pairs = tuple(
                one for one in self.book.pairs if all(each.id != name for each in one.items)
            )

        return self._act(f"Merged {len(others) + 1} items", others, do)

    def merge_all(self, sets: Sequence[Sequence[str]]) -> Change:
        others = [name for _, *away in sets for name in away]
        for keep, *away in sets:
            self.merge(keep, away)
            _, before, book = self.acts.pop()
            if keep == sets[0][0]:
                first = (before, book)
        change = self._act(f"Merged {len(sets)} sets", others, lambda _: None)
        self.acts[-1] = (change, *first)
        return change

    def apart(self, names: Sequence[str]) -> Change:
        def do(name: str) -> None:
            self.book.pairs = tuple(
                one for one in self.book.pairs if all(each.id != name for each in one.items)
            )
            for item, versions in self.book.versions.items():
                self.book.versions[item] = tuple(
                    one for one in versions if one.content not in names[1:]
                )

        return self._act("Said that 2 items are not the same", names, do)

    def changes(self, *, limit: int = 50) -> tuple[Change, ...]:
        return tuple(change for change, _, _ in reversed(self.acts))[:limit]

    def undo(self, change: str | None = None) -> Change:
        for place, (made, items, book) in enumerate(self.acts):
            if made.id == change:
                self.items.clear()
                self.items.update(items)
                for each in fields(Book):
                    setattr(self.book, each.name, getattr(book, each.name))
                self.acts[place] = (replace(made, undone=True), items, book)
                return self._act(f"Undone: {made.says}", [], lambda _: None)
        raise UserError(f"There is no change “{change}”: “mediadesk changes” lists them.")

    def absent(self, *, profile: str | None = None, limit: int = 2_000) -> tuple[Absent, ...]:
        kept = [
            (one, tuple(i for i in one.items if not self.items[i.id].available))
            for one in self.book.absent
        ]
        return tuple(replace(one, items=some, count=len(some)) for one, some in kept if some)

    def matches(self, name: str) -> tuple[Match, ...]:
        return self.matching

    def relink(self, name: str, path: str) -> Change:
        if "nothing" in path:
            raise UserError(f"“{path}” is no file that can be read: check its name.")
        return self._act(
            "Relinked 1 item", [name], lambda n: self._set(n, path=path, available=True, drive="")
        )

    def relink_folder(self, old: str, new: str) -> Status:
        for one in self.book.absent:
            if one.folder == old:
                for item in one.items:
                    self._set(item.id, available=True)
        return self.status()  # type: ignore[attr-defined, no-any-return]

    def forget(self, names: Sequence[str] = (), *, folder: str | None = None) -> Change:
        if folder is not None:
            names = [i.id for one in self.book.absent if one.folder == folder for i in one.items]

        def do(name: str) -> None:
            self.book.absent = tuple(
                replace(one, items=tuple(i for i in one.items if i.id != name))
                for one in self.book.absent
            )

        return self._act(f"Forgot {len(names)} items", names, do)

    def verify(self, name: str) -> Verified:
        return Verified(path=str(self.items[name].path), hash="0" * 32, same=True, took_s=0.1)

    def plan_write(
        self, names: Sequence[str], *, into: str = "nfo", profile: str | None = None
    ) -> WritePlan:
        lines = [
            WriteLine(
                path=f"/media/{into}/{n}", field="title", before="", after=self.items[n].title
            )
            for n in names
        ]
        refused = ("“/media/x.mkv” can't be written: its folder is read-only.",)
        return WritePlan(token=f"{into}-{len(names)}", lines=tuple(lines), refused=refused)

    def write_back(self, token: str) -> Written:
        files, left = int(token.rpartition("-")[2]), self.book.left
        change = self._act(f"Written to {files} files", [], lambda _: None)
        return Written(files=files, refused=(), left=left, change=change)

    def progress(self, token: str = "") -> Progress | None:
        return Progress(done=3, of=4)

    def stop(self, token: str = "") -> None:
        """Nothing takes time here."""

    def import_history(
        self, path: str, *, dry_run: bool = False, profile: str | None = None
    ) -> Imported:
        if path not in self.imports:
            raise UserError(f"“{path}” can't be imported: choose an export of Kodi or Trakt.")
        found = self.imports[path]
        says = f"Imported {found.matched - found.known} lines from {found.importer}"
        change = None if dry_run else self._act(says, [], lambda _: None)
        return replace(found, kept=not dry_run, change=change)

    def import_progress(self) -> Progress | None:
        return Progress(done=30 << 10, of=40 << 10)

    def import_nfos(self, *, dry_run: bool = False, profile: str | None = None) -> Imported:
        return Imported(
            importer="NFO files and tags", matched=4, known=1, unmatched=(), kept=not dry_run
        )

    def undo_import(self, *, profile: str | None = None) -> int:
        return 3


def unmatched(number: int) -> ImportedLine:
    return ImportedLine(
        title=f"Unknown {number}", year=1990 + number, kind="finished", at=0, item=None
    )
