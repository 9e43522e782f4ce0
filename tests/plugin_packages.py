"""Makes packages of real plugins: those of the templates, and small ones of a test's own."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent
from typing import Any

import tomlkit

from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import PluginView
from mediadesk.host.makers.new import new
from mediadesk.host.package.pack import pack

HEADER = """\
import os, sys, time
from pathlib import Path
import numpy as np
from mediadesk.api import *
"""
READ_MEDIA = {"read-media": "looks at files"}
READ_HISTORY = {"read-history": "learns what you like"}


def of_template(kind: str, folder: Path, *, name: str = "") -> Path:
    """Make a plugin of a kind and pack it."""
    made = new(name or f"my-{kind}", kind, folder)
    return pack(made, folder / "packages")


def project(
    folder: Path,
    name: str,
    source: str,
    *,
    version: str = "1.0",
    requires: tuple[str, ...] = (),
    **manifest: Any,  # noqa: ANN401 - whatever the table may hold
) -> Path:
    """Write the folder of a plugin with this source; `manifest` are keys of its table."""
    module = "plug_" + name.replace("-", "_")
    made = folder / f"{name}-{version}"
    made.mkdir(parents=True)
    (made / f"{module}.py").write_text(HEADER + dedent(source), encoding="utf-8")
    document = {
        "build-system": {"requires": ["hatchling"], "build-backend": "hatchling.build"},
        "project": {
            "name": f"mediadesk-{name}",
            "version": version,
            "dependencies": ["mediadesk", *requires],
            "entry-points": {"mediadesk": {name: module}},
        },
        "tool": {
            "hatch": {"build": {"targets": {"wheel": {"only-include": [f"{module}.py"]}}}},
            "mediadesk": {"plugin": {"api": ">=1.0,<2", **manifest}},
        },
    }
    (made / "pyproject.toml").write_text(tomlkit.dumps(document), encoding="utf-8")
    return made


def package(folder: Path, name: str, source: str, **more: Any) -> Path:  # noqa: ANN401
    """Pack a plugin with this source."""
    return pack(project(folder, name, source, **more), folder / "packages")


def install(engine: Engine, source: Path | str) -> PluginView:
    """Install a package, consenting to all it wants."""
    return engine.install_plugin(engine.plan_plugin(str(source)).token)


def edit(folder: Path, old: str, new_: str) -> None:
    """Change the source of a plugin in a folder."""
    (file,) = folder.glob("plug_*.py")
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(re.sub(re.escape(old), lambda _: new_, text), encoding="utf-8")
