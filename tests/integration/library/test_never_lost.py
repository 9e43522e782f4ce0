"""Whatever happens to files and drives, nothing a person did is lost, and no file is read twice.

A state machine does to two folders all that people do: add, rename, move, copy, delete, edit tags,
replace, unplug and plug in drives, take folders out and put them back, move them as a whole, put
NFO files beside films, write tags back, forget, merge and tell apart. Between that it rates, tags,
plays, collects and edits, takes back what was done, also long ago, scans, and starts anew. Files,
scans, identities, extractors and database are the real ones.
"""

import itertools
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar, Literal

import library_factory
import mutagen
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)
from media_factory import clip, song

from mediadesk.api import EventKind, ModelSpec, Run
from mediadesk.engine.engine import Engine
from mediadesk.extract.extraction import Extraction
from mediadesk.host import Registry
from mediadesk.host.workers import Lane, Outcome
from mediadesk.library.intake import Intake
from mediadesk.models import Models
from mediadesk.settings import Places
from mediadesk.store import backlog, jobs, library, registers, removing, roots, versions
from mediadesk.store.jobs import Task

ROOTS = ("first", "second")
CONTENTS = ("a.mp4", "b.mp4", "c.mkv", "d.mp3", "e.flac", "long.mp4")
NAMES = ("one", "two", "three")
FOLDERS = ("", "season", "season/extra")
TAGS = ("calm", "wild")
FIELDS = ("title", "year")
ME = "me"
EXAMPLES = int(os.environ.get("NEVER_LOST_EXAMPLES", "0"))
"""How many to look at, others each time; without it the same few."""
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("contents")
    made = {}
    for seed, name in enumerate(CONTENTS):
        path = folder / name
        if path.suffix in {".mp4", ".mkv"}:
            clip(path, seconds=3 if name == "long.mp4" else 1, seed=seed, size=(96, 54))
        else:
            song(path, seconds=1, seed=seed, title=name)
        made[name] = path
    return made


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Models]:
    opened = Models(library_factory.models(tmp_path_factory.getbasetemp()))
    yield opened
    opened.close()


class Household:
    """A library with its roots, worked on in this process, one step at a time."""

    def __init__(self, folder: Path, models: Models) -> None:
        self.folder = folder
        self.models = models
        data = folder / "data"
        data.mkdir()
        shipped = ("keyframes", "audio", "episodes", "subtitles", "tags", "taste", "history")
        (data / "settings.toml").write_text(f"disabled_plugins = {list(shipped)}\n")
        self.places = Places(data=data, cache=folder / "cache")
        self.registry = Registry(disabled=("tags", "subtitles", "taste", "history"))
        self.tasks = [
            Task(
                name=each.name,
                version=each.version,
                model="",
                kinds=tuple(kind.value for kind in each.kinds),
            )
            for each in self.registry.extractors
            if each.name in {"keyframes", "audio"}
        ]
        self.analysed: Counter[tuple[str, str]] = Counter()
        self.open()
        for name in ROOTS:
            (folder / name).mkdir()
            self.add_root(name)

    def open(self) -> None:
        self.engine = Engine(self.places)
        self.store, self.organising = self.engine._store, self.engine.organising
        self.store.write(jobs.suspect_running)

    def add_root(self, name: str) -> None:
        self.engine.add_folder(str(self.folder / name))

    def remove_root(self, name: str) -> None:
        self.engine.remove_folder(str(self.folder / name))

    def update(self) -> None:
        """Scan, read and analyse, until there is nothing more to do."""
        self.engine.scan()
        self._work(Intake(self.store, after_read=self._after_read))
        self.store.write(lambda db: backlog.remember(db, {"shipped": self.tasks}))
        backlog.fill(self.store, self.tasks)
        self._work(Extraction(self.store, self.registry, self._run, self.tasks), count=True)

    def _run(self, spec: ModelSpec) -> Run:
        return self.models.runner(spec)

    def _after_read(self, db: object, items: object) -> None:
        jobs.unpark(db, items)  # type: ignore[arg-type]

    def _work(self, lane: Lane, *, count: bool = False) -> None:
        while claimed := lane.claim(100, idle=True):
            outcomes = []
            for work in claimed:
                try:
                    outcomes.append(Outcome(work=work, result=work.function(*work.arguments)))
                except Exception as error:  # noqa: BLE001 - as a worker hands it on
                    outcomes.append(Outcome(work=work, error=error))
                if count:
                    self.analysed[work.key.item, work.key.extractor] += 1
            lane.settle(outcomes)

    def id_of(self, path: Path) -> str | None:
        return library.find_id(self.store.read(), str(path))

    def present(self) -> list[Path]:
        """The media files in the folders of the library that are plugged in."""
        known = [root.path for root in roots.listed(self.store.read()) if root.path.is_dir()]
        return sorted(
            path
            for root in known
            for path in root.rglob("*")
            if path.suffix in {".mp4", ".mkv", ".mp3", ".flac"}
        )


