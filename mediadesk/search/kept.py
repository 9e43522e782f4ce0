"""The columns of a library in files, from which they are read in no time; they may be deleted."""

import logging
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from mediadesk import __version__
from mediadesk.api import SURE
from mediadesk.store import browse

log = logging.getLogger(__name__)
_STAMP = "stamp"


class Freezing(Protocol):
    """What can be kept."""

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Give all there is to know, as named arrays."""
        ...

    def thaw(self, frozen: Mapping[str, NDArray[Any]]) -> None:
        """Become what `freeze` gave."""
        ...


class KeptColumns:
    """The columns of one library in a folder, each as it was at a change of that library."""

    def __init__(self, folder: Path, library: Path) -> None:
        self._folder = folder
        # One that was restored is another file, whose changes are counted from some earlier one on.
        self._library = library.stat().st_ino

    def find(self, name: str, column: Freezing) -> int | None:
        """Make a new column what was kept, and give the number of its last change; None without.

        Then it is a new one still, or half of what was kept.
        """
        file = self._file(name)
        if not file.exists():
            return None
        try:
            with np.load(file, allow_pickle=False) as saved:
                *made_for, seq = saved[_STAMP].tolist()
                if made_for != self._made_for:
                    return None
                column.thaw({each: saved[each] for each in saved.files if each != _STAMP})
        except (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile) as error:
            log.warning("the column in “%s” is damaged and read anew: %s", file, error)
            return None
        return int(seq)

    def keep(self, name: str, column: Freezing, seq: int) -> None:
        """Keep a column as it is at the change of this number."""
        file = self._file(name)
        part = file.with_suffix(".part")
        stamp = np.array([*self._made_for, str(seq)])
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as written:
                np.savez(written, allow_pickle=False, **{_STAMP: stamp}, **column.freeze())
            part.replace(file)
        except OSError as error:
            log.warning("columns can't be kept in “%s”: %s", self._folder, error)
            part.unlink(missing_ok=True)

    @property
    def _made_for(self) -> list[str]:
        # Kinds are kept as their places among all kinds, and tags only if they are sure.
        return [__version__, str(self._library), str(SURE), *browse.KINDS]

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.npz"
