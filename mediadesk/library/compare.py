"""Compares what lies in folders with what is known of them."""

from collections.abc import Mapping

from mediadesk.library.excludes import Excludes
from mediadesk.library.walk import Folder
from mediadesk.store import locations
from mediadesk.store.locations import Known, Seen

_RACE_NS = 2 * 10**9  # the coarsest clock of a file system


class Comparison:
    """What is new, changed or gone, folder after folder.

    `changed` are new or changed places; of those in `resubtitled` the subtitles beside them
    changed. `folders` are (path, mtime in ns, check sum) of those that are not as they were.
    `files` counts places that are there, `came` those that were not before. `settling` are the
    folders of files written to within the last seconds, each as often as it has any; where these
    are new they are counted later. `left` are files not met yet.
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
        self.left: Known = {}
        self.files = self.came = 0
        self._left_out: set[str] = set()

    def expect(self, known: Known) -> None:
        """Count these places as gone until they are met."""
        self.left.update(known)

    def take(self, folder: Folder) -> None:
        """Compare one folder."""
        self.files += len(folder.files)
        self._left_out.update(folder.left_out)
        unrest = len(self.settling)
        if folder.files:
            self._take_files(folder)
        is_fresh = abs(self._now_ns - folder.mtime_ns) < _RACE_NS
        # Of one that may have changed since without a sign of it, another look is wanted.
        mtime_ns = 0 if is_fresh or len(self.settling) > unrest else folder.mtime_ns
        if self._folders.get(folder.path) != (mtime_ns, folder.sum):
            self.folders.append((folder.path, mtime_ns, folder.sum))
        self.visited.add(folder.path)

    def left_out(self, rules: Excludes | None) -> list[str]:
        """Give those of `left` that patterns leave out, and have them left no more."""
        if not self._left_out and rules is None:
            return []
        found = [path for path in self.left if self._is_out(path, rules)]
        for path in found:
            del self.left[path]
        return found

    def _take_files(self, folder: Folder) -> None:
        subtitles, sum_of = folder.sidecars(), folder.sums()
        root, left, clouded = self._root, self.left, folder.clouded
        for path, size, mtime_ns in folder.files:
            sidecars = locations.sidecars_json(subtitles[path]) if subtitles else "[]"
            is_clouded = 2 if path in clouded else 0
            now = (size, mtime_ns, sidecars, sum_of(path), is_clouded)
            before = left.pop(path, None)
            if before == now:
                continue
            is_same = before is not None and before[:2] == now[:2]
            has_come = before is None or before[4] == 1
            if not is_same and abs(self._now_ns - mtime_ns) < self._settle_ns:
                self.settling.append(folder.path)
                self.files -= has_come
                continue
            if before is not None and before[2] != sidecars:
                self.resubtitled.append(path)
            self.came += has_come
            self.changed.append((path, root, *now))

    def _is_out(self, path: str, rules: Excludes | None) -> bool:
        if rules is not None and rules.covers(path):
            return True
        while len(path) > len(self._root):
            if path in self._left_out:
                return True
            path = path[: max(path.rfind("/"), path.rfind("\\"))]
        return False
