"""Deletes folders that a stranger filled, however deep: Python's own way gives up at a thousand."""

import contextlib
import logging
import os
import shutil
from itertools import count
from pathlib import Path

log = logging.getLogger(__name__)


def delete(folder: Path) -> None:
    """Delete a folder with all that is in it, as far as the system allows."""
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if not folder.is_dir():
        return
    try:
        _flatten(folder)
        shutil.rmtree(folder)
    except OSError as error:
        log.warning("“%s” can't be removed: %s", folder, error)


def _flatten(top: Path) -> None:
    """Move folders up, one storey after the other, until none holds another one."""
    numbers = count()
    prefix = os.urandom(8).hex()
    while folders := _folders(top):
        for folder in folders:
            for inner in _folders(folder):
                os.replace(inner, top / f"{prefix}-{next(numbers)}")  # noqa: PTH105
            shutil.rmtree(folder)


def _folders(folder: Path) -> list[Path]:
    with os.scandir(folder) as entries:
        return [Path(each) for each in entries if each.is_dir(follow_symlinks=False)]
