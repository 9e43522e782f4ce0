"""What files held before they were written to, so that writing is taken back to the last byte."""

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from mediadesk.api import UserError
from mediadesk.host.install.disk import write_bytes
from mediadesk.paths import spelled, to_path

_CHUNK = 64 * 1024
_PROBE = 4096
_DIGEST = partial(hashlib.blake2b, digest_size=16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """How to make of what a file is `now` what it was; `media` is the film or song it tells of.

    Both are known by a BLAKE2b digest, "" where there is no file. It was the first `head` bytes of
    what is kept in `rest`, then `length` bytes from `start` of what it is now, then what is left of
    that.
    """

    file: str
    media: str
    now: str
    was: str
    rest: str
    head: int = 0
    start: int = 0
    length: int = 0


class Originals:
    """The folder with what one writing has changed, a record for each file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, media: Path, file: Path, fresh: Path | None) -> None:
        """Keep what a file is, before `fresh` takes its place, or before it goes.

        Raises:
            UserError: if there is no room for that; then nothing of it is left.
            OSError: if either file can't be read.
        """
        name = _name(spelled(file))
        with _opened(file) as old, _opened(fresh) as new:
            at, to, length = _shared(old, new)
            rest = _part(old, 0, at) + _part(old, at + length)
        told = Original(
            file=spelled(file),
            media=spelled(media),
            now=digest(fresh) if fresh else "",
            was=digest(file),
            rest=f"{name}.rest",
            head=at,
            start=to,
            length=length,
        )
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_bytes(self.folder / told.rest, rest)
            self._note(told)
        except OSError as error:
            self.forget(told)
            raise UserError(
                f"“{file}” stays as it is, for that can't be kept in “{self.folder}” "
                f"({error.strerror}): free some disk space there."
            ) from error

    def each(self) -> Sequence[Original]:
        """Give what is kept."""
        found = sorted(self.folder.glob("*.json"))
        return [Original(**json.loads(path.read_bytes())) for path in found]

    def restore(self, original: Original, fresh: Path) -> None:
        """Write what a file was.

        Raises:
            OSError: if that can't be read or written.
            ValueError: if it or what is kept was damaged since.
        """
        with _opened(to_path(original.file)) as now, fresh.open("wb") as file:
            rest = (self.folder / original.rest).read_bytes()
            file.write(rest[: original.head])
            file.write(_part(now, original.start, original.length))
            file.write(rest[original.head :])
        if digest(fresh) != original.was:
            raise ValueError("what was kept of it does not fit any more")

    def follow(self, old: Path, new: Path) -> None:
        """Look for the files of a folder where that is now; what was kept last stays the last."""
        at = self.folder.stat()
        for told in self.each():
            there = replace(
                told, file=_moved(told.file, old, new), media=_moved(told.media, old, new)
            )
            if there.file != told.file:
                self._note(there)
                self._record(told).unlink()
        os.utime(self.folder, ns=(at.st_atime_ns, at.st_mtime_ns))

    def forget(self, original: Original) -> None:
        """Keep nothing of one file any longer."""
        for path in (self._record(original), self.folder / original.rest):
            path.unlink(missing_ok=True)

    def drop(self) -> None:
        """Keep nothing of any file any longer."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _note(self, told: Original) -> None:
        write_bytes(self._record(told), json.dumps(asdict(told)).encode())

    def _record(self, original: Original) -> Path:
        return self.folder / f"{_name(original.file)}.json"


def digest(file: Path) -> str:
    """Give the BLAKE2b digest of a file, "" where there is none.

    Raises:
        OSError: if it can't be read.
    """
    if not file.is_file():
        return ""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, _DIGEST).hexdigest()


def _moved(file: str, old: Path, new: Path) -> str:
    path = to_path(file)
    return spelled(new / path.relative_to(old)) if path.is_relative_to(old) else file


def _name(file: str) -> str:
    """Give what the record of a file is called, the same whoever goes on with it after a crash."""
    return _DIGEST(os.fsencode(file)).hexdigest()


def _opened(path: Path | None) -> BinaryIO:
    # Not mapped: if it is cut short, or its drive goes, meanwhile, that would end the process.
    return path.open("rb") if path and path.exists() else BytesIO()


def _part(file: BinaryIO, start: int, size: int = -1) -> bytes:
    file.seek(start)
    return file.read(size)


def _shared(old: BinaryIO, new: BinaryIO) -> tuple[int, int, int]:
    """Give where the longest stretch that both have begins in either, and how long it is.

    Tags stand before and behind the sound, which is in the middle and stays the same.
    """
    had, has = (each.seek(0, os.SEEK_END) for each in (old, new))
    middle = had // 2
    places = {middle, middle + has - had, _find(new, _part(old, middle, _PROBE))}
    stretches = [(0, 0, 0)]
    for place in places:
        if 0 <= place <= has:
            before = _alike(old, new, middle, place, back=True)
            behind = _alike(old, new, middle, place, back=False)
            stretches.append((middle - before, place - before, before + behind))
    return max(stretches, key=lambda each: each[2])


def _find(file: BinaryIO, wanted: bytes) -> int:
    """Give where some bytes stand first, else -1."""
    file.seek(0)
    at, seen = 0, file.read(_CHUNK)
    while (found := seen.find(wanted)) < 0 and (more := file.read(_CHUNK)):
        at += len(seen[:-_PROBE])
        seen = seen[-_PROBE:] + more
    return at + found if found >= 0 else -1


def _alike(old: BinaryIO, new: BinaryIO, at: int, to: int, *, back: bool) -> int:
    """Count how many bytes are the same from there on."""
    same = 0
    while True:
        if back:
            size = min(_CHUNK, at - same, to - same)
            one, other = (
                _part(each, place - same - size, size)[::-1]
                for each, place in ((old, at), (new, to))
            )
        else:
            one, other = (
                _part(each, place + same, _CHUNK) for each, place in ((old, at), (new, to))
            )
        if one != other or not one:
            both = min(len(one), len(other))
            return same + next((n for n in range(both) if one[n] != other[n]), both)
        same += len(one)
