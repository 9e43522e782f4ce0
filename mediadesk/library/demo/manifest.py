"""The list of what stands in the demo library: `demo.json`, with the theme of each item."""

import json
from collections.abc import Mapping
from pathlib import Path

from mediadesk.library.demo.plan import Entry

_NAME = "demo.json"


def themes(folder: Path) -> Mapping[str, str]:
    """Give relative path → theme for the items below `folder`; items without a theme are left out.

    For tests and figures only: nothing that recommends may read it.
    """
    return {path: row["theme"] for path, row in _read(folder).items() if row["theme"]}


def recipes(folder: Path) -> Mapping[str, str]:
    """Give relative path → the recipe by which that item was made."""
    return {path: row["recipe"] for path, row in _read(folder).items()}


def write(folder: Path, entries: list[Entry]) -> None:
    """Record that exactly these items stand below `folder`."""
    rows = {entry.path: {"theme": entry.theme, "recipe": entry.recipe} for entry in entries}
    put(folder / _NAME, json.dumps(rows, ensure_ascii=False, indent=1).encode())


def put(file: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    part = file.with_name(file.name + ".part")
    part.write_bytes(data)
    part.replace(file)


def _read(folder: Path) -> dict[str, dict[str, str]]:
    file = folder / _NAME
    rows: dict[str, dict[str, str]] = json.loads(file.read_bytes()) if file.is_file() else {}
    return rows
