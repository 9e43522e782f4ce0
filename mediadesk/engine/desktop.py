"""What the window asks about the disk, which it never touches itself."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import platformdirs

from mediadesk.engine.messages import Sorted
from mediadesk.paths import spelled, to_path

_PACKAGES = frozenset({".whl", ".mdplugin"})


def usual_folders() -> tuple[str, ...]:
    """Give the folders for videos and music that this computer has."""
    usual = (platformdirs.user_videos_path(), platformdirs.user_music_path())
    return tuple(spelled(folder) for folder in usual if os.path.isdir(folder))  # noqa: PTH112 - never raises


def sort_out(paths: Sequence[str], known: Callable[[Path], str | None]) -> Sorted:
    """Tell folders, plugins (packages, and folders of their source) and single files apart.

    `known` gives the id of the item that a file is, "" where one in the library is none, else None.
    """
    folders: list[str] = []
    plugins: list[str] = []
    files: dict[Path, str | None] = {}
    for path in map(to_path, paths):
        if os.path.isdir(path):  # noqa: PTH112 - of a path one may not look at it says no
            source = os.path.isfile(path / "pyproject.toml")  # noqa: PTH113
            (plugins if source else folders).append(spelled(path))
        elif path.suffix.lower() in _PACKAGES:
            plugins.append(spelled(path))
        else:
            files[path] = known(path)
    return Sorted(
        folders=tuple(folders),
        plugins=tuple(plugins),
        items=tuple(dict.fromkeys(filter(None, files.values()))),
        waiting=tuple(spelled(path) for path, item in files.items() if item == ""),
        around=tuple(
            dict.fromkeys(spelled(path.parent) for path, item in files.items() if item is None)
        ),
    )
