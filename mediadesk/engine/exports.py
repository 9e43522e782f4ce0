"""Reads what another program exported, with the importers of plugins that know it."""

import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath

from mediadesk.api import EventKind, Importer, UnreadableError, UserError, Watched
from mediadesk.host import Registry
from mediadesk.recommend.times import can_be

_MOST_BYTES = 64 << 20
_MOST_XML = 512 << 20  # it is read entry by entry, and Kodi writes everything into one
_MOST_UNPACKED = 1 << 30
_MOST_MEMBERS = 10_000
_MOST_LINES = 1_000_000
_KINDS = frozenset(EventKind) - {EventKind.UNDO, EventKind.SHOWN, EventKind.SEARCHED}
# A password is a RuntimeError there, a packing that is not known a NotImplementedError.
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError)
Line = tuple[Importer, Watched]


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What an export tells: its lines, each with the importer that knew it.

    `left_out` are sentences, each about something in it that can't be used.
    """

    lines: list[Line]
    left_out: tuple[str, ...] = ()


def read(registry: Registry, path: Path) -> Export:
    """Read a file, or every file of a ZIP archive that an importer knows.

    Raises:
        UserError: if it can't be read, no importer understands it, or it tells of nothing.
    """
    if not os.path.isfile(path):  # noqa: PTH113 - never raises
        raise UserError(f"“{path}” is no file that can be read: check its name.")
    is_archive = path.suffix.lower() == ".zip"
    try:
        found = _archive(registry, path) if is_archive else _file(registry, path)
    except OSError as error:
        raise UserError(f"“{path}” can't be read ({error.strerror}): check its rights.") from error
    lines = [line for line in found.lines if not line[1].problem]
    problems = [watched.problem for _, watched in found.lines if watched.problem]
    left_out = (*found.left_out, *dict.fromkeys(problems))
    if not lines:
        why = f"“{path}” tells of nothing watched, heard or rated: choose another export."
        raise UserError(next(iter(left_out), why))
    return Export(lines=lines, left_out=left_out)


def _file(registry: Registry, path: Path) -> Export:
    _check_size(path, path.stat().st_size, _most(path.name))
    if not _fitting(registry, path.name):
        raise UserError(
            f"No plugin reads files such as “{path.name}”: install one that imports from where it "
            "comes."
        )
    try:
        return Export(lines=_lines(registry, path.name, path.read_bytes()))
    except UserError as error:
        raise UserError(f"“{path}” can't be imported: {error}") from error


def _archive(registry: Registry, path: Path) -> Export:
    lines: list[Line] = []
    left_out: list[str] = []
    for name, content in _unpacked(registry, path):
        try:
            lines += _lines(registry, name, content)
        except UnreadableError as error:
            left_out.append(str(error))
        except UserError:
            continue  # most files of an archive are no history
    if len(lines) > _MOST_LINES:
        raise UserError(f"“{path}” has more than {_MOST_LINES:,} lines: import its files in turn.")
    return Export(lines=lines, left_out=tuple(left_out))


def _unpacked(registry: Registry, path: Path) -> Iterator[tuple[str, bytes]]:
    """Give name and content of the files that may be exports.

    The archive's own name comes before each, for it may tell whose history it is.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if _fitting(registry, each.filename)]
            _check_size(path, sum(each.file_size for each in members), _MOST_UNPACKED)
            if len(members) > _MOST_MEMBERS:
                raise UserError(f"“{path}” holds more than {_MOST_MEMBERS:,} files: unpack it.")
            for member in members:
                _check_size(f"{path}/{member.filename}", member.file_size, _most(member.filename))
                content = archive.read(member)
                yield f"{path.name}/{member.filename}", content
    except _DAMAGED as error:
        raise UserError(
            f"“{path}” can't be unpacked ({error}): download it again, or unpack it yourself and "
            "choose a file in it."
        ) from error


def _most(name: str) -> int:
    return _MOST_XML if name.lower().endswith(".xml") else _MOST_BYTES


def _check_size(path: Path | str, size: int, most: int) -> None:
    if size > most:
        raise UserError(f"“{path}” is larger than {most >> 20:,} MiB: export less at once.")


def _fitting(registry: Registry, name: str) -> list[Importer]:
    """Give the importers for files of such a name."""
    own = PurePosixPath(name).name.lower()
    return [
        each
        for each in registry.parts("importers")
        if any(fnmatch(own, pattern.lower()) for pattern in each.patterns)
    ]


def _lines(registry: Registry, name: str, content: bytes) -> list[Line]:
    """Let the first importer read a file that knows it.

    Raises:
        UnreadableError: if it is known and still can't be used.
        UserError: if nobody knows it.
    """
    problems: dict[str, UserError] = {}
    for importer in _fitting(registry, name):
        try:
            read = registry.guard(importer, partial(_ask, importer, name, content))
        except UserError as error:
            problems[importer.title] = error
        else:
            return [(importer, line) for line in read]
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
    return found
