"""Finds the speech model that a person put into the plugin's folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

NONE = (
    "There is no speech model yet: put the folder of a Whisper model for faster-whisper, with its "
    "model.bin, config.json, tokenizer.json and vocabulary, into “{folder}”, then switch the "
    "plugin “Speech” off and on."
)
LACKS = (
    "The speech model in “{folder}” lacks {what}: copy all of it there again, then switch the "
    "plugin “Speech” off and on."
)
UNUSABLE = (
    "The speech model in “{folder}” can't be used ({what}): copy all of it there again, then "
    "switch the plugin “Speech” off and on."
)
LARGE = (
    "The speech model in “{folder}” needs more memory than the plugin may have: take a smaller "
    "one, then switch the plugin “Speech” off and on."
)
_FILES = ("config.json", "tokenizer.json")
_VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
_NOTE = ".unusable.json"
_LAST_WORD = b"<|notimestamps|>"  # of a vocabulary, but for the times


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The model in `folder`, which is None where there is none; a `problem` says what to do.

    `stamp` changes with the model: 0 where none can be used.
    """

    folder: Path | None
    problem: str
    stamp: int


def find(place: Path, text: Callable[[str], str]) -> Weights:
    """Look for a model in `place` and in the folders in it; of several the largest is taken.

    Args:
        place: the plugin's own folder.
        text: translates a sentence.
    """
    models = sorted((file.stat().st_size, file) for file in _files(place))
    if not models:
        return _wrong(text(NONE).format(folder=place))
    folder = models[-1][1].parent
    missing = [name for name in _FILES if not (folder / name).is_file()]
    if not any((folder / name).is_file() for name in _VOCABULARIES):
        missing.append(_VOCABULARIES[0])
    if missing:
        return _wrong(text(LACKS).format(folder=folder, what=", ".join(missing)), folder)
    noted = _noted(place)
    if noted.get("files") == _state(folder):
        return _wrong(text(UNUSABLE).format(folder=folder, what=noted["why"]), folder)
    sizes = [(name, size) for name, size, _ in _state(folder)]
    return Weights(folder=folder, problem="", stamp=crc32(repr(sizes).encode()) or 1)


def check(folder: Path) -> None:
    """Look for what a loaded model would only miss later.

    Raises:
        ValueError: if its vocabulary breaks off.
    """
    (file,) = [folder / name for name in _VOCABULARIES if (folder / name).is_file()][:1]
    if _LAST_WORD not in file.read_bytes():
        raise ValueError(f"{file.name} is not complete")


def note(place: Path, folder: Path, why: str) -> None:
    """Remember that this model can't be used, until a file of it changes: the page tells it."""
    told = {"files": _state(folder), "why": why}
    (place / _NOTE).write_text(json.dumps(told), encoding="utf-8")


def _wrong(problem: str, folder: Path | None = None) -> Weights:
    return Weights(folder=folder, problem=problem, stamp=0)


def _files(place: Path) -> list[Path]:
    return [file for file in place.rglob("model.bin") if file.is_file()]


def _noted(place: Path) -> dict[str, object]:
    try:
        found = json.loads((place / _NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # there is none, or it was broken off: then it is tried again
        return {}
    return found if isinstance(found, dict) and "why" in found else {}


def _state(folder: Path) -> list[list[object]]:
    """Give name, size and time of each of a model's files, as JSON has them."""
    return [
        [name, (folder / name).stat().st_size, (folder / name).stat().st_mtime_ns]
        for name in ("model.bin", *_FILES, *_VOCABULARIES)
        if (folder / name).is_file()
    ]
