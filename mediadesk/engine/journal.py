"""Notices that the last start ended in a crash, and which plugin was at work then."""

import json
import logging
import os
from pathlib import Path

import psutil

log = logging.getLogger(__name__)


class StartJournal:
    """One small file per starting engine; one that outlives its process tells of a crash."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / f"{os.getpid()}.json"

    def crashed(self) -> str | None:
        """Tell whether a start has crashed since last asked: the plugin at work, "" for none.

        None if all is well.
        """
        culprit: str | None = None
        for file in self._folder.glob("*.json"):
            if file.stem.isdecimal() and not psutil.pid_exists(int(file.stem)):
                culprit = _read(file) or culprit or ""
                file.unlink(missing_ok=True)
        return culprit

    def note(self, plugin: str) -> None:
        """Say which plugin is being started."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps({"plugin": plugin}), encoding="utf-8")

    def done(self) -> None:
        """Say that the start went well."""
        self._file.unlink(missing_ok=True)


def _read(file: Path) -> str:
    try:
        return str(json.loads(file.read_text(encoding="utf-8"))["plugin"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("“%s” does not say which plugin was at work: %s", file, error)
        return ""
