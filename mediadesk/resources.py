"""Finds the files of `resources/`, in a checkout and in an installed copy."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def path(name: str) -> Path:
    """Give the path of a shipped resource, such as ``models.toml`` or ``models/image.onnx``."""
    installed = _PACKAGE / "_resources"
    root = installed if installed.is_dir() else _PACKAGE.parent / "resources"
    return root / name
