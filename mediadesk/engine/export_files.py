"""Opens the files of an export: one alone, those of a ZIP archive, or those of a folder."""

import lzma
import os
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mediadesk.api import UnreadableError
from mediadesk.store import foreign

_MOST_BYTES = 64 << 20
_MOST_WHOLE = 512 << 20  # of XML and databases, for Kodi and Plex keep everything in one
_WHOLE = (".xml", ".db")
_BLANK = b"\xef\xbb\xbf \t\r\n"
_START = 100  # bytes that tell what a file holds
MOST_UNPACKED = 4 << 30
_ENDINGS = (
    (b"{", ".jsonl"), (b"{", ".json"), (b"[", ".json"), (b"<", ".xml"),
    (b"SQLite format 3", ".db"),
)  # fmt: skip
_ZIPS = (b"PK\3\4", b"PK\5\6")  # of one with files, and of an empty one
# A password is a RuntimeError there, a packing that is not known a NotImplementedError.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError,
)  # fmt: skip
"""What a damaged archive raises."""
Fits = Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that may be an export, or be one part of it.

    Before its name stand those of the archive and of the folders that it lies in.
    """

    name: str
    size: int
    content: Callable[[], bytes]


def is_archive(path: Path) -> bool:
    """Tell by its content whether a file is a ZIP archive."""
    with path.open("rb") as file:
        return file.read(4).startswith(_ZIPS)


def endings(content: bytes) -> list[str]:
    """Give what the name of a file of this content may end in; some people name it anew."""
    start = content[:_START].lstrip(_BLANK)
    return [ending for sign, ending in _ENDINGS if start.startswith(sign)] or [".csv"]


def within(folder: Path, fits: Fits) -> list[File]:
    """Give the files of an archive that a person unpacked, that fit by their names."""
    found = [
        Path(place, name)
        for place, _, names in os.walk(folder)
        for name in sorted(names)
        if fits(name)
    ]
    return [
        File(
            name=f"{folder.name}/{path.relative_to(folder).as_posix()}",
            size=path.stat().st_size,
            content=partial(content, path),
        )
        for path in found
        if path.is_file()
    ]


def packed(path: Path, archive: zipfile.ZipFile, fits: Fits) -> list[File]:
    """Give the files of an archive that fit by their names."""
    return [
        File(
            name=f"{path.name}/{each.filename}",
            size=each.file_size,
            content=partial(archive.read, each),
        )
        for each in archive.infolist()
        if fits(each.filename)
    ]


def content(path: Path) -> bytes:
    """Read a file, a database together with its journals.

    Raises:
        UserError: if it is a database that can't be read.
        OSError: if it can't be read.
    """
    return foreign.content(path) if foreign.is_database(path) else path.read_bytes()


def alone(path: Path) -> File:
    """Give a file that is no archive.

    Raises:
        UnreadableError: if it is larger than one of what it holds may be.
        OSError: if it can't be read.
    """
    with path.open("rb") as file:
        held = endings(file.read(_START))
    size = path.stat().st_size
    check_size(path, size, max(_most(name) for name in (path.name, *held)))
    return File(name=path.name, size=size, content=partial(content, path))


def _most(name: str) -> int:
    return _MOST_WHOLE if name.lower().endswith(_WHOLE) else _MOST_BYTES


def check_size(path: Path | str, size: int, most: int | None = None) -> None:
    """See that a file is not larger than one of its name may be, or than `most` bytes.

    Raises:
        UnreadableError: if it is.
    """
    most = _most(str(path)) if most is None else most
    if size > most:
        raise UnreadableError(f"“{path}” is larger than {most >> 20:,} MiB: export less at once.")
