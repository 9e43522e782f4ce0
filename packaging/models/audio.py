"""musicnn (Million Song Dataset) and Silero to ONNX: 3 s of sound in, what is heard in it out."""

from __future__ import annotations

import ast
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import librosa
import numpy as np
import onnxruntime
import tf_checkpoint
import torch
import voice
from common import RESOURCES, Graph, cosine, describe, fetch
from onnx import TensorProto

if TYPE_CHECKING:
    import zipfile

SOURCE = ("musicnn==0.1.0", "f38a4890c648c1ddbb141c5d96d2b0a8cfcd36746002d896989f7b88beb65cfa")
RATE, WINDOW, HOP, MELS, FRAMES = 16000, 512, 256, 96, 187
BINS = WINDOW // 2 + 1
EPSILON = 1e-3  # of every batch normalisation: the default of tf.layers
State = dict[str, np.ndarray]


def scale_and_shift(state: State, index: int) -> tuple[np.ndarray, np.ndarray]:
    """The `index`-th batch normalisation as x · scale + shift."""
    name = "batch_normalization" + (f"_{index}" if index else "")
    scale = state[f"{name}/gamma"] / np.sqrt(state[f"{name}/moving_variance"] + EPSILON)
    return scale, state[f"{name}/beta"] - state[f"{name}/moving_mean"] * scale


def normalised(graph: Graph, x: str, state: State, index: int, shape: list[int]) -> str:
    """Batch normalisation `index`, its numbers laid out as `shape`."""
    scale, shift = (graph.weight(v.reshape(shape)) for v in scale_and_shift(state, index))
    return graph.node("Add", graph.node("Mul", x, scale), shift)


