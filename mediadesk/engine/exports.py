"""Reads what another program exported, with the importers of plugins that know it."""

import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatch
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath

from mediadesk.api import EventKind, Importer, UnreadableError, UserError, Watched
from mediadesk.engine import export_files
from mediadesk.engine.export_files import File, check_size
from mediadesk.host import Registry
from mediadesk.recommend.times import can_be

_MOST_FILES = 10_000
_MOST_LINES = 1_000_000
_KINDS = frozenset(EventKind) - {EventKind.UNDO, EventKind.SHOWN, EventKind.SEARCHED}
_LONGEST = 1_000  # characters of a title
_NFOS = (
    "“{}” holds what Kodi writes beside the films: add their folder to the library, then take it "
    "over with “mediadesk import nfo” (in the window: Look at NFO files and tags)."
)
Line = tuple[Importer, Watched]
OnProgress = Callable[[int, int], None]


def read(registry: Registry, path: Path, on_progress: OnProgress) -> Iterator[Line | str]:
    """Read a file, or all files of a ZIP archive or a folder that an importer knows, one by one.

    Gives lines, each with the importer that knew it, and sentences on what can't be used.
    `on_progress` is told after each file how many bytes are read, of how many.

    Raises:
        UserError: if it can't be read, no importer understands it, or it tells of nothing.
    """
    found = False
    why = f"“{path}” tells of nothing watched, heard or rated: choose another export."
    try:
        for told in _told(registry, path, on_progress):
            found = found or not isinstance(told, str)
            why = told if isinstance(told, str) else why
            yield told
    except OSError as error:
        raise UserError(f"“{path}” can't be read ({error.strerror}): check its rights.") from error
    if not found:
        raise UserError(_NFOS.format(path) if next(path.rglob("*.nfo"), None) else why)


def _told(registry: Registry, path: Path, on_progress: OnProgress) -> Iterator[Line | str]:
    def fits(name: str) -> bool:
        return bool(_fitting(registry, name))

    if os.path.isdir(path):  # noqa: PTH112 - never raises
        yield from _each(registry, path, export_files.within(path, fits), on_progress)
    elif not os.path.isfile(path):  # noqa: PTH113 - never raises
        raise UserError(f"“{path}” is no file that can be read: check its name.")
    elif export_files.is_archive(path):
        try:
            with zipfile.ZipFile(path) as archive:
                files = export_files.packed(path, archive, fits)
                yield from _each(registry, path, files, on_progress)
        except export_files.DAMAGED as error:
            raise UserError(
                f"“{path}” can't be unpacked ({str(error) or 'it ends too early'}): download it "
                "again, or unpack it yourself and choose its folder."
            ) from error
    else:
        yield from _alone(registry, path)


def _alone(registry: Registry, path: Path) -> Iterator[Line | str]:
    size = path.stat().st_size
    if not size:
        raise UserError(f"“{path}” is empty: export it again.")
    if path.suffix.lower() == ".nfo":
        raise UserError(_NFOS.format(path))
    file = export_files.alone(path)
    try:
        yield from _known(registry, file.name, file.content())
    except UserError as error:
        raise UserError(f"“{path}” can't be imported: {error}") from error


def _known(registry: Registry, name: str, content: bytes) -> Iterator[Line | str]:
    """Read a file by its name, else by what it holds.

    Raises:
        UserError: if nobody knows it.
    """
    others = (each for each in export_files.endings(content) if not name.lower().endswith(each))
    problems: list[UserError] = []
    for each in ("", *others):
        try:
            yield from _lines(registry, f"{name}{each}", content)
        except UnreadableError:
            raise
        except UserError as error:
            problems.append(error)
        else:
            return
    raise problems[0]


def _each(
    registry: Registry, path: Path, files: list[File], on_progress: OnProgress
) -> Iterator[Line | str]:
    if len(files) > _MOST_FILES:
        raise UserError(
            f"“{path}” holds more than {_MOST_FILES:,} files: choose the one that tells your "
            "history."
        )
    done, total = 0, sum(file.size for file in files)
    check_size(path, total, export_files.MOST_UNPACKED)
    for file in files:
        try:
            check_size(f"{path.parent}/{file.name}", file.size)
            yield from _lines(registry, file.name, file.content())
        except UnreadableError as error:
            yield str(error)
        except UserError:
            pass  # most files beside a history are none
        except OSError as error:
            yield f"“{file.name}” can't be read ({error.strerror or error}): check its rights."
        done += file.size
        on_progress(done, total)


def _fitting(registry: Registry, name: str) -> list[Importer]:
    """Give the importers for files of such a name."""
    own = PurePosixPath(name).name.lower()
    return [
        each
        for each in registry.parts("importers")
        if any(fnmatch(own, pattern.lower()) for pattern in each.patterns)
    ]


def _lines(registry: Registry, name: str, content: bytes) -> Iterator[Line | str]:
    """Let the first importer read a file that knows it.

    Raises:
        UnreadableError: if it is known and still can't be used.
        UserError: if nobody knows it.
    """
    problems: dict[str, UserError] = {}
    if not _fitting(registry, name):
        raise UserError(
            f"no plugin reads files such as “{name}”: choose what the other program exported, as "
            "it named it, or install a plugin that imports from there."
        )
    for importer in _fitting(registry, name):
        try:
            read = registry.guard(importer, partial(_ask, importer, name, content))
        except UserError as error:
            problems[importer.title] = error
        else:
            for line in read:
                yield line.problem or (importer, line)
            return
    for problem in problems.values():
        if isinstance(problem, UnreadableError) or len(problems) == 1:
            raise problem
    *others, last = problems
    raise UserError(
        f"choose an export of {', '.join(others)} or {last}, as that program wrote and named it."
    )


def _ask(importer: Importer, name: str, content: bytes) -> list[Watched]:
    return _checked(name, importer.read(name, content))


def _checked(name: str, lines: Iterable[Watched]) -> list[Watched]:
    found = list(islice(lines, _MOST_LINES + 1))
    if len(found) > _MOST_LINES:
        raise UnreadableError(f"“{name}” has more than {_MOST_LINES:,} lines: export less at once.")
    for line in found:
        if line.kind not in _KINDS or not 0 <= line.value <= 1 or not can_be(line.at):
            raise ValueError(f"{line} is nothing that a person did")
        if max(len(line.title), len(line.artist), len(line.original)) > _LONGEST:
            raise ValueError(f"a title of more than {_LONGEST:,} characters")
    return found
