"""Lists the backups of a library."""

from pathlib import Path

from mediadesk.engine.messages import Backups, BackupView
from mediadesk.paths import spelled
from mediadesk.store import safety


def listed(library: Path) -> Backups:
    """Give the backups that are kept of a library."""
    return Backups(
        folder=spelled(safety.folder(library)), kept=tuple(map(_view, safety.kept(library)))
    )


def _view(file: Path) -> BackupView:
    found = file.stat()
    return BackupView(path=spelled(file), at=found.st_mtime, size_bytes=found.st_size)
