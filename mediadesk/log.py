"""Where logs go: into a file beside the library, and to the terminal only when asked."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

_FILE_BYTES = 1_000_000


def configure(folder: Path, *, verbose: bool = False) -> None:
    """Log warnings and worse into `mediadesk.log` in a folder; with `verbose` all, and here too."""
    handlers: list[logging.Handler] = [logging.StreamHandler()] if verbose else []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handlers.append(
            RotatingFileHandler(
                folder / "mediadesk.log", maxBytes=_FILE_BYTES, backupCount=1, encoding="utf-8"
            )
        )
    except OSError:
        # Opening the library there is about to fail too, and says so in a sentence.
        handlers.append(logging.NullHandler())
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(process)d %(name)s %(levelname)s %(message)s",
        handlers=handlers,
        force=True,
    )
