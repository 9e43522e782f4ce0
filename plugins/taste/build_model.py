"""Writes taste.onnx: how much each history item speaks for each candidate, in three ways."""

from pathlib import Path

import onnx
import onnx.inliner
from onnx import parser

TARGET = Path(__file__).parent / "mediadesk_taste" / "taste.onnx"

# Rows are compared around `centre`; a row of zeros is like nothing. `best` is how many of the most
# alike history items that weigh anything in `liked` count for the third share.
GRAPH = """
<ir_version: 8, opset_import: ["": 17, "taste": 1], producer_name: "mediadesk-taste">
agraph (float[n, d] candidates, float[m, d] history, float[d] centre,
        float[m] head, float[m] mean, float[m] liked, int64[1] best)
    => (float[n, m] similar, float[3, n, m] shares)
{
    c = taste.around(candidates, centre)
    h = taste.around(history, centre)
    h_t = Transpose <perm = [1, 0]> (h)
    similar = MatMul(c, h_t)
    from_head = Mul(similar, head)
    from_mean = Mul(similar, mean)
    zero = Constant <value_float = 0.0> ()
    never = Constant <value_float = -2.0> ()
    is_liked = Greater(liked, zero)
    only_liked = Where(is_liked, similar, never)
    nearest, places = TopK <axis = 1, largest = 1, sorted = 1> (only_liked, best)
    last = Constant <value_ints = [-1]> ()
    end = Constant <value_ints = [9223372036854775807]> ()
    one = Constant <value_ints = [1]> ()
    threshold = Slice(nearest, last, end, one)
    is_near = GreaterOrEqual(only_liked, threshold)
    weight = Where(is_near, liked, zero)
    from_best = Mul(similar, weight)
    axis = Constant <value_ints = [0]> ()
    a = Unsqueeze(from_head, axis)
    b = Unsqueeze(from_mean, axis)
    e = Unsqueeze(from_best, axis)
    shares = Concat <axis = 0> (a, b, e)
}
<domain: "taste", opset_import: ["": 17]>
around (rows, centre) => (scaled)
{
    last = Constant <value_ints = [-1]> ()
    tiny = Constant <value_float = 0.000001> ()
    zero = Constant <value_float = 0.0> ()
    size = ReduceL2 <axes = [-1], keepdims = 1> (rows)
    is_known = Greater(size, tiny)
    moved = Sub(rows, centre)
    length = ReduceL2 <axes = [-1], keepdims = 1> (moved)
    safe = Max(length, tiny)
    divided = Div(moved, safe)
    scaled = Where(is_known, divided, zero)
}
"""


def build() -> bytes:
    """Give the model as it is written; the same bytes every time."""
    model = parser.parse_model(GRAPH)
    model = onnx.inliner.inline_local_functions(model)
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


if __name__ == "__main__":
    TARGET.write_bytes(build())
