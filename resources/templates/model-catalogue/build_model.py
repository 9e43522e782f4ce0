"""Makes colours.onnx: the mean colours of a 4 × 4 grid, less the middle grey, at unit length."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto
from onnx.helper import make_graph, make_model, make_node, make_opsetid, make_tensor_value_info
from onnx.numpy_helper import from_array

FILE = Path(__file__).parent / "MODULE" / "colours.onnx"


def build() -> bytes:
    """Give the file's bytes."""
    nodes = [
        make_node("Cast", ["pixels"], ["float"], to=TensorProto.FLOAT),
        make_node("Transpose", ["float"], ["planes"], perm=[0, 3, 1, 2]),
        make_node("AveragePool", ["planes"], ["grid"], kernel_shape=[56, 56], strides=[56, 56]),
        make_node("Flatten", ["grid"], ["flat"]),
        make_node("Sub", ["flat", "grey"], ["centred"]),
        make_node("LpNormalization", ["centred"], ["embedding"], axis=1, p=2),
    ]
    graph = make_graph(
        nodes,
        "colours",
        [make_tensor_value_info("pixels", TensorProto.UINT8, ["n", 224, 224, 3])],
        [make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", 48])],
        [from_array(np.float32(127.5), "grey")],
    )
    model = make_model(graph, opset_imports=[make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model.SerializeToString(deterministic=True)


if __name__ == "__main__":
    FILE.write_bytes(build())
