"""Walks through the folders below a root and lists their media files, opening none."""

import errno
import os
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path

from mediadesk.library import beside, excludes, kinds
from mediadesk.library.drives import Placeholder
from mediadesk.library.excludes import Excludes
from mediadesk.library.patience import Pulse
from mediadesk.paths import native, spell
from mediadesk.store.parts import PREFIX

_SUBTITLE_FOLDERS = frozenset({"sub", "subs", "subtitles", "字幕"})
_SYSTEM_FOLDERS = frozenset(
    {"$recycle.bin", "#recycle", "@eadir", "lost+found", "system volume information"}
)
_BESIDE = frozenset({".nfo", *kinds.PICTURES})
_DISC_IMAGE = ".iso"
_PATH = itemgetter(0)
Sidecar = tuple[str, int]


@dataclass(slots=True)
class Folder:
    """One folder's media files as (path, size, mtime in ns), by path, and its subtitle files.

    `folders` are the paths of those inside, `links` of those that lie elsewhere, `left_out` those
    that patterns leave out. `listing` are its NFO files and pictures, as `beside` takes them, and
    `above` those of the folder around it; `sum` is another where what all folders below depend on
    is another. `clouded` are media files that are not on this disk, `parts` what is not whole yet
    of those that are being written; `discs` are disc images, which are not read. `unread` are paths
    of what is there but could not be asked about, which may be the folder itself.
    """

    path: str
    mtime_ns: int = 0
    sum: int = 0
    above: Mapping[str, int] = field(default_factory=dict)
    excludes: Excludes | None = None
    files: list[tuple[str, int, int]] = field(default_factory=list)
    subtitles: list[tuple[str, Sidecar]] = field(default_factory=list)
    listing: dict[str, int] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    clouded: set[str] = field(default_factory=set)
    parts: list[str] = field(default_factory=list)
    discs: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def sidecars(self) -> dict[str, tuple[Sidecar, ...]]:
        """Give the path of a media file → its subtitles: Name.srt, Name.en.srt, Name.zh-TW.srt.

        Of files Name.mkv and Name.Part2.mkv, the latter alone gets Name.Part2.srt.
        """
        if not self.subtitles:
            return {}
        stems = {path: _stem(path.rpartition(os.sep)[2]) for path, _, _ in self.files}
        by_stem: dict[str, list[Sidecar]] = {stem: [] for stem in stems.values()}
        for name, sidecar in self.subtitles:
            stem = _stem(name)
            while stem and stem not in by_stem:
                stem = stem.rpartition(".")[0]
            if stem:
                by_stem[stem].append(sidecar)
        return {path: tuple(sorted(by_stem[stem])) for path, stem in stems.items()}

    def sums(self) -> Callable[[str], int]:
        """Give how to get the check sum of the NFO files and pictures of a media file's path."""
        if not self.listing and not self.above:
            return lambda _: 0
        around = {f"../{name}": mtime for name, mtime in self.above.items()} | self.listing
        of_all = {name: around[name] for name in beside.belongs("", around)}
        of_most = beside.total(of_all)
        # To look for those of each file among all would take as long as the rest of a scan.
        own: dict[str, dict[str, int]] = {}
        for name, mtime in self.listing.items():
            for stem in _owners(name):
                own.setdefault(stem, {})[name] = mtime

        def sum_of(path: str) -> int:
            stem = _stem(path.rpartition(os.sep)[2])
            return beside.total(of_all | own[stem]) if stem in own else of_most

        return sum_of


