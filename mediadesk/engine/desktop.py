"""What the window asks about the disk, which it never touches itself."""

import os
from collections.abc import Sequence
from pathlib import Path

import platformdirs

from mediadesk.engine.messages import Sorted

_PACKAGES = frozenset({".whl", ".mdplugin"})


def usual_folders() -> tuple[str, ...]:
    """Give the folders for videos and music that this computer has."""
    usual = (platformdirs.user_videos_path(), platformdirs.user_music_path())
    return tuple(str(folder) for folder in usual if os.path.isdir(folder))  # noqa: PTH112 - never raises


def sort_out(paths: Sequence[str]) -> Sorted:
    """Tell folders, plugins (packages, and folders of their source) and single files apart."""
    folders: list[str] = []
    plugins: list[str] = []
    files: list[str] = []
    for path in map(Path, paths):
        if os.path.isdir(path):  # noqa: PTH112 - of a path one may not look at it says no
            source = os.path.isfile(path / "pyproject.toml")  # noqa: PTH113
            (plugins if source else folders).append(str(path))
        else:
            (plugins if path.suffix.lower() in _PACKAGES else files).append(str(path))
    around = dict.fromkeys(str(Path(one).parent) for one in files)
    return Sorted(
        folders=tuple(folders), plugins=tuple(plugins), files=tuple(files), around=tuple(around)
    )
