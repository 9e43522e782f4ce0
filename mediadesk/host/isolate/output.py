"""The log of one plugin: whatever it prints, as it is, in a file that does not grow for ever."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

log = logging.getLogger(__name__)
_BYTES, _OLDER = 1 << 20, 1


class Output(RotatingFileHandler):
    """Takes what a plugin's processes print, from any thread; what can't be written is lost."""

    terminator = ""

    def __init__(self, file: Path) -> None:
        """Make the file's folder; the file comes with the first that is printed."""
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            log.warning("“%s” can't be made: %s", file.parent, error)
        super().__init__(
            file,
            maxBytes=_BYTES,
            backupCount=_OLDER,
            encoding="utf-8",
            delay=True,
            errors="replace",
        )

    def take(self, printed: bytes) -> None:
        """Add to the log."""
        self.handle(logging.makeLogRecord({"msg": printed.decode("utf-8", "replace")}))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - as overridden
        """Tell of a full disk, say; the plugin is not to blame."""
        log.warning("the log “%s” can't be written", self.baseFilename)
