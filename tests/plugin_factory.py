"""Writes small real plugins to a folder, importable and with metadata as pip would leave it."""

from __future__ import annotations

import itertools
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from textwrap import dedent
from typing import Literal

from mediadesk.host.install.inventory import Installed
from mediadesk.host.manifest import Manifest

_numbers = itertools.count()

HEADER = """\
import os
import signal
import sys
import time
from pathlib import Path

import numpy as np
from mediadesk.api import *
"""


def module(folder: Path, source: str) -> str:
    """Write a module and give its name, which no other has; its folder must be on `sys.path`."""
    name = f"plugin_{next(_numbers)}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.py").write_text(HEADER + dedent(source), encoding="utf-8")
    return name


def point(folder: Path, name: str, source: str) -> EntryPoint:
    """Write a plugin and give its entry point."""
    return EntryPoint(name=name, value=module(folder, source), group="mediadesk")


def install(folder: Path, name: str, source: str) -> None:
    """Write a plugin with metadata, so that any process with the folder on its path finds it."""
    value = module(folder, source)
    info = folder / f"mediadesk_{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: mediadesk-{name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[mediadesk]\n{name} = {value}\n")


def installed(
    root: Path,
    *,
    state: Literal["ready", "damaged"] = "ready",
    source: Literal["installed", "folder"] = "folder",
) -> Installed:
    """Give what is on disk of a plugin whose modules lie in `root`."""
    manifest = Manifest(
        name="tiny", distribution="tiny", version="1", module="tiny", title="Tiny", api=">=1"
    )
    return Installed(
        name="tiny",
        version="1",
        manifest=manifest,
        root=root,
        data=root.parent,
        source=source,
        state=state,
    )


def shipped() -> tuple[str, ...]:
    """Name the plugins that came with MediaDesk, for tests that do without them."""
    return tuple(
        sorted(
            each.name
            for each in entry_points(group="mediadesk")
            if each.dist is not None and each.dist.name == "mediadesk"
        )
    )
