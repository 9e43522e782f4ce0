"""Writes next.onnx: adds up signals, and names the opinions that they are due to."""

from pathlib import Path

import onnx
from onnx import parser

TARGET = Path(__file__).parent / "mediadesk_next" / "next.onnx"

# s signals on n candidates, each moved by m opinions of its own. Inputs and outputs are those of
# `signal.py`.
GRAPH = """
<ir_version: 8, opset_import: ["": 17], producer_name: "mediadesk-next">
agraph (double[s, n] values, double[s, n, m] due)
    => (double[n] total, double confidence, double[n, c] shares, int64[n, c] seed)
{
    zero = Constant <value = double {0.0}> ()
    sure = Constant <value = double {1.0}> ()
    nobody = Constant <value_int = -1> ()
    start = Constant <value_int = 0> ()
    first = Constant <value_ints = [0]> ()
    one = Constant <value_ints = [1]> ()
    two = Constant <value_ints = [2]> ()

    total = ReduceSum <keepdims = 0> (values, first)
    mean = ReduceMean <keepdims = 0> (total)
    centred = Sub (total, mean)
    square = Mul (centred, centred)
    variance = ReduceMean <keepdims = 0> (square)
    spread = Sqrt (variance)
    confidence = Min (spread, sure)

    up = ArgMax <axis = 2, keepdims = 1> (due)
    down = ArgMin <axis = 2, keepdims = 1> (due)
    by_up = GatherElements <axis = 2> (due, up)
    below = GatherElements <axis = 2> (due, down)
    by_down = Neg (below)
    is_up = GreaterOrEqual (by_up, by_down)
    most = Where (is_up, up, down)
    by_most = Max (by_up, by_down)
    is_moved = Greater (by_most, zero)
    found = Where (is_moved, most, nobody)
    mover = Squeeze (found, two)

    later = Unsqueeze (mover, one)
    other = Unsqueeze (mover, first)
    is_same = Equal (later, other)
    signals = Shape <start = 0, end = 1> (values)
    pairs = Concat <axis = 0> (signals, signals)
    every = ConstantOfShape <value = int64[1] {1}> (pairs)
    before = Trilu <upper = 0> (every, nobody)
    before_each = Unsqueeze (before, two)
    is_before = Cast <to = 9> (before_each)
    is_named_before = And (is_same, is_before)
    times_before = Cast <to = 7> (is_named_before)
    times = ReduceSum <keepdims = 0> (times_before, one)
    is_again = Greater (times, start)
    named = Where (is_again, nobody, mover)

    names = Transpose <perm = [1, 0]> (named)
    is_nobody = Less (names, start)
    places = Max (names, start)
    places_once = Unsqueeze (places, first)
    names_shape = Shape (names)
    places_shape = Concat <axis = 0> (signals, names_shape)
    places_all = Expand (places_once, places_shape)
    due_there = GatherElements <axis = 2> (due, places_all)
    held = Where (is_nobody, zero, due_there)
    held_sum = ReduceSum <keepdims = 1> (held, two)
    values_column = Unsqueeze (values, two)
    rest = Sub (values_column, held_sum)
    split = Concat <axis = 2> (held, rest)
    rows = Transpose <perm = [1, 0, 2]> (split)
    flat = Constant <value_ints = [0, -1]> ()
    shares = Reshape (rows, flat)

    beside = Constant <value_ints = [0, 0, 0, 1]> ()
    seeds = Pad (names, beside, nobody)
    repeats = Concat <axis = 0> (one, signals)
    seed = Tile (seeds, repeats)
}
"""


def build() -> bytes:
    """Give the model as it is written; the same bytes every time."""
    model = parser.parse_model(GRAPH)
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


if __name__ == "__main__":
    TARGET.write_bytes(build())