def walk(
    starts: Iterable[Folder],
    *,
    skip: Collection[str],
    warn: Callable[[str], None],
    enter: Callable[[Folder, str], bool] = lambda _folder, _path: True,
    placeholder: Placeholder | None = None,
    pulse: Pulse | None = None,
) -> Iterator[Folder]:
    """Give these folders and every folder below them, each one once.

    Hidden folders, those of the system, those in `skip`, links that lead there, and those that
    patterns leave out are not entered. Folders that are links come last, so that a folder goes by
    its own name where it has one. One that can't be read is given as empty and of no time, so that
    it is looked at again.

    Args:
        starts: the folders to begin with, with what is known of them from around.
        skip: paths of folders that are not entered.
        warn: gets one sentence for each folder or file that can't be read.
        enter: tells of a folder and the path of one inside whether that is looked at as well.
        placeholder: tells a file that is not on this disk.
        pulse: shows that the drive answers.
    """
    pulse = pulse or Pulse()
    waiting, links, visited = list(starts), list[Folder](), set[tuple[int, int]]()
    while waiting or links:
        folder = (waiting or links).pop()
        pulse.ask(folder.path)
        at: int | str = ""
        try:
            at = _open(folder.path)
            status = os.stat(at)  # noqa: PTH116 - Path objects would double the time
            if status.st_ino and (status.st_dev, status.st_ino) in visited:
                continue
            visited.add((status.st_dev, status.st_ino))
            folder.mtime_ns = status.st_mtime_ns
            with os.scandir(at) as entries:
                _look(folder, entries, warn, placeholder, pulse)
            folder.links = [path for path in folder.links if not _leads_into(path, skip)]
        except OSError as error:
            warn(_sentence(folder.path, error))
            folder = Folder(folder.path, unread=[] if _is_gone(error) else [folder.path])
        finally:
            if isinstance(at, int):
                os.close(at)
            pulse.rest()
        for found, queue in ((folder.folders, waiting), (folder.links, links)):
            if found:
                queue += [
                    Folder(path, above=folder.listing, excludes=folder.excludes)
                    for path in reversed(found)
                    if path not in skip and enter(folder, path)
                ]
        yield folder


def begin(
    root: str, path: str, rules: Excludes | None, *, warn: Callable[[str], None]
) -> Folder | None:
    """Give a folder somewhere below a root to begin with; None where a walk would not come to it.

    Raises:
        OSError: if it, or one on the way, can't be read.
    """
    folder = Folder(root, excludes=rules)
    for name in Path(path).relative_to(root).parts:
        inner = os.path.join(folder.path, name)  # noqa: PTH118 - as everywhere here
        if name.startswith(".") or name.lower() in _SYSTEM_FOLDERS:
            return None
        here = native(folder.path)
        marks = [mark for mark in excludes.MARKS if os.path.exists(f"{here}{os.sep}{mark}")]  # noqa: PTH110
        around = excludes.inside(folder.path, marks, folder.excludes, warn)
        if around is not None and around.hit(inner, folder=True):
            return None
        folder = Folder(inner, excludes=around)
    if path != root:
        folder.above = _listing(os.path.dirname(path))  # noqa: PTH120 - of a spelled path
    return folder


def _listing(path: str) -> dict[str, int]:
    """Give the NFO files and pictures of a folder."""
    folder = Folder(path)
    with os.scandir(native(path)) as entries:
        for entry in entries:
            if kinds.suffix(entry.name) in _BESIDE:
                _sort(folder, path + os.sep, entry)
    return folder.listing


def _open(path: str) -> int | str:
    """Give what the system finds a folder by: its files are found from there, not from the root.

    That takes a twentieth off a scan. On Windows it is the path.
    """
    if os.scandir not in os.supports_fd:
        return native(path)
    return os.open(native(path), os.O_RDONLY | os.O_DIRECTORY)


def _look(
    folder: Folder,
    entries: Iterable["os.DirEntry[str]"],
    warn: Callable[[str], None],
    placeholder: Placeholder | None,
    pulse: Pulse,
) -> None:
    marks: dict[str, int] = {}
    start, media, found = folder.path.rstrip(os.sep) + os.sep, kinds.MEDIA, folder.files
    for entry in entries:
        pulse.beats += 1
        name = entry.name
        try:
            if name[0] == ".":
                _take_hidden(folder, start, entry, marks)
            # Calls for each of a million files would take a tenth of a scan.
            elif (name[-4:] in media or kinds.suffix(name) in media) and entry.is_file():
                status = entry.stat()
                path = start + (name if name.isascii() else spell(name))
                found.append((path, status.st_size, status.st_mtime_ns))
                if placeholder is not None and placeholder(status):
                    folder.clouded.add(path)
            else:
                _sort(folder, start, entry)
        except FileNotFoundError:
            continue  # it went away a moment ago, so it is missing like any other
        except OSError as error:  # such as a link that leads to itself
            warn(_sentence(start + spell(name), error))
            folder.unread.append(start + spell(name))
    found.sort(key=_PATH)
    folder.folders.sort()
    folder.links.sort()
    if folder.listing:
        folder.sum = beside.checksum("", folder.listing)
    _follow_rules(folder, marks, warn)
    for path in folder.discs:
        if folder.excludes is None or not folder.excludes.hit(path):
            warn(
                f"“{path}” is a disc image, which is not read: turn it into .mkv files, or leave"
                " out “*.iso”."
            )