class NeverLost(RuleBasedStateMachine):
    contents: ClassVar[dict[str, Path]]
    models: ClassVar[Models]

    def __init__(self) -> None:
        super().__init__()
        self.temporary = tempfile.TemporaryDirectory(prefix="never-lost-")
        self.home = Household(Path(self.temporary.name), self.models)
        # Of each field, every word in its order: (the item of then, the word).
        self.words: dict[tuple[str, str], list[tuple[str, object]]] = {}
        self.notes: list[tuple[str, str]] = []
        self.scanned = True

    def teardown(self) -> None:
        self.plug_all()
        self.home.update()
        self.check()
        self.home.engine.close()
        self.temporary.cleanup()

    # What people do with files.

    @initialize()
    def begin(self) -> None:
        self._put("first", "", "one", "a.mp4")
        self._put("second", "", "two", "d.mp3")
        self.scan()

    @rule(
        root=st.sampled_from(ROOTS),
        folder=st.sampled_from(FOLDERS),
        name=st.sampled_from(NAMES),
        content=st.sampled_from(CONTENTS),
    )
    def add_or_replace(self, root: str, folder: str, name: str, content: str) -> None:
        self._put(root, folder, name, content)

    @rule(
        data=st.data(),
        root=st.sampled_from(ROOTS),
        folder=st.sampled_from(FOLDERS),
        name=st.sampled_from(NAMES),
    )
    def move_or_rename(self, data: st.DataObject, root: str, folder: str, name: str) -> None:
        source = self._pick(data)
        to = self._place(root, folder, name, source.suffix if source else "")
        if source and to:
            source.replace(to)
            self.scanned = False

    @rule(data=st.data(), content=st.sampled_from(CONTENTS))
    def replace_by_another_encode(self, data: st.DataObject, content: str) -> None:
        path = self._pick(data, Path(content).suffix) if self.scanned else None
        old = self._content(path) if path else None
        sql = "SELECT count(*) FROM location WHERE content = ? OR item = ?"  # or another version
        if path and old and self._count(sql, [old, self.home.id_of(path)]) == 1:
            shutil.copyfile(self.contents[content], path)
            self._replaced(path, old)

    @rule(data=st.data())
    def replace_by_an_encode_that_is_new(self, data: st.DataObject) -> None:
        """Be it one of several versions of an item."""
        path = self._pick(data, ".mp4") if self.scanned else None
        old = self._content(path) if path else None
        if (
            path
            and old
            and self._count("SELECT count(*) FROM location WHERE content = ?", [old]) == 1
        ):
            free = b"free" + str(next(_numbers)).encode()
            box = (len(free) + 4).to_bytes(4, "big") + free  # players pass it by
            path.write_bytes(self.contents["a.mp4"].read_bytes() + box)
            self._replaced(path, old)

    @rule(data=st.data())
    def replace_by_another_film(self, data: st.DataObject) -> None:
        """Be it a film that is in the library, or lies on a drive that is away."""
        path = self._pick(data, ".mp4") if self.scanned else None
        item = self.home.id_of(path) if path else None
        if path and item:
            is_long = self._length(item) > 1
            shutil.copyfile(self.contents["a.mp4" if is_long else "long.mp4"], path)
            before = versions.current(self._db, [item])
            self._touch(path)
            self.scan()
            assert versions.current(self._db, [item]) == before, "nothing follows"

    def _replaced(self, path: Path, old: str) -> None:
        before = versions.current(self._db, [old])[old]
        self._touch(path)
        self.home.update()
        new = self._content(path)
        assert new is not None
        now = versions.current(self._db, [old, new, before])
        if self._length(old) == self._length(new):
            assert len(set(now.values())) == 1
        else:
            assert now[old] == now[before] == before, "nothing follows to another film"
        self.check()

    def _length(self, content: str) -> int:
        sql = "SELECT CAST(round(duration) AS INTEGER) FROM item WHERE id = ?"
        return self._count(sql, [content])

    @rule(root=st.sampled_from(ROOTS))
    def rename_a_folder(self, root: str) -> None:
        season, renamed = (self.home.folder / root / name for name in ("season", "Season 1"))
        old, new = (season, renamed) if season.is_dir() else (renamed, season)
        if old.is_dir() and not new.exists():
            old.rename(new)
            self.scanned = False

    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        if path := self._pick(data):
            path.unlink()
            self.scanned = False

    @rule(data=st.data())
    def edit_tags_in_the_file(self, data: st.DataObject) -> None:
        path = self._pick(data, ".mp3", ".flac")
        if path:
            tags = mutagen.File(path, easy=True)
            tags["title"] = f"title {next(_numbers)}"
            tags.save()
            self._touch(path)
            self.scanned = False

    @rule(root=st.sampled_from(ROOTS))
    def unplug_or_plug_in(self, root: str) -> None:
        here, away = self.home.folder / root, self.home.folder / f"{root} is away"
        if here.is_dir():
            here.rename(away)
        else:
            away.rename(here)
        self.scanned = False

    @rule(root=st.sampled_from(ROOTS))
    def take_a_folder_out_and_put_it_back(self, root: str) -> None:
        if (self.home.folder / root).is_dir():
            self.home.remove_root(root)
            self.home.update()
            self.home.add_root(root)
            self.scan()

    @rule(root=st.sampled_from(ROOTS), name=st.sampled_from(NAMES))
    def leave_something_out_and_take_it_in_again(self, root: str, name: str) -> None:
        here = self.home.folder / root
        if here.is_dir():
            for patterns in ([f"{name}.*", "extra/"], []):
                self.home.engine.filing.exclude(str(here), patterns)
                self.home.update()
            self.scan()

    @rule(root=st.sampled_from(ROOTS))
    def move_a_folder_as_a_whole_and_back(self, root: str) -> None:
        here, other = self.home.folder / root, self.home.folder / f"{root} elsewhere"
        sql = "SELECT coalesce(2 * sum(missing) > count(*), 0) FROM location WHERE root = ?"
        if here.is_dir() and self.scanned and not self._count(sql, [str(here)]):
            for old, new in ((here, other), (other, here)):
                old.rename(new)
                self.home.engine.filing.relink_folder(str(old), str(new))
                self.home.update()
                self.check()

    @rule(data=st.data(), title=st.sampled_from(["Told", "Told otherwise"]))
    def put_an_nfo_file_beside_a_film_or_take_it_away(
        self, data: st.DataObject, title: str
    ) -> None:
        if path := self._pick(data, ".mp4", ".mkv"):
            beside = path.with_suffix(".nfo")
            if beside.exists():
                beside.unlink()
            else:
                beside.write_text(f"<movie><title>{title}</title></movie>", encoding="utf-8")
                self._touch(beside)
            self.scanned = False

    @rule(data=st.data(), into=st.sampled_from(["nfo", "tags"]))
    def write_back(self, data: st.DataObject, into: Literal["nfo", "tags"]) -> None:
        if (path := self._pick(data)) and self.home.id_of(path):
            plan = self.home.engine.writing.plan_write([str(path)], into=into)
            written = self.home.engine.writing.write_back(plan.token)
            assert written.files or not plan.lines
            for changed in {Path(line.path) for line in plan.lines}:
                self._touch(changed)
                self.scanned = False

    # What people say of items.

    @rule(data=st.data(), stars=st.sampled_from([0.5, 2.0, 3.5, 5.0]))
    def rate(self, data: st.DataObject, stars: float) -> None:
        if item := self._item(data):
            self.home.organising.rate([item], stars)
            if self._word(item, "", "stars") != stars:  # to say the same again is nothing new
                self._say("", "stars", item, stars)

    @rule(data=st.data())
    def write_a_note(self, data: st.DataObject) -> None:
        if item := self._item(data):
            text = f"note {next(_numbers)}."
            self.home.organising.write_note(item, text, profile=ME)
            now = versions.current(self._db, {one for one, _ in self.notes})
            self.notes = [(one, said) for one, said in self.notes if now[one] != item]
            self.notes.append((item, text))

    @rule(data=st.data(), watched=st.booleans())
    def mark(self, data: st.DataObject, watched: bool) -> None:
        if item := self._item(data):
            self.home.organising.mark([item], watched=watched, profile=ME)
            self._say("", "progress", item, watched)

    @rule(data=st.data(), name=st.sampled_from(TAGS), on=st.booleans())
    def tag(self, data: st.DataObject, name: str, on: bool) -> None:
        if item := self._item(data):
            if on:
                self.home.organising.tag([item], add=[name])
            else:
                self.home.organising.tag([item], remove=[name])
            if on or self._word(item, "tag", name):
                self._say("tag", name, item, on)

    @rule(data=st.data(), share=st.sampled_from([0.2, 0.5, 0.7]))
    def play(self, data: st.DataObject, share: float) -> None:
        if item := self._item(data):
            context = {"position": share, "watched": 7_200.0}
            self.home.engine._access.note(
                item, EventKind.PLAYED, profile=ME, value=share, context=context
            )
            self._say("", "progress", item, share)

    @rule(data=st.data(), on=st.booleans())
    def collect(self, data: st.DataObject, on: bool) -> None:
        if item := self._item(data):
            organising = self.home.organising
            if not organising.collections():
                organising.make_collection("Best")
            if on:
                organising.collect("Best", [item])
            else:
                organising.uncollect("Best", [item])
            if on or self._word(item, "", "collected"):
                self._say("", "collected", item, on)

    @rule(data=st.data(), field=st.sampled_from(FIELDS))
    def edit(self, data: st.DataObject, field: str) -> None:
        if item := self._item(data):
            number = next(_numbers)
            value = f"Mine {number}" if field == "title" else 1900 + number % 100
            self.home.organising.edit([item], {field: value})
            self._say("field", field, item, value)

    @rule(data=st.data())
    def change_one_s_mind(self, data: st.DataObject) -> None:
        if item := self._item(data):
            before = self._seen(item)
            self.home.organising.rate([item], 1.0)
            self.home.organising.edit([item], {"title": "Not this", "year": 1901})
            self.home.organising.tag([item], add=["by mistake"])
            for _ in range(3):
                self.home.organising.undo()
            assert self._seen(item) == before
            for field in FIELDS:  # to take back is the last word, too
                if (word := self._word(item, "field", field)) is not None:
                    self._say("field", field, item, word)

    @rule()
    def merge_for_a_while(self) -> None:
        items = sorted(self._items())
        if len(items) > 1:
            keep, other = items[0], items[-1]
            before = self._seen(keep), self._seen(other)
            self.home.organising.merge(keep, [other])
            assert versions.current(self._db, [other])[other] == keep
            self.home.organising.undo()
            assert (self._seen(keep), self._seen(other)) == before

    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        items = sorted(self._items())
        if len(items) > 1:
            keep = data.draw(st.sampled_from(items))
            other = data.draw(st.sampled_from([one for one in items if one != keep]))
            self._join(keep, other, partial(self.home.organising.merge, keep, [other]))

    @rule(data=st.data())
    def merge_and_tell_apart(self, data: st.DataObject) -> None:
        items = sorted(self._items())
        if len(items) > 2:
            three = data.draw(st.permutations(items))[:3]
            before = [self._seen(each) for each in three]
            first, second, third = three
            self.home.organising.merge(second, [first])
            self.home.organising.merge(third, [second])
            self.home.organising.apart([first, second])
            now = versions.current(self._db, three)
            assert (now[first], now[second]) == (first, third)
            for _ in range(3):
                self.home.organising.undo()
            assert [self._seen(each) for each in three] == before

    @rule(data=st.data())
    def take_back_and_do_again_what_was_done_long_ago(self, data: st.DataObject) -> None:
        done = [each for each in self.home.organising.changes(limit=20) if not each.undone]
        if done:
            before = {each: self._seen(each) for each in sorted(self._items())}
            wanted = data.draw(st.sampled_from(done))
            undone = self.home.organising.undo(wanted.id)
            self.home.organising.undo(undone.id)
            assert {each: self._seen(each) for each in sorted(self._items())} == before

    @rule(data=st.data())
    def forget_for_a_while(self, data: st.DataObject) -> None:
        if missing := self._missing():
            item = data.draw(st.sampled_from(missing))
            before = self._seen(item)
            self.home.engine.filing.forget([item])
            assert item not in self._items()
            self.home.organising.undo()
            assert self._seen(item) == before

    @rule(data=st.data())
    def find_what_is_missing(self, data: st.DataObject) -> None:
        path, missing = self._pick(data), self._missing()
        found = self.home.id_of(path) if path else None
        if path and found and missing and self.scanned:
            item = data.draw(st.sampled_from(missing))
            self._join(found, item, partial(self.home.engine.filing.relink, item, str(path)))

    # What the program does.

    @rule()
    def scan(self) -> None:
        self.home.update()
        self.scanned = True
        self.check()

    @rule()
    def start_anew(self) -> None:
        self.home.engine.close()
        self.home.open()

    def check(self) -> None:
        """All that was ever said is still said of what the file is now."""
        for (group, field), words in self.words.items():
            for item in {versions.current(self._db, [item])[item] for item, _ in words}:
                assert self._said(item, group, field) == self._word(item, group, field)
        for item, text in self.notes:
            now = versions.current(self._db, [item])[item]
            mine = registers.values(self._db, [now], profile=ME).get(now, {})
            assert text in mine.get("note", "")
        twice = {key: times for key, times in self.home.analysed.items() if times > 1}
        assert not twice
        if not self.scanned:
            return
        for path in self.home.present():
            row = self._db.conn.execute(
                "SELECT item, content, missing, problem FROM location WHERE path = ?",
                [str(path)],
            ).fetchone()
            assert row is not None
            item, content, missing, problem = row
            assert (missing, problem) == (0, None)
            assert item == versions.current(self._db, [content])[content]
        # No item goes by the name of a file that is gone while a copy of it is there.
        assert not self._count(
            "SELECT count(*) FROM told JOIN location AS gone ON gone.path = told.path"
            " JOIN root ON root.path = gone.root WHERE told.source = 'guessed'"
            "  AND gone.content = told.item AND gone.missing = 1 AND root.problem IS NULL"
            "  AND EXISTS(SELECT 1 FROM location AS copy WHERE copy.content = told.item"
            "   AND copy.missing = 0)",
            [],
        )
        listed = {row[0] for row in self._db.conn.execute("SELECT DISTINCT item FROM location")}
        for words in self.words.values():
            assert {versions.current(self._db, [one])[one] for one, _ in words} <= listed

    def plug_all(self) -> None:
        for root in ROOTS:
            if not (self.home.folder / root).is_dir():
                self.unplug_or_plug_in(root)

    @property
    def _db(self):  # type: ignore[no-untyped-def] # noqa: ANN202
        return self.home.store.read()

    def _say(self, group: str, field: str, item: str, word: object) -> None:
        self.words.setdefault((group, field), []).append((item, word))

    def _word(self, item: str, group: str, field: str) -> object:
        """The last word on all that counts as this item."""
        words = self.words.get((group, field), [])
        now = versions.current(self._db, {one for one, _ in words})
        return next((word for one, word in reversed(words) if now[one] == item), None)

    def _said(self, item: str, group: str, field: str) -> object:
        """What the library says now."""
        return self._seen(item)[f"{group}/{field}"] if group or field else None

    def _seen(self, item: str) -> dict[str, object]:
        view = self.home.engine.views([item])
        if not view:
            return {}
        found = view[0]
        mine = registers.values(self._db, [item]).get(item, {})
        is_in = [name for name, value in mine.items() if name.startswith(removing.IN) and value]
        is_marked = isinstance(self._word(item, "", "progress"), bool)
        seen: dict[str, object] = {
            "/stars": found.stars,
            "/progress": found.finished if is_marked else found.progress or None,
            "/collected": bool(is_in) if self._word(item, "", "collected") is not None else None,
        }
        for name in TAGS:
            on = name in found.labels
            seen[f"tag/{name}"] = on if self._word(item, "tag", name) is not None else None
        for name in FIELDS:
            edited = mine.get(name)
            seen[f"field/{name}"] = edited
            if edited is not None:
                assert getattr(found, name) == edited
        return seen

    def _join(self, keep: str, other: str, join: Callable[[], object]) -> None:
        """Make two items one: what was said of both adds up, or what was said of `keep` stands."""
        both = {
            (group, field): [self._word(one, group, field) for one in (keep, other)]
            for group, field in self.words
        }
        join()
        for (group, field), (mine, theirs) in both.items():
            if group == "tag" or field == "collected":
                words = [word for word in (mine, theirs) if word is not None]
                if words:
                    self._say(group, field, keep, any(words))
            elif group == "field" and (mine is not None or theirs is not None):
                self._say(group, field, keep, theirs if mine is None else mine)

    def _content(self, path: Path) -> str | None:
        sql = "SELECT content FROM location WHERE path = ?"
        row = self._db.conn.execute(sql, [str(path)]).fetchone()
        return row[0] if row else None

    def _count(self, sql: str, values: Sequence[str | None]) -> int:
        return int(self._db.conn.execute(sql, values).fetchone()[0])

    def _missing(self) -> list[str]:
        """Items whose files went away from folders that are plugged in."""
        rows = self._db.conn.execute(
            "SELECT location.item FROM location JOIN root ON root.path = location.root"
            " WHERE location.item IS NOT NULL GROUP BY location.item"
            " HAVING min(missing) = 1 AND max(root.problem IS NOT NULL) = 0"
        )
        return sorted(row[0] for row in rows)

    def _items(self) -> set[str]:
        rows = self._db.conn.execute("SELECT DISTINCT item FROM location WHERE item IS NOT NULL")
        return {row[0] for row in rows}

    def _item(self, data: st.DataObject) -> str | None:
        items = sorted(self._items())
        return data.draw(st.sampled_from(items)) if items else None

    def _pick(self, data: st.DataObject, *endings: str) -> Path | None:
        paths = [one for one in self.home.present() if not endings or one.suffix in endings]
        return data.draw(st.sampled_from(paths)) if paths else None

    def _place(self, root: str, folder: str, name: str, suffix: str) -> Path | None:
        home = self.home.folder / root
        if not home.is_dir():
            return None
        path = home / folder / f"{name}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _put(self, root: str, folder: str, name: str, content: str) -> None:
        to = self._place(root, folder, name, Path(content).suffix)
        if to:
            shutil.copyfile(self.contents[content], to)
            self._touch(to)
            self.scanned = False

    def _touch(self, path: Path) -> None:
        """Give a file a time of change of its own, as if minutes lay between the steps."""
        then = (1_700_000_000 + 60 * next(_numbers)) * 10**9
        os.utime(path, ns=(then, then))


def test_nothing_is_lost_and_nothing_is_analysed_twice(
    contents: dict[str, Path], models: Models
) -> None:
    NeverLost.contents, NeverLost.models = contents, models
    run_state_machine_as_test(
        NeverLost,
        settings=settings(
            max_examples=EXAMPLES or 12,
            stateful_step_count=25,
            deadline=None,
            derandomize=not EXAMPLES,
            phases=[Phase.explicit, Phase.generate],  # to shrink takes longer than to read
            suppress_health_check=list(HealthCheck),
        ),
    )
