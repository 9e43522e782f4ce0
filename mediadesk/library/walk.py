"""Walks through the folders below a root and lists their media files, opening none."""

import os
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mediadesk.library import kinds

_SUBTITLE_FOLDERS = frozenset({"sub", "subs", "subtitles", "字幕"})
_SYSTEM_FOLDERS = frozenset(
    {"$recycle.bin", "#recycle", "@eadir", "lost+found", "system volume information"}
)
Sidecar = tuple[Path, int]


@dataclass(slots=True)
class Folder:
    """One folder's media files as (path, size, mtime in ns), and its subtitle files.

    `folders` are the paths of those inside, `links` of those that lie elsewhere.
    """

    path: str
    files: list[tuple[str, int, int]] = field(default_factory=list)
    subtitles: list[tuple[str, Sidecar]] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

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


def walk(root: str, *, skip: Collection[str], warn: Callable[[str], None]) -> Iterator[Folder]:
    """Give the root and every folder below it that can be read, each one once.

    Hidden folders, those of the system and those in `skip` are left out. Folders that are links
    come last, so that a folder goes by its own name where it has one.

    Args:
        root: the folder to begin with.
        skip: paths of folders that are not entered.
        warn: gets one sentence for each folder or name that can't be read.
    """
    waiting, links, visited = [root], list[str](), set[tuple[int, int]]()
    while waiting or links:
        path = (waiting or links).pop()
        try:
            status = os.stat(path)  # noqa: PTH116 - Path objects would double the time of a scan
            if (status.st_dev, status.st_ino) in visited:
                continue
            visited.add((status.st_dev, status.st_ino))
            folder = _look(path, warn)
        except OSError as error:
            warn(_sentence(path, error))
            continue
        waiting += [inner for inner in folder.folders if inner not in skip]
        links += [inner for inner in folder.links if inner not in skip]
        yield folder


def _look(path: str, warn: Callable[[str], None]) -> Folder:
    folder = Folder(path)
    with os.scandir(path) as entries:
        for entry in entries:
            name = entry.name
            if name.startswith("."):
                continue
            if not name.isascii() and not _is_text(name):
                warn(
                    f"“{os.fsencode(entry.path).decode(errors='replace')}” has a name that is not "
                    "in UTF-8: rename it."
                )
                continue
            try:
                _sort(folder, entry)
            except FileNotFoundError:
                continue  # it went away a moment ago, so it is missing like any other
            except OSError as error:  # such as a link that leads to itself
                warn(_sentence(entry.path, error))
    return folder


def _sort(folder: Folder, entry: "os.DirEntry[str]") -> None:
    name = entry.name
    ending = kinds.suffix(name)
    if ending in kinds.MEDIA and entry.is_file():
        status = entry.stat()
        folder.files.append((entry.path, status.st_size, status.st_mtime_ns))
    elif ending in kinds.SUBTITLES:
        if entry.is_file():
            folder.subtitles.append((name, (Path(entry.path), entry.stat().st_mtime_ns)))
    elif entry.is_dir() and name.lower() not in _SYSTEM_FOLDERS:
        (folder.links if entry.is_symlink() else folder.folders).append(entry.path)
        if name.lower() in _SUBTITLE_FOLDERS:
            _look_for_subtitles(folder, entry.path)


def _look_for_subtitles(folder: Folder, path: str) -> None:
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if kinds.is_subtitles(entry.name) and _is_text(entry.name):
                    _sort(folder, entry)
    except OSError:
        return  # the walk comes here on its own and tells


def _stem(name: str) -> str:
    return name[: name.rfind(".")].lower()


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _sentence(path: str, error: OSError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return f"“{path}” went away during the scan: scan again when it is back."
    if isinstance(error, PermissionError):
        return f"“{path}” may not be read: grant yourself access to it."
    return f"“{path}” can't be read ({error.strerror}): check its drive."
