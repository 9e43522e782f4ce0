"""The ledger of connections: each attempt to reach something, who made it, why, what came of it.

It is a file beside the library and not in it: every process adds to it, whatever holds the
database at that moment.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

SWITCHED_OFF = (
    "The network is switched off: switch it on with “mediadesk privacy network on”, in the window "
    "under Privacy, or do without."
)
FILE_NAME = "connections.jsonl"
_MOST_BYTES = 2_000_000  # some ten thousand attempts; as many before them are kept in a second file


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """An attempt to reach a host, `at` in unix seconds; `bytes` came, `problem` says why not more.

    `who` is a plugin, or the part of MediaDesk that wanted it, `why` is what for.
    """

    at: float
    who: str
    why: str
    host: str
    bytes: int = 0
    problem: str | None = None


class Connections:
    """The ledger of one library; any thread of any process may use it."""

    def __init__(self, folder: Path) -> None:
        """Keep it in the folder of the library."""
        self.file = folder / FILE_NAME
        self._before = self.file.with_suffix(".1.jsonl")

    def note(
        self, who: str, why: str, host: str, *, size: int = 0, problem: str | None = None
    ) -> None:
        """Add an attempt of now.

        Raises:
            OSError: if it can't be written.
        """
        made = Connection(at=time.time(), who=who, why=why, host=host, bytes=size, problem=problem)
        line = json.dumps(asdict(made)) + "\n"
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("ab+") as file:
            start = "" if _ends_whole(file) else "\n"
            file.write((start + line).encode())  # at once, when it is flushed: lines do not mix
            is_full = file.tell() > _MOST_BYTES
        if is_full:
            self._turn_over()

    def latest(self, limit: int, *, who: str | None = None) -> tuple[Connection, ...]:
        """Give the last attempts, of one plugin where it is named, the latest first."""
        found = [one for one in self._all() if who is None or one.who == who]
        return tuple(reversed(found[-limit:]))

    def _turn_over(self) -> None:
        from filelock import FileLock

        # Somebody may have done it meanwhile.
        with FileLock(self.file.with_suffix(".lock")), suppress(FileNotFoundError):
            if self.file.stat().st_size > _MOST_BYTES:
                self.file.replace(self._before)

    def _all(self) -> Iterator[Connection]:
        for file in (self._before, self.file):
            try:
                lines = file.read_bytes().splitlines()
            except FileNotFoundError:
                continue
            for line in lines:
                try:
                    yield Connection(**json.loads(line))
                except (ValueError, TypeError):
                    continue  # torn by a power cut


def _ends_whole(file: BinaryIO) -> bool:
    """Tell whether no line at the end of a file was torn by a power cut."""
    if not file.seek(0, os.SEEK_END):
        return True
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"