def _follow_rules(folder: Folder, marks: Mapping[str, int], warn: Callable[[str], None]) -> None:
    """Leave out what the rules around and inside a folder leave out; `marks` are name → mtime."""
    if marks:
        folder.excludes = excludes.inside(folder.path, list(marks), folder.excludes, warn)
        folder.sum = zlib.crc32(repr((folder.sum, sorted(marks.items()))).encode())
    rules = folder.excludes
    if rules is None:
        return
    left_out = {path for path, _, _ in folder.files if rules.hit(path)}
    left_out |= {path for path in folder.folders + folder.links if rules.hit(path, folder=True)}
    folder.left_out = list(left_out)
    folder.files = [each for each in folder.files if each[0] not in left_out]
    folder.folders = [path for path in folder.folders if path not in left_out]
    folder.links = [path for path in folder.links if path not in left_out]


def _take_hidden(
    folder: Folder, start: str, entry: "os.DirEntry[str]", marks: dict[str, int]
) -> None:
    if entry.name in excludes.MARKS:
        marks[entry.name] = entry.stat().st_mtime_ns
    elif entry.name.startswith(PREFIX):
        folder.parts.append(native(start) + entry.name)


def _sort(folder: Folder, start: str, entry: "os.DirEntry[str]") -> None:
    """Take what is no media file; `start` is what its path begins with."""
    name = spell(entry.name)
    path, ending = start + name, kinds.suffix(name)
    if ending in kinds.SUBTITLES:
        if entry.is_file():
            folder.subtitles.append((name, (path, entry.stat().st_mtime_ns)))
    elif ending == _DISC_IMAGE and entry.is_file():
        folder.discs.append(path)
    elif ending in _BESIDE and entry.is_file():
        folder.listing[name.lower()] = entry.stat().st_mtime_ns
    elif entry.is_dir() and name.lower() not in _SYSTEM_FOLDERS:
        (folder.links if entry.is_symlink() else folder.folders).append(path)
        if name.lower() in _SUBTITLE_FOLDERS:
            _look_for_subtitles(folder, path)


def _leads_into(link: str, folders: Collection[str]) -> bool:
    path = spell(os.path.realpath(native(link)))
    return any(
        path == folder or path.startswith(folder.rstrip(os.sep) + os.sep) for folder in folders
    )


def _look_for_subtitles(folder: Folder, path: str) -> None:
    try:
        with os.scandir(native(path)) as entries:
            for entry in entries:
                if kinds.is_subtitles(entry.name):
                    _sort(folder, path + os.sep, entry)
    except OSError:
        return  # the walk comes here on its own and tells


def _owners(name: str) -> list[str]:
    """Give the stems of the files whose own NFO or picture this may be."""
    stem = _stem(name)
    if kinds.suffix(name) not in kinds.PICTURES:
        return [stem]
    return [stem[: len(stem) - len(role)] for role in beside.OWN if stem.endswith(role)]


def _stem(name: str) -> str:
    return name[: name.rfind(".")].lower()


def _is_gone(error: OSError) -> bool:
    return isinstance(error, FileNotFoundError | NotADirectoryError)


def _sentence(path: str, error: OSError) -> str:
    if _is_gone(error):
        return f"“{path}” went away during the scan: scan again when it is back."
    if isinstance(error, PermissionError):
        return f"“{path}” may not be read: grant yourself access to it."
    if error.errno == errno.ELOOP:
        return f"“{path}” leads back to itself: remove that link."
    if error.errno == errno.ENAMETOOLONG:
        return f"“{path[:200]}…” lies too deep to be opened: move it further up."
    return f"“{path}” can't be read ({error.strerror}): check its drive."
