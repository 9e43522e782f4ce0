"""The log of one plugin: whatever it prints, as it is, in a file that does not grow for ever."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from threading import Lock

log = logging.getLogger(__name__)
_BYTES, _OLDER = 1 << 20, 1


class Output:
    """Takes what the processes of a plugin print, from any thread."""

    def __init__(self, file: Path) -> None:
        self._lock = Lock()
        self._file: RotatingFileHandler | None = None
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._file = RotatingFileHandler(
                file, maxBytes=_BYTES, backupCount=_OLDER, encoding="utf-8", errors="replace"
            )
            self._file.terminator = ""
        except OSError as error:
            log.warning("what the plugin of “%s” prints is lost: %s", file, error)

    def write(self, printed: bytes) -> None:
        """Add to the log; what can't be written is lost."""
        with self._lock:
            if self._file is None:
                return
            text = printed.decode("utf-8", "replace")
            record = logging.makeLogRecord({"msg": text})
            try:
                if self._file.shouldRollover(record):
                    self._file.doRollover()
                self._file.emit(record)
            except OSError as error:
                log.warning("a plugin's log can't be written: %s", error)
                self._file = None

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None
