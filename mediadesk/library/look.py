"""One look through a folder of the library, or a part of it, and what it came to."""

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from mediadesk.library import drives, excludes
from mediadesk.library.compare import Comparison
from mediadesk.library.patience import Pulse
from mediadesk.library.presence import problem
from mediadesk.library.walk import Folder, begin, walk
from mediadesk.paths import native, spelled
from mediadesk.store import Database, Store, locations, parts, renamed, replaced, roots, told
from mediadesk.store.folders import drop_folders, inside, known_folders, save_folders
from mediadesk.store.roots import Root

_BATCH = 2000
Resubtitled = Callable[[Database, list[str]], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a scan came to; `sidecars_changed` are items whose subtitles must be read again.

    `settling` are the folders of files that were written to within the last seconds and are left
    for later, each as often as it has such files. `problem` says why the root is not there,
    `warnings` what in it can't be read.
    """

    changed: int = 0
    missing: int = 0
    left_out: int = 0
    settling: tuple[str, ...] = ()
    sidecars_changed: tuple[str, ...] = ()
    problem: str | None = None
    warnings: tuple[str, ...] = ()


class Look:
    """A look through one root; it is taken by one of `whole`, `anew` and `part`."""

    def __init__(
        self,
        store: Store,
        root: Path,
        on_batch: Callable[[], object],
        on_resubtitled: Resubtitled,
        settle_seconds: float,
        *,
        pulse: Pulse,
    ) -> None:
        """Get ready; see `scan.scan_root` for what the arguments mean."""
        known = {each.path: each for each in roots.listed(store.read())}
        self._store = store
        self._path = root
        self._home = spelled(root)
        self._root: Root | None = known.pop(root, None)
        self._others = {spelled(path) for path in known}
        self._on_batch = on_batch
        self._on_resubtitled = on_resubtitled
        self._settle = settle_seconds
        self._pulse = pulse
        self._rules = excludes.of_root(self._home, self._root.excludes if self._root else ())
        self._warnings: dict[str, None] = {}  # in order, each once
        self._items: list[str] = []
        self._changed = 0

    def whole(self) -> Report:
        """Look through all of it."""
        self._warnings = {}  # what a look at a part of it told is told again
        db = self._store.read()
        folders = known_folders(db, self._path)
        comparison = self._compare(folders)
        known = locations.known_files(db, self._path)
        comparison.expect(known)
        for folder in self._walk([Folder(self._home, excludes=self._rules)]):
            comparison.take(folder)
            self._save_many(comparison)
        with self._pulse.asking(self._home):
            why = problem(self._path, is_known=bool(known or comparison.files))
        if why:  # also where it went meanwhile, which one sentence tells
            comparison.files = max(comparison.files, self._root.files if self._root else 0)
            self._warnings = {}
            return self._end(comparison, known, (), why=why)
        comparison.files += len(comparison.unread())
        unmet = (path for path in folders if path not in comparison.visited)
        gone = [path for path in unmet if not comparison.is_unread(path)]
        return self._end(comparison, comparison.left(), gone, why=None)

    def anew(self) -> Report:
        """Look where something came or went."""
        folders = known_folders(self._store.read(), self._path)
        if not folders or self._is_away():
            return self.whole()
        with self._pulse.asking(self._home):
            changed = _changed(folders, self._pulse)
        return self._part(changed, folders, is_all=True)

    def part(self, touched: Iterable[str]) -> Report:
        """Look into some folders."""
        if self._is_away():
            return self.whole()
        db = self._store.read()
        with self._pulse.asking(self._home):
            wanted = sorted({self._nearest(path) for path in touched})
        folders: dict[str, tuple[int, int]] = {}
        for path in wanted:
            if path not in folders:
                folders |= known_folders(db, self._path, below=path)
        return self._part(wanted, folders, is_all=False)

    def _part(
        self, wanted: Sequence[str], folders: Mapping[str, tuple[int, int]], *, is_all: bool
    ) -> Report:
        inner: dict[str, list[str]] = defaultdict(list)
        for path in folders if wanted else ():
            inner[_around(path)].append(path)
        comparison = self._compare(folders)
        # Of a folder where all depends on something else now, all that is below is looked at.
        deep: set[str] = set()
        gone: list[str] = []

        def enter(folder: Folder, path: str) -> bool:
            known = folders.get(folder.path)
            if folder.path in deep or known is None or known[1] != folder.sum:
                deep.add(path)
            # One of no time is wanted again, whatever has changed.
            return path in deep or not folders.get(path, (0, 0))[0]

        for folder in self._walk(self._begin(wanted), enter=enter):
            if any(path in deep or path not in folders for path in folder.links):
                return self.whole()  # only then it is known by which names a folder is reached
            comparison.expect(self._known(folder.path, below=False))
            comparison.take(folder)
            there = {folder.path, *folder.folders, *folder.links}
            for path in inner[folder.path]:
                if path not in there and not comparison.is_unread(path):
                    comparison.expect(self._known(path, below=True))
                    gone += known_folders(self._store.read(), self._path, below=path)
            self._save_many(comparison)
        if self._is_away():  # by now: what was met no more is not gone
            return self.whole()
        left = comparison.left()
        return self._end(comparison, left, gone, why=None, is_whole=False, is_all=is_all)

    def _begin(self, wanted: Sequence[str]) -> list[Folder]:
        """Give the folders to begin with, the outer ones to be taken first."""
        starts = []
        for path in sorted(wanted, reverse=True):
            if self._lies_in_other(path):
                continue
            try:
                with self._pulse.asking(path):
                    folder = begin(self._home, self._nearest(path), self._rules, warn=self._warn)
            except OSError:
                continue  # a whole scan tells what can't be read
            starts += [folder] if folder is not None else []
        return starts

    def _walk(
        self,
        starts: Sequence[Folder],
        enter: Callable[[Folder, str], bool] = lambda _folder, _path: True,
    ) -> Iterator[Folder]:
        for folder in walk(
            starts,
            skip=self._others | drives.system_folders(),
            warn=self._warn,
            enter=enter,
            placeholder=drives.placeholders(self._path),
            pulse=self._pulse,
        ):
            for part in folder.parts:
                with self._pulse.asking(part):
                    parts.clear(Path(part))
            yield folder

    def _compare(self, folders: Mapping[str, tuple[int, int]]) -> Comparison:
        return Comparison(self._home, folders, now=time.time(), settle=self._settle)

    def _known(self, folder: str, *, below: bool) -> locations.Known:
        return locations.known_files_in(self._store.read(), self._path, folder, below=below)

    def _is_away(self) -> bool:
        """Tell whether only a whole look can say how things are."""
        root = self._root
        if root is None or root.problem is not None or root.scanned_at is None:
            return True
        with self._pulse.asking(self._home):
            return problem(self._path, is_known=True) is not None

    def _nearest(self, path: str) -> str:
        """Give the folder, else the next one around it that is there."""
        while path.startswith(inside(self._home)[0]) and path != self._home:
            if os.path.isdir(native(path)):  # noqa: PTH112 - of many
                return path
            path = _around(path)
        return self._home

    def _lies_in_other(self, path: str) -> bool:
        return any(
            path == other or path.startswith(other + os.sep)
            for other in self._others
            if len(other) > len(self._home)
        )

    def _warn(self, sentence: str) -> None:
        self._warnings[sentence] = None

    def _save_many(self, comparison: Comparison) -> None:
        if len(comparison.changed) >= _BATCH:
            self._items += self._store.write(lambda db: self._save(db, comparison))
            self._on_batch()

    def _save(self, db: Database, comparison: Comparison) -> list[str]:
        """Save what was found so far; give the ids of items whose subtitles changed."""
        # Places that come in their order are quicker to keep, and are read in it.
        changed, comparison.changed = sorted(comparison.changed, key=itemgetter(0)), []
        resubtitled, comparison.resubtitled = comparison.resubtitled, []
        folders, comparison.folders = comparison.folders, []
        if not roots.has(db, self._path):
            return []  # it was removed during the scan
        items = locations.items_at(db, resubtitled)  # before a touched file is unread again
        locations.save_seen(db, self._path, changed)
        save_folders(db, self._path, folders)
        self._on_resubtitled(db, items)
        self._changed += len(changed)
        return items

    def _end(
        self,
        comparison: Comparison,
        left: locations.Known,
        gone: Sequence[str],
        *,
        why: str | None,
        is_whole: bool = True,
        is_all: bool = True,
    ) -> Report:
        left_out = comparison.left_out(left, self._rules)
        left = [each for each in left if each[0] not in left_out]
        missing = [each[0] for each in left if locations.beyond(each)[2] != 1]
        # What a drive that is away does not hold any more is only known when it is back.
        was_away = self._root is not None and (
            self._root.problem is not None or self._root.scanned_at is None
        )
        silent = [] if why else [each[0] for each in left] if was_away else missing
        again = [] if why or not is_all else self._mended()
        drive = drives.name(self._path) if is_whole and not why else None
        warnings = tuple(self._warnings)

        def end(db: Database) -> list[str]:
            items = self._save(db, comparison)
            if is_whole:
                roots.set_state(
                    db,
                    self._path,
                    problem=why,
                    warnings=warnings,
                    files=comparison.files,
                )
            else:
                came = comparison.came - len(missing) - len(left_out)
                looked = {*comparison.visited, *gone}
                roots.note_part(db, self._path, came=came, warnings=warnings, looked=looked)
            locations.set_gone(db, missing)
            if why:  # and what was met before the drive went
                locations.set_away(db, self._path)
            renamed.note_renamed(db, self._path, [] if why else missing)
            told.ask_others(db, [*silent, *left_out])
            replaced.follow_now(db, [*left_out])
            locations.leave_out(db, [*left_out])
            drop_folders(db, gone)
            locations.try_again(db, again)
            if drive is not None:
                roots.set_drive(db, self._path, drive)
            if is_all and not why:
                roots.note_looked(db, self._path)
            replaced.follow_replaced(db)
            return items

        self._items += self._store.write(end)
        self._on_batch()
        return Report(
            changed=self._changed,
            missing=len(missing),
            left_out=len(left_out),
            settling=tuple(comparison.settling),
            sidecars_changed=tuple(self._items),
            problem=why,
            warnings=warnings,
        )

    def _mended(self) -> list[str]:
        """Give the places that could not be read and whose rights may have changed since."""
        mended = []
        for path, seen_at in locations.troubled(self._store.read(), self._path):
            try:
                with self._pulse.asking(_around(path)):
                    changed_at = os.stat(native(path)).st_ctime  # noqa: PTH116
            except OSError:
                continue  # it is missing, which the scan finds
            if changed_at > seen_at:
                mended.append(path)
        return mended


def _around(path: str) -> str:
    """Give the folder that a path lies in; that of a drive itself is the drive."""
    return os.path.dirname(path)  # noqa: PTH120 - of a spelled path


def _changed(folders: Mapping[str, tuple[int, int]], pulse: Pulse) -> list[str]:
    """Give the folders that something came to or went from, or that are gone."""
    changed = []
    for path, (mtime_ns, _) in folders.items():
        pulse.ask(path)
        try:
            if os.stat(native(path)).st_mtime_ns != mtime_ns:  # noqa: PTH116 - of ten thousands of folders
                changed.append(path)
        except OSError:
            changed.append(path)
    return changed
