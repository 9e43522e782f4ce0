"""Exchanges files through a folder that another program, such as Syncthing, carries elsewhere."""

import os
from collections.abc import Sequence
from pathlib import Path

from mediadesk.api import Context, Transport, UserError, hookimpl

_UNFINISHED = ".part"


class Folder:
    """Keeps each file under its name; a write is there whole or not at all."""

    name = "NAME"

    def __init__(self, folder: Path, title: str) -> None:
        self._folder = folder
        self.title = title

    def names(self) -> Sequence[str]:
        """List the files."""
        found = (file.name for file in self._folder.iterdir() if file.is_file())
        return sorted(name for name in found if not name.endswith(_UNFINISHED))

    def read(self, name: str) -> bytes:
        """Give a file's content."""
        try:
            return self._file(name).read_bytes()
        except OSError as error:
            raise UserError(f"There is no “{name}” in “{self._folder}”: sync again.") from error

    def write(self, name: str, content: bytes) -> None:
        """Make or replace a file."""
        file = self._file(name)
        unfinished = file.with_name(file.name + _UNFINISHED)
        with unfinished.open("wb") as output:
            output.write(content)
            output.flush()
            os.fsync(output.fileno())
        unfinished.replace(file)

    def delete(self, name: str) -> None:
        """Take a file away, if it is there."""
        self._file(name).unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        if not name or name != Path(name).name or name.endswith(_UNFINISHED):
            raise UserError(f"“{name}” can't be the name of a file here: choose another.")
        return self._folder / name


@hookimpl
def transports(context: Context) -> list[Transport]:
    """Hand over what this plugin has."""
    folder = context.data / "shared"
    folder.mkdir(exist_ok=True)
    return [Folder(folder, context.text("A folder of this plugin"))]
