"""Where logs go, a file beside the library, and what a person is told of what is logged there."""

import logging
import sys
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from mediadesk.api.errors import UserError

_FILE_NAME = "mediadesk.log"
_FILE_BYTES = 1_000_000


class _File(RotatingFileHandler):
    """A log that is there, with its folder, from its first line on."""

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own
        # Opening a library where nothing can be written fails too, and says so in a sentence.
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


def configure(folder: Path, *, verbose: bool = False) -> None:
    """Log warnings and worse into `mediadesk.log` in a folder; with `verbose` all, and here too."""
    handlers: list[logging.Handler] = [logging.StreamHandler()] if verbose else []
    handlers.append(
        _File(
            folder / _FILE_NAME,
            maxBytes=_FILE_BYTES,
            backupCount=1,
            encoding="utf-8",
            errors="backslashreplace",  # a file's name may hold what is no character
            delay=True,
        )
    )
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(process)d %(name)s %(levelname)s %(message)s",
        handlers=handlers,
        force=True,
    )


def sentence(error: BaseException) -> str:
    """Tell a person what went wrong: an error's own sentence, or that it is our fault."""
    if isinstance(error, UserError):
        return str(error)
    return (
        f"Something went wrong inside MediaDesk ({type(error).__name__}: {error}); its log is "
        f"{_FILE_NAME}, beside the library; please report it."
    )
