"""Where logs go, a file beside the library, and what a person is told of what is logged there."""

import logging
import re
import sys
import traceback
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from mediadesk.api.errors import UserError

_FILE_NAME = "mediadesk.log"
_FILE_BYTES = 1_000_000
_FORMAT = "%(asctime)s %(process)d %(name)s:%(lineno)d %(levelname)s %(message)s"
_HIDDEN = "…"
_OURS = "mediadesk"
_PLAIN = re.compile(r"[a-z0-9_-]{1,40}")  # as plugins are called


class _File(RotatingFileHandler):
    """A log that is there, with its folder, from its first line on."""

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own
        # Opening a library where nothing can be written fails too, and says so in a sentence.
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


class _Discreet(logging.Formatter):
    """Says what went wrong and where in the program, and not with which of a person's files.

    Of what is logged only the constant sentence is written; of what stands in it, numbers, the
    names of plugins and the kinds of errors.
    """

    def format(self, record: logging.LogRecord) -> str:
        shown = logging.makeLogRecord(record.__dict__ | {"exc_text": None})
        shown.args = None
        shown.msg = _sentence_of(record)
        return super().format(shown)

    def formatException(  # noqa: N802 - logging's own
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            frames = traceback.format_tb(error.__traceback__)
            lines[:0] = [*frames, f"{type(error).__qualname__}: {_HIDDEN}\n"]
            error = error.__cause__ or error.__context__
        return "".join(lines).rstrip()


def _sentence_of(record: logging.LogRecord) -> str:
    if not record.name.startswith(_OURS) or not isinstance(record.msg, str):
        return _HIDDEN  # others put names into their sentences
    if not record.args:
        return record.msg
    told = record.args.values() if isinstance(record.args, dict) else record.args
    try:
        return record.msg % tuple(map(_discreet, told))
    except (TypeError, ValueError):
        return record.msg


def _discreet(value: object) -> object:
    if isinstance(value, BaseException):
        return type(value).__qualname__
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return value
    return value if isinstance(value, int | float) else _HIDDEN


def configure(folder: Path, *, verbose: bool = False) -> None:
    """Log warnings and worse into `mediadesk.log` in a folder, without any name of a file.

    With `verbose` all is logged, names too, there and here.
    """
    file = _File(
        folder / _FILE_NAME,
        maxBytes=_FILE_BYTES,
        backupCount=1,
        encoding="utf-8",
        errors="backslashreplace",  # a file's name may hold what is no character
        delay=True,
    )
    file.setFormatter(logging.Formatter(_FORMAT) if verbose else _Discreet(_FORMAT))
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format=_FORMAT,
        handlers=[file, logging.StreamHandler()] if verbose else [file],
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
