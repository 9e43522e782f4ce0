"""Writes small real plugins to folders and makes guests of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper
from plugin_factory import HEADER

from mediadesk.api import ModelSpec
from mediadesk.host.isolate.faults import Fault
from mediadesk.host.isolate.guest import Guest, GuestSpec, Services
from mediadesk.host.isolate.shared import Shared
from mediadesk.host.manifest import Manifest, Permissions, Resources

ALL = Permissions(read_media="to read", read_history="to know", write_data="to keep")
Arrays = Mapping[str, NDArray[Any]]


def plugin(folder: Path, source: str, **more: str) -> Path:
    """Write a plugin whose entry module is `plug`, and more modules, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plug.py").write_text(HEADER + dedent(source), encoding="utf-8")
    for name, content in more.items():
        (folder / f"{name}.py").write_text(dedent(content), encoding="utf-8")
    return folder


def doubler(path: Path) -> Path:
    """Write an ONNX model with `y` = 2 · `x`, both float32 [n, 2]."""
    two = helper.make_tensor("two", TensorProto.FLOAT, [1], [2.0])
    graph = helper.make_graph(
        [helper.make_node("Mul", ["x", "two"], ["y"])],
        "doubler",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 2])],
        [two],
    )
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=9), path)
    return path


class Maker:
    """Makes guests, notes their faults, and closes them."""

    def __init__(self, shared: Shared, folder: Path) -> None:
        self.shared = shared
        self.folder = folder
        self.faults: list[Fault] = []
        self.guests: list[Guest] = []

    def guest(
        self,
        root: Path,
        *,
        name: str = "stranger",
        permissions: Permissions = ALL,
        resources: Resources | None = None,
        run: Callable[[ModelSpec, Arrays], Arrays] | None = None,
        fetch: Callable[[str, float], bytes] = lambda *_: b"",
        settings: Mapping[str, Any] | None = None,
        media: tuple[Path, ...] = (),
        more_roots: tuple[Path, ...] = (),
    ) -> Guest:
        """Make the guest of a plugin's folder."""
        manifest = Manifest(
            name=name,
            distribution=name,
            version="1.0",
            module="plug",
            title=name,
            api=">=1,<2",
            permissions=permissions,
            resources=resources or Resources(),
            translations={"de": {"Yes": "Ja", "No": "Nein"}, "de_AT": {"Yes": "Jo"}},
        )
        data = self.folder / f"{name}-data"
        data.mkdir(exist_ok=True)
        spec = GuestSpec(
            manifest=manifest,
            root=root,
            more_roots=more_roots,
            media_roots=media,
            data=data,
            settings=settings or {},
            language="de_AT",
            log=self.folder / f"{name}.log",
        )
        services = Services(run=run or _negate, fetch=fetch, shared=self.shared)
        made = Guest(spec, services, on_fault=self.faults.append)
        self.guests.append(made)
        return made

    def close(self) -> None:
        """End all of them."""
        for made in self.guests:
            made.close()


def _negate(_: ModelSpec, inputs: Arrays) -> Arrays:
    return {name: np.negative(own) for name, own in inputs.items()}