def log_mel(graph: Graph) -> str:
    """`waveform` [n, 48000] to log10(10000 · mel + 1) [n, 1, 187, 96], as librosa counts it.

    The Fourier basis is arithmetic on constants: nothing is stored, onnxruntime folds it at load.
    """
    frequency = graph.constant(np.arange(BINS, dtype=np.int64)[:, None])
    time_ = graph.constant(np.arange(WINDOW, dtype=np.int64)[None])
    turns = graph.node("Mod", graph.node("Mul", frequency, time_), graph.constant(np.int64(WINDOW)))
    turn = graph.constant(np.array(2 * np.pi / WINDOW, np.float32))
    angle = graph.node("Mul", graph.node("Cast", turns, to=TensorProto.FLOAT), turn)
    basis = graph.node("Concat", graph.node("Cos", angle), graph.node("Sin", angle), axis=0)
    hann = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    basis = graph.node("Mul", basis, graph.constant(hann))
    kernel = graph.node("Unsqueeze", basis, graph.constant(np.array([1])))

    x = graph.node("Unsqueeze", "waveform", graph.constant(np.array([1])))
    # Padded on the left only: 48,000 samples hold 187 whole frames then.
    pads = graph.constant(np.array([0, 0, WINDOW // 2, 0, 0, 0]))
    x = graph.node("Pad", x, pads, mode="reflect")
    x = graph.node("Conv", x, kernel, strides=[HOP])
    x = graph.node("Mul", x, x)
    axis = graph.constant(np.array([1]))
    halves = [
        graph.node("Slice", x, *(graph.constant(np.array([v])) for v in ends), axis)
        for ends in ((0, BINS), (BINS, 2 * BINS))
    ]
    power = graph.node("Transpose", graph.node("Add", *halves), perm=[0, 2, 1])
    mel = librosa.filters.mel(sr=RATE, n_fft=WINDOW, n_mels=MELS).T.astype(np.float32)
    x = graph.node("MatMul", power, graph.constant(mel))
    x = graph.node("Mul", x, graph.constant(np.array(10000, np.float32)))
    x = graph.node("Log", graph.node("Add", x, graph.constant(np.array(1, np.float32))))
    x = graph.node("Mul", x, graph.constant(np.array(1 / np.log(10), np.float32)))
    return graph.node("Unsqueeze", x, graph.constant(np.array([1])))


def front_end(graph: Graph, x: str, state: State) -> str:
    """Five kinds of filters over time and pitch: [n, 1, 187, 96] to [n, 561, 187]."""
    x = normalised(graph, x, state, 0, [1])
    found = []
    for index in range(5):
        name = "conv2d" + (f"_{index}" if index else "")
        kernel = state[f"{name}/kernel"].transpose(3, 2, 0, 1)
        before = (kernel.shape[2] - 1) // 2
        pads = [before, 0, kernel.shape[2] - 1 - before, 0]
        weight, bias = graph.weight(kernel), graph.weight(state[f"{name}/bias"])
        y = graph.node("Relu", graph.node("Conv", x, weight, bias, pads=pads))
        y = normalised(graph, y, state, index + 1, [-1, 1, 1])
        found.append(graph.node("ReduceMax", y, axes=[3], keepdims=0))
    return graph.node("Concat", *found, axis=1)


def middle(graph: Graph, x: str, state: State) -> str:
    """Three convolutions over time, each added to the last: [n, 561, 187] to [n, 753, 187]."""
    parts, last = [x], x
    for index in range(5, 8):
        kernel = state[f"conv2d_{index}/kernel"][:, :, 0].transpose(2, 1, 0)
        weight, bias = graph.weight(kernel), graph.weight(state[f"conv2d_{index}/bias"])
        y = graph.node("Relu", graph.node("Conv", last, weight, bias, pads=[3, 3]))
        y = normalised(graph, y, state, index + 1, [-1, 1])
        last = y if index == 5 else graph.node("Add", y, last)
        parts.append(last)
    return graph.node("Concat", *parts, axis=1)


def build(state: State, silero: State, path: Path, *, half: bool = True, raw: bool = False) -> None:
    """Write both networks to `path`; `raw` gives both candidates for an embedding, unscaled."""
    graph = Graph(half=half)
    x = middle(graph, front_end(graph, log_mel(graph), state), state)
    highest = graph.node("ReduceMax", x, axes=[2], keepdims=1)
    mean = graph.node("ReduceMean", x, axes=[2], keepdims=1)
    # The original flattens pairs: channel 0's maximum, its mean, channel 1's maximum, …
    x = graph.node("Flatten", graph.node("Concat", highest, mean, axis=2))
    x = normalised(graph, x, state, 9, [-1])
    weight, bias = graph.weight(state["dense/kernel"]), graph.weight(state["dense/bias"])
    x = normalised(graph, graph.node("Relu", graph.node("Gemm", x, weight, bias)), state, 10, [-1])
    weight, bias = graph.weight(state["dense_1/kernel"]), graph.weight(state["dense_1/bias"])
    graph.node("Sigmoid", graph.node("Gemm", x, weight, bias), output="probabilities")
    gives: dict[str, list[int | str]] = {"probabilities": ["n", 50]}
    if raw:
        graph.node("Identity", x, output="penultimate")
        graph.node("Flatten", mean, output="mean")
        gives |= {"penultimate": ["n", 200], "mean": ["n", 753]}
    else:
        graph.unit(x, "embedding")
        gives = {"embedding": ["n", 200]} | gives
    voice.speech(graph, "waveform", 3 * RATE, silero)
    gives["speech"] = ["n", 3 * RATE // voice.STEP]
    takes = ("waveform", TensorProto.FLOAT, ["n", 3 * RATE])
    graph.save(path, takes=takes, gives=gives)


def librosa_log_mel(waveform: np.ndarray) -> np.ndarray:
    """What musicnn feeds its network, by librosa, in float32: [n, 187, 96]."""
    mels = [
        librosa.feature.melspectrogram(
            y=y, sr=RATE, n_fft=WINDOW, hop_length=HOP, n_mels=MELS, pad_mode="reflect"
        )
        for y in waveform
    ]
    return np.log10(10000 * np.stack(mels).transpose(0, 2, 1)[:, :FRAMES] + 1).astype(np.float32)


def reference(state: State, x: np.ndarray) -> dict[str, np.ndarray]:
    """The layers of musicnn/models.py one by one, in their own layout: log-mel [n, 187, 96] in."""
    tensors = {k: torch.from_numpy(v.copy()) for k, v in state.items()}
    functional = torch.nn.functional

    def norm(x: torch.Tensor, index: int) -> torch.Tensor:
        name = "batch_normalization" + (f"_{index}" if index else "")
        part = {p: tensors[f"{name}/{p}"] for p in ("moving_mean", "moving_variance")}
        x = (x - part["moving_mean"]) / torch.sqrt(part["moving_variance"] + EPSILON)
        return x * tensors[f"{name}/gamma"] + tensors[f"{name}/beta"]

    def conv(x: torch.Tensor, index: int) -> torch.Tensor:  # x [n, time, pitch, channel]
        name = "conv2d" + (f"_{index}" if index else "")
        kernel = tensors[f"{name}/kernel"].permute(3, 2, 0, 1)
        y = functional.conv2d(x.permute(0, 3, 1, 2), kernel, tensors[f"{name}/bias"])
        return torch.relu(y).permute(0, 2, 3, 1)

    def padded(x: torch.Tensor, before: int, after: int) -> torch.Tensor:
        return functional.pad(x, (0, 0, 0, 0, before, after))

    sound = norm(torch.from_numpy(x)[..., None], 0)
    padding = [(3, 3), (3, 3), (63, 64), (31, 32), (15, 16)]
    front = [
        norm(conv(padded(sound, *padding[i]), i), i + 1).amax(2, keepdim=True) for i in range(5)
    ]
    feature = torch.cat(front, 3).transpose(2, 3)  # [n, time, 561, 1]
    first = norm(conv(padded(feature, 3, 3), 5), 6).transpose(2, 3)
    second = norm(conv(padded(first, 3, 3), 6), 7).transpose(2, 3) + first
    third = norm(conv(padded(second, 3, 3), 7), 8).transpose(2, 3) + second
    full = torch.cat([feature, first, second, third], 2)  # [n, time, 753, 1]
    mean = full.mean(1)
    flat = norm(torch.cat([full.amax(1), mean], 2).flatten(1), 9)
    dense = norm(torch.relu(flat @ tensors["dense/kernel"] + tensors["dense/bias"]), 10)
    shares = torch.sigmoid(dense @ tensors["dense_1/kernel"] + tensors["dense_1/bias"])
    found = {"mean": mean[..., 0], "penultimate": dense, "probabilities": shares}
    return {name: tensor.numpy() for name, tensor in found.items()}


def sounds(count: int) -> np.ndarray:
    """Chords with beats and noise, float32 [count, 48000], each louder than the last."""
    random = np.random.default_rng(0)
    time_ = np.arange(3 * RATE) / RATE
    out = np.empty((count, 3 * RATE), np.float32)
    for i, sound in enumerate(out):
        tones = random.choice([110, 220, 262, 330, 392, 440, 880, 1760], 4) * random.uniform(0.9, 1)
        chord = np.sin(2 * np.pi * np.outer(tones, time_)).sum(0)
        beat = np.exp(-((time_ * random.uniform(1, 4)) % 1) * 6)
        noise = random.normal(size=3 * RATE) * random.uniform(0, 0.5)
        sound[:] = (chord * (0.3 + beat) + noise) * 0.15 * (i + 1) / count
    return out


def labels(wheel: zipfile.ZipFile) -> list[str]:
    """The 50 tags of the Million Song Dataset in the network's order."""
    for statement in ast.parse(wheel.read("musicnn/configuration.py")).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "MSD_LABELS":
            return [str(label) for label in ast.literal_eval(statement.value)]
    raise SystemExit("musicnn/configuration.py holds no MSD_LABELS.")


def main() -> None:
    """Convert, then compare with librosa and with the layers counted one by one."""
    wheel = fetch(*SOURCE)
    folder = "musicnn/MSD_musicnn/"
    index, data = wheel.read(folder + ".index"), wheel.read(folder + ".data-00000-of-00001")
    state = tf_checkpoint.read(index, data)
    silero = voice.content()
    voiced = voice.weights(silero)
    path = RESOURCES / "musicnn-msd.onnx"
    build(state, voiced, path)
    text = "\n".join(labels(wheel)) + "\n"
    (RESOURCES / "labels-msd.txt").write_text(text, encoding="utf-8")
    describe(path)

    waveform = sounds(16)
    mel = librosa_log_mel(waveform)
    expected = reference(state, mel)
    with tempfile.TemporaryDirectory() as temporary:
        only_mel, full = Path(temporary, "mel.onnx"), Path(temporary, "full.onnx")
        graph = Graph()
        graph.node("Identity", log_mel(graph), output="mel")
        takes = ("waveform", TensorProto.FLOAT, ["n", 3 * RATE])
        graph.save(only_mel, takes=takes, gives={"mel": ["n", 1, FRAMES, MELS]})
        build(state, voiced, full, half=False, raw=True)
        found = run(only_mel, waveform)["mel"][:, 0]
        print(f"  log-mel against librosa: largest difference {np.abs(found - mel).max():.6f}")
        exact = run(full, waveform)
    expected["speech"] = voice.stepwise(silero, waveform)
    for name, values in expected.items():
        difference = np.abs(exact[name] - values).max() / np.abs(values).max()
        print(f"  float32 {name} against the layers one by one: {difference:.6f} of the largest")
    started = time.process_time()
    shipped = run(path, waveform)
    seconds = time.process_time() - started
    unlike = np.abs(shipped["speech"] - expected["speech"]).max()
    print(
        f"  float16 weights: cosine min "
        f"{cosine(shipped['embedding'], expected['penultimate']).min():.6f}, largest share "
        f"difference {np.abs(shipped['probabilities'] - expected['probabilities']).max():.5f}, of "
        f"speech {unlike:.5f}, "
        f"{3 * len(waveform) / seconds:.0f} times real time on a core (session start included)"
    )


def run(path: Path, waveform: np.ndarray) -> dict[str, np.ndarray]:
    """All outputs of an ONNX file on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {"waveform": waveform}), strict=True))


if __name__ == "__main__":
    main()
