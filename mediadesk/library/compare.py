"""Compares what lies in folders with what is known of them."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import compress
from operator import itemgetter

from mediadesk.library.excludes import Excludes
from mediadesk.library.walk import Folder
from mediadesk.store.locations import Known, Seen, beyond, seen, sidecars_json

_PATH = itemgetter(0)
_RACE_NS = 2 * 10**9  # the coarsest clock of a file system


class Comparison:
    """What is new, changed or gone, folder after folder.

    `changed` are new or changed places; of those in `resubtitled` the subtitles beside them
    changed. `folders` are (path, mtime in ns, check sum) of those that are not as they were.
    `files` counts places that are there, `came` those that were not before. `settling` are the
    folders of files written to within the last seconds, each as often as it has any; where these
    are new they are counted later.
    """

    def __init__(
        self, root: str, folders: Mapping[str, tuple[int, int]], *, now: float, settle: float
    ) -> None:
        """Begin.

        Args:
            root: the folder of the library.
            folders: path → (mtime in ns, check sum) of the folders in it, as known.
            now: unix seconds.
            settle: files written to within so many seconds are left for later.
        """
        self._root = root
        self._folders = folders
        self._now_ns = round(now * 1e9)
        self._settle_ns = round(settle * 1e9)
        self.changed: list[Seen] = []
        self.resubtitled: list[str] = []
        self.folders: list[tuple[str, int, int]] = []
        self.visited: set[str] = set()
        self.settling: list[str] = []
        self._known: Known = []
        self._is_left = bytearray()  # of each of these
        self._left: Known = []
        self.files = self.came = 0
        self._left_out: set[str] = set()
        self._unread: set[str] = set()

    def expect(self, known: Known) -> None:
        """Count these places as gone until they are met; those of before are met no more."""
        self._left += compress(self._known, self._is_left)
        self._known, self._is_left = known, bytearray(b"\1") * len(known)

    def left(self) -> Known:
        """Give the places that were not met, less those that nobody could be asked about."""
        return [each for each in self._unmet() if not self.is_unread(each[0])]

    def unread(self) -> Known:
        """Give the places that were there, and that nobody could be asked about now."""
        return [one for one in self._unmet() if beyond(one)[2] != 1 and self.is_unread(one[0])]

    def _unmet(self) -> Known:
        return [*self._left, *compress(self._known, self._is_left)]

    def is_unread(self, path: str) -> bool:
        """Tell whether a path is or lies in what could not be read: it may be there still."""
        return bool(self._unread) and self._is_in(path, self._unread)

    def take(self, folder: Folder) -> None:
        """Compare one folder."""
        self.files += len(folder.files)
        self._left_out.update(folder.left_out)
        self._unread.update(folder.unread)
        unrest = len(self.settling)
        if folder.files:
            self._take_files(folder)
        is_fresh = abs(self._now_ns - folder.mtime_ns) < _RACE_NS
        # Of one that may have changed since without a sign of it, another look is wanted.
        mtime_ns = 0 if is_fresh or len(self.settling) > unrest else folder.mtime_ns
        if self._folders.get(folder.path) != (mtime_ns, folder.sum):
            self.folders.append((folder.path, mtime_ns, folder.sum))
        self.visited.add(folder.path)

    def left_out(self, left: Known, rules: Excludes | None) -> dict[str, None]:
        """Give the paths of those of some places, in their order, that patterns leave out."""
        if not self._left_out and rules is None:
            return {}
        return {path: None for path, *_ in left if self._is_out(path, rules)}

    def _take_files(self, folder: Folder) -> None:
        found = _seen(folder)
        known = self._meet(found)
        if known == found:
            return
        now_ns, settle_ns = self._now_ns, self._settle_ns
        for now, before in zip(found, known, strict=True):
            if now == before:
                continue
            has_come = before is None or beyond(before)[2] == 1
            is_same = before is not None and before[:3] == now[:3]
            if not is_same and abs(now_ns - now[2]) < settle_ns:
                self.settling.append(folder.path)
                self.files -= has_come
                continue
            self.changed.append(now)
            self.came += has_come
            if before is not None and beyond(before)[0] != beyond(now)[0]:
                self.resubtitled.append(now[0])

    def _meet(self, found: Sequence[Seen]) -> Sequence[Seen | None]:
        """Give what is known of these places, which are in the order of their paths."""
        at = bisect_left(self._known, found[0][0], key=_PATH)
        end = at + len(found)
        if self._known[at:end] == found:  # as nearly always, and quickly told
            self._is_left[at:end] = bytes(len(found))
            return found
        known: list[Seen | None] = []
        for path, *_ in found:
            if at < len(self._known) and self._known[at][0] != path:
                at = bisect_left(self._known, path, at, key=_PATH)
            if at < len(self._known) and self._known[at][0] == path:
                known.append(self._known[at])
                self._is_left[at] = 0
            else:
                known.append(None)
        return known

    def _is_out(self, path: str, rules: Excludes | None) -> bool:
        if rules is not None and rules.covers(path):
            return True
        return self._is_in(path, self._left_out)

    def _is_in(self, path: str, some: AbstractSet[str]) -> bool:
        while len(path) >= len(self._root):
            if path in some:
                return True
            path = path[: max(path.rfind("/"), path.rfind("\\"))]
        return False


def _seen(folder: Folder) -> Sequence[Seen]:
    if not (folder.subtitles or folder.listing or folder.above or folder.clouded):
        return folder.files
    subtitles, sum_of, clouded = folder.sidecars(), folder.sums(), folder.clouded
    return [
        seen(
            file,
            sidecars_json(subtitles[file[0]]) if subtitles else "[]",
            sum_of(file[0]),
            2 if file[0] in clouded else 0,
        )
        for file in folder.files
    ]
