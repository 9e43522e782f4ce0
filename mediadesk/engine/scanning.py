"""Looking through the folders of the library, one look at a time."""

import contextlib
import logging
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mediadesk.api import UserError
from mediadesk.library import scan
from mediadesk.library.patience import Patience, Pulse
from mediadesk.library.presence import HangingError, Presence
from mediadesk.library.scan import Report
from mediadesk.paths import spelled
from mediadesk.store import Store, jobs, replaced, roots
from mediadesk.store.roots import Root

if TYPE_CHECKING:
    from mediadesk.engine.work import Analysis

log = logging.getLogger(__name__)


class Scanning:
    """Brings the library in step with its folders, and looks again where files still change."""

    def __init__(
        self,
        store: Store,
        presence: Presence,
        *,
        analysis: "Callable[[], Analysis | None]",
        extractors: Callable[[], Sequence[str]],
        on_change: Callable[..., None],
        patience: Patience | None = None,
    ) -> None:
        """Look at nothing yet.

        Args:
            store: the library.
            presence: tells whether a folder answers.
            analysis: gives the analysis, once there is one; it gets to work on what is found.
            extractors: gives the names of those that read subtitles again when these change.
            on_change: called with the names of what changed.
            patience: lets it go through drives.
        """
        self._store = store
        self._presence = presence
        self._patience = patience or Patience()
        self._analysis = analysis
        self._extractors = extractors
        self._on_change = on_change
        self._lock = threading.Lock()
        self._settling: dict[str, int] = {}
        self._has_news = False
        # Always the same thread: each has a database connection of its own.
        self._rescans = ThreadPoolExecutor(1, thread_name_prefix="rescan")
        self._later = threading.Timer(0, self._look_again)
        self._waits = False

    @property
    def settling(self) -> int:
        """How many files are left alone because they still change."""
        return sum(self._settling.values())

    def close(self) -> None:
        """Look no more."""
        self._later.cancel()
        self._patience.close()
        self._rescans.shutdown(cancel_futures=True)

    def whole(self, paths: Sequence[Path] = ()) -> None:
        """Look through these folders of the library, or all of them.

        Raises:
            UserError: if one is none.
        """
        known = {root.path: root for root in roots.listed(self._store.read())}
        if strange := [path for path in paths if path not in known]:
            raise UserError(f"“{strange[0]}” is not in the library: add it first.")
        with self._lock:
            for path in paths or known:
                report = self._ask(known[path], scan.scan_root)
                self._note(spelled(path), report, below=True)
            if (analysis := self._analysis()) is not None:
                # Before the count falls to nothing, or `analyze` would think that all is done.
                analysis.start()
            self._has_news = True  # who asks for a look may wait for its end
        self._told()

    def behind(self, paths: Sequence[Path]) -> None:
        """Look through these folders later, on another thread; the next start does what is left."""
        with contextlib.suppress(RuntimeError):  # it is closed
            self._rescans.submit(self._whole_behind, paths)

    def part(self, folders: Iterable[str]) -> None:
        """Look into these folders; where files were replaced, also wherever something came or went.

        Only so it is known whether what was replaced has moved elsewhere.
        """
        with self._lock:
            known = roots.listed(self._store.read())
            for root, inside in _by_root(known, folders).values():
                report = self._ask(root, partial(scan.scan_folders, folders=inside))
                for folder in inside:
                    self._note(folder, report, below=False)
            self._go_on()
        if replaced.waits_for_look(self._store.read()):
            self.anew()
        self._told()

    def anew(self) -> None:
        """Look wherever something came or went, in all folders that are there."""
        with self._lock:
            for root in roots.listed(self._store.read()):
                if root.problem is None:
                    report = self._ask(root, scan.scan_folders)
                    self._note(spelled(root.path), report, below=True)
            self._go_on()
        self._told()

    def hangs(self, root: Path) -> bool:
        """Tell whether the drive of a root still owes an answer to somebody who looked through."""
        return self._patience.hangs(root)

    def forget(self, root: Path, act: Callable[[], bool]) -> bool:
        """Do something that takes a root away, while nobody looks through it."""
        with self._lock:
            done = act()
            self._settling = {
                path: count
                for path, count in self._settling.items()
                if not _is_in(path, spelled(root))
            }
            return done

    def _ask(self, root: Root, look: Callable[..., Report]) -> Report:
        def through(pulse: Pulse) -> Report:
            return look(
                self._store,
                root.path,
                on_batch=partial(self._on_change, "status"),
                on_resubtitled=partial(jobs.requeue, extractors=list(self._extractors())),
                pulse=pulse,
            )

        try:
            self._presence.mark(root.path)
            report = self._patience.go(root.path, through)
        except HangingError as hanging:
            return scan.note_away(self._store, root.path, str(hanging))
        if report.left_out:
            self._store.write(jobs.park)
        return report

    def _note(self, looked: str, report: Report, *, below: bool) -> None:
        """Keep which folders have files that still change, and whether anything is new."""
        self._has_news |= report != Report()
        kept = {
            path: count
            for path, count in self._settling.items()
            if path != looked and not (below and _is_in(path, looked))
        }
        for folder in report.settling:
            kept[folder] = report.settling.count(folder)
        self._settling = kept

    def _go_on(self) -> None:
        if (analysis := self._analysis()) is not None:
            analysis.pipeline.start()

    def _told(self) -> None:
        if self._has_news:
            self._has_news = False
            self._on_change("items", "status")
        # One that waits already is not put off: others may change all the time.
        if self._settling and self._analysis() is not None and not self._waits:
            self._waits = True
            self._later = threading.Timer(
                scan.SETTLE_SECONDS, lambda: self._rescans.submit(self._look_again)
            )
            self._later.daemon = True
            self._later.start()

    def _whole_behind(self, paths: Sequence[Path]) -> None:
        try:
            self.whole(paths)
        except UserError as error:  # it was taken out again, or the program closes
            log.info("%s", error)
        except Exception:
            log.exception("the folders are looked through later")

    def _look_again(self) -> None:
        """Look again where files that were changing may have come to rest."""
        self._waits = False
        try:
            self.part(list(self._settling))
        except Exception:
            log.exception("the files that were changing are looked at later")
            self._told()


def _by_root(known: Sequence[Root], folders: Iterable[str]) -> dict[Path, tuple[Root, list[str]]]:
    """Give the innermost root of each folder, with its folders."""
    found: dict[Path, tuple[Root, list[str]]] = {}
    for folder in folders:
        around = [root for root in known if _is_in(folder, spelled(root.path))]
        if around:
            root = max(around, key=lambda each: len(str(each.path)))
            found.setdefault(root.path, (root, []))[1].append(folder)
    return found


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
