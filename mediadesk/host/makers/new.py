"""Makes the folder of a new plugin: a working example of its kind, with tests."""

import ast
from difflib import get_close_matches
from importlib.metadata import entry_points
from pathlib import Path

from mediadesk import resources
from mediadesk.api import API_VERSION, PROJECT, UserError
from mediadesk.host.manifest import LONGEST_NAME, Manifest, checked

KINDS = {
    "extractor": "extractors",
    "tagger": "taggers",
    "ranker": "rankers",
    "metadata-reader": "metadata_readers",
    "importer": "importers",
    "explainer": "explainers",
    "intent-parser": "intent_parsers",
    "player": "players",
    "shelf": "shelves",
    "panel": "panels",
    "listener": "listeners",
    "transport": "transports",
    "model-catalogue": "model_catalogues",
}
"""What can be made → the hook that it implements."""
_MANIFEST, _PROJECT = "manifest.toml", "pyproject.toml"


def new(name: str, kind: str, folder: Path) -> Path:
    """Make `folder`/`name` and give its path.

    Raises:
        UserError: if the kind is unknown, the name can't be one, or the folder is there already.
    """
    if kind not in KINDS:
        near = get_close_matches(kind, KINDS, 1)
        meant = f"did you mean “{near[0]}”? There are" if near else "choose"
        raise UserError(f"There is no plugin of the kind “{kind}”: {meant} {', '.join(KINDS)}.")
    if name in entry_points(group=PROJECT).names:
        raise UserError(f"A plugin of MediaDesk is called “{name}”: choose another name.")
    files = example(name, kind)
    target = folder / name
    try:
        target.mkdir(parents=True)
        for path, content in files.items():
            file = target / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    except FileExistsError as error:
        raise UserError(f"“{target}” exists already: choose another name or folder.") from error
    except RecursionError as error:  # how pathlib answers a thousand folders that are missing
        raise UserError(
            f"“{name}” can't be made so many folders deep: choose another folder."
        ) from error
    except OSError as error:
        raise UserError(
            f"“{target}” can't be made ({error.strerror}): choose another folder."
        ) from error
    return target


def example(name: str, kind: str) -> dict[str, bytes]:
    """Give the files of a new plugin: path below its folder → content.

    Raises:
        UserError: if no plugin may have this name.
    """
    module = "mediadesk_" + name.replace("-", "_")
    _check_name(name, module)
    raw = _read("common") | _read(kind)
    raw[_PROJECT] += raw.pop(_MANIFEST)
    words = {"NAME": name, "MODULE": module, "SUMMARY": _summary(raw["MODULE/__init__.py"])}
    return {
        _fill(path, words): content
        if path.endswith(".onnx")
        else _fill(content.decode(), words).encode()
        for path, content in sorted(raw.items())
    }


def _check_name(name: str, module: str) -> None:
    package = f"mediadesk-{name}"
    described = Manifest(
        name=name,
        distribution=package,
        version="0.1.0",
        module=module,
        title=package,
        api=f"=={API_VERSION}",
    )
    try:
        checked(described, source=package)
    except UserError as error:
        raise UserError(
            f"“{name}” can't be a plugin's name: use small letters, digits and single hyphens, "
            f"{LONGEST_NAME} at most."
        ) from error


def _read(template: str) -> dict[str, bytes]:
    root = resources.path("templates") / template
    return {
        file.relative_to(root).as_posix(): file.read_bytes()
        for file in root.rglob("*")
        if file.is_file() and not any("cache" in part for part in file.relative_to(root).parts)
    }


def _summary(source: bytes) -> str:
    """Give the first sentence of a module's docstring."""
    text = ast.get_docstring(ast.parse(source)) or ""
    return " ".join(text.partition("\n\n")[0].split()).removesuffix(".")


def _fill(text: str, words: dict[str, str]) -> str:
    for placeholder, word in words.items():
        text = text.replace(placeholder, word)
    return text
