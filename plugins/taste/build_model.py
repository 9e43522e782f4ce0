"""Writes taste.onnx: what a history says for candidates, view by view, and due to which item."""

from pathlib import Path

import onnx
from onnx import parser

TARGET = Path(__file__).parent / "mediadesk_taste" / "taste.onnx"

# n candidates, m items of the history, b views. Inputs and outputs are those of `ranker.py`. The
# `spare` item is the first: the scores are those without it, it counts where a seed is missing, and
# where one of the k items `left_out` is, of which the sums over all views are told.
# Views are added up by a product, which takes less time than to reduce the first axis.
GRAPH = """
<ir_version: 8, opset_import: ["": 17], producer_name: "mediadesk-taste">
agraph (float[b, n, m] products, float[b, n] weight, float[b, m] pull, float[b, m] regain,
        float[m] head, float[m, m] head_lost, float[m] liked, bool[1] spare,
        int64[k] left_out)
    => (float[b, n] parts, int64[n] seed, float[b, n] due, float[k, n] without)
{
    zero = Constant <value_float = 0.0> ()
    unit = Constant <value_float = 1.0> ()
    tiny = Constant <value_float = 0.0001> ()
    near = Constant <value_float = -4.0> ()
    far = Constant <value_float = 4.0> ()
    first = Constant <value_ints = [0]> ()
    one = Constant <value_ints = [1]> ()
    all_else = Constant <value_ints = [-1]> ()
    two = Constant <value_ints = [2]> ()
    three = Constant <value_ints = [3]> ()
    four = Constant <value_ints = [4]> ()

    is_known = Greater (weight, zero)
    known = Cast <to = 1> (is_known)
    mask = Unsqueeze (known, one)
    count = ReduceSum <keepdims = 1> (mask, two)
    total = MatMul (mask, products)
    mean = Div (total, count)
    centred = Sub (products, mean)
    square = Mul (centred, centred)
    squares = MatMul (mask, square)
    variance = Div (squares, count)
    spread = Sqrt (variance)
    is_spread = Greater (spread, tiny)
    safe = Max (spread, tiny)
    inverse = Reciprocal (safe)
    scale = Where (is_spread, inverse, zero)
    scaled = Mul (centred, scale)
    alike = Clip (scaled, near, far)

    pull_column = Unsqueeze (pull, two)
    head_column = Unsqueeze (head, one)
    pulled_column = MatMul (alike, pull_column)
    led_column = MatMul (alike, head_column)
    pulled = Squeeze (pulled_column, two)
    led = Squeeze (led_column, two)

    weight_column = Unsqueeze (weight, two)
    weighed = Mul (alike, weight_column)
    views_shape = Shape <start = 0, end = 1> (alike)
    flat_shape = Concat <axis = 0> (views_shape, all_else)
    flat = Reshape (weighed, flat_shape)
    every_view = ConstantOfShape <value = float[1] {1.0}> (views_shape)
    summed = MatMul (every_view, flat)
    together_shape = Shape <start = 1, end = 3> (alike)
    together = Reshape (summed, together_shape)
    liking = Mul (together, liked)
    items = Shape <start = 0, end = 1> (liked)
    most = Min (items, four)
    highest, places = TopK <axis = 1, largest = 1, sorted = 1> (liking, most)
    is_liking = Greater (highest, zero)
    positive = Cast <to = 1> (is_liking)
    liked_there = Gather <axis = 0> (liked, places)
    counted = Mul (positive, liked_there)
    places_once = Unsqueeze (places, first)
    shape = Shape (alike)
    views = Slice (shape, first, one)
    rest = Shape <start = 1, end = 3> (places_once)
    places_shape = Concat <axis = 0> (views, rest)
    places_all = Expand (places_once, places_shape)
    alike_there = GatherElements <axis = 2> (alike, places_all)
    fits = Mul (alike_there, counted)
    fits_best = Slice (fits, first, three, two)
    best = ReduceSum <keepdims = 0> (fits_best, two)

    pulled_led = Add (pulled, led)
    told = Add (pulled_led, best)
    every = Mul (told, weight)

    alike_spare_column = Slice (alike, first, one, two)
    alike_spare = Squeeze (alike_spare_column, two)
    spare_pull = Slice (pull, first, one, one)
    spare_regain = Slice (regain, first, one, one)
    spare_pulled = Mul (alike_spare, spare_pull)
    latest_pulled_left = Sub (pulled, spare_pulled)
    latest_pulled = Mul (latest_pulled_left, spare_regain)
    spare_head_row = Slice (head_lost, first, one, first)
    spare_head = Squeeze (spare_head_row, first)
    latest_head = Sub (head, spare_head)
    latest_head_column = Unsqueeze (latest_head, one)
    latest_led_column = MatMul (alike, latest_head_column)
    latest_led = Squeeze (latest_led_column, two)
    place_numbers = Cast <to = 1> (places)
    latest_places = Min (place_numbers, unit)
    latest_fits = Mul (fits, latest_places)
    latest_first_three = Slice (latest_places, first, three, one)
    is_three = ReduceMin <axes = [1], keepdims = 0> (latest_first_three)
    latest_fits_next = Slice (latest_fits, three, four, two)
    latest_next = ReduceSum <keepdims = 0> (latest_fits_next, two)
    latest_too_many = Mul (latest_next, is_three)
    latest_best_four = ReduceSum <keepdims = 0> (latest_fits, two)
    latest_best = Sub (latest_best_four, latest_too_many)
    latest_pulled_led = Add (latest_pulled, latest_led)
    latest_told = Add (latest_pulled_led, latest_best)
    latest = Mul (latest_told, weight)
    parts = Where (spare, latest, every)

    seed_column = Slice (places, first, one, one)
    seed = Squeeze (seed_column, one)
    fits_seed = Slice (fits, first, one, two)
    fits_next = Slice (fits, three, four, two)
    best_next = ReduceSum <keepdims = 0> (fits_next, two)
    best_seed = Squeeze (fits_seed, two)
    best_lost = Sub (best_seed, best_next)
    alike_seed_column = Slice (alike_there, first, one, two)
    alike_seed = Squeeze (alike_seed_column, two)
    own_pull = Gather <axis = 1> (pull, seed)
    own_regain = Gather <axis = 1> (regain, seed)
    own_pulled = Mul (alike_seed, own_pull)
    pulled_left = Sub (pulled, own_pulled)
    pulled_without = Mul (pulled_left, own_regain)
    pulled_lost = Sub (pulled, pulled_without)
    lost_heads = Gather <axis = 0> (head_lost, seed)
    led_lost_each = Mul (alike, lost_heads)
    led_lost = ReduceSum <keepdims = 0> (led_lost_each, two)
    lost_two = Add (pulled_lost, led_lost)
    lost = Add (lost_two, best_lost)
    lost_weighed = Mul (lost, weight)
    instead = Sub (every, parts)
    due = Sub (lost_weighed, instead)

    out_pull = Gather <axis = 1> (pull, left_out)
    out_regain = Gather <axis = 1> (regain, left_out)
    pulled_weighed = Mul (pulled, weight)
    pulled_weighed_rows = Transpose <perm = [1, 0]> (pulled_weighed)
    pulled_regained = MatMul (pulled_weighed_rows, out_regain)
    out_weighed = Gather <axis = 2> (weighed, left_out)
    out_factor = Mul (out_pull, out_regain)
    out_factor_row = Unsqueeze (out_factor, one)
    out_pulled_each = Mul (out_weighed, out_factor_row)
    out_pulled = ReduceSum <keepdims = 0> (out_pulled_each, first)
    out_pulled_left = Sub (pulled_regained, out_pulled)

    out_head_lost = Gather <axis = 0> (head_lost, left_out)
    out_heads = Sub (head, out_head_lost)
    out_head_columns = Transpose <perm = [1, 0]> (out_heads)
    out_led = MatMul (together, out_head_columns)

    liking_best = Relu (highest)
    liking_best_column = Unsqueeze (liking_best, two)
    places_column = Unsqueeze (places, two)
    is_out = Equal (places_column, left_out)
    out_best_each = Where (is_out, zero, liking_best_column)
    out_best_four = ReduceSum <keepdims = 0> (out_best_each, one)
    out_number = Cast <to = 1> (is_out)
    out_first_three = Slice (out_number, first, three, one)
    is_out_three = ReduceMax <axes = [1], keepdims = 0> (out_first_three)
    is_in_three = Sub (unit, is_out_three)
    out_best_next = Slice (out_best_each, three, four, one)
    out_next = ReduceSum <keepdims = 0> (out_best_next, one)
    out_too_many = Mul (out_next, is_in_three)
    out_best = Sub (out_best_four, out_too_many)

    out_pulled_led = Add (out_pulled_left, out_led)
    out_told = Add (out_pulled_led, out_best)
    without = Transpose <perm = [1, 0]> (out_told)
}
"""


def build() -> bytes:
    """Give the model as it is written; the same bytes every time."""
    model = parser.parse_model(GRAPH)
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


if __name__ == "__main__":
    TARGET.write_bytes(build())
