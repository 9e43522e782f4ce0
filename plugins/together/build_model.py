"""Writes together.onnx: what each opinion adds to each candidate, and which three say most."""

from pathlib import Path

import onnx
from onnx import parser

TARGET = Path(__file__).parent / "mediadesk_together" / "together.onnx"

# n candidates, p people, m opinions of the asker; others have z opinions on the same items, and
# `place` says of each whose it is and which of the asker's it meets. Inputs and outputs are those
# of `ranker.py`.
GRAPH = """
<ir_version: 8, opset_import: ["": 17], producer_name: "mediadesk-together">
agraph (float[n, p] counts, float[p] people, float[m] mine, float[z] theirs, float[z] items,
        int64[z, 2] place)
    => (float[n, m] parts, float[n, c] shares, int64[n, k] seed)
{
    zero = Constant <value_float = 0.0> ()
    unit = Constant <value_float = 1.0> ()
    lowest = Constant <value_float = -3.0e38> ()
    first = Constant <value_int = 0> ()
    second = Constant <value_int = 1> ()
    one = Constant <value_ints = [1]> ()
    three = Constant <value_ints = [3]> ()

    person = Gather <axis = 1> (place, first)
    opinion = Gather <axis = 1> (place, second)
    own = Gather <axis = 0> (people, person)
    squared = Mul (items, items)
    weight = Mul (squared, own)
    judged = Gather <axis = 0> (mine, opinion)
    product = Mul (judged, theirs)
    agreed = Add (unit, product)
    weighed = Mul (weight, agreed)
    how_many = Shape (people)
    width = Shape (mine)
    shape = Concat <axis = 0> (how_many, width)
    nothing = ConstantOfShape (shape)
    agreement = ScatterND (nothing, place, weighed)

    told = MatMul (counts, agreement)
    mean = ReduceMean <axes = [0], keepdims = 1> (told)
    parts = Sub (told, mean)

    is_liked = Greater (mine, zero)
    liked = Cast <to = 7> (is_liked)
    any_liked = ReduceMax <keepdims = 1> (liked)
    may_be_named = Equal (liked, any_liked)
    nameable = Cast <to = 7> (may_be_named)
    how_nameable = ReduceSum <keepdims = 1> (nameable)
    most = Min (how_nameable, three)
    eligible = Where (may_be_named, parts, lowest)
    strongest, seed = TopK <axis = 1, largest = 1, sorted = 1> (eligible, most)
    total = ReduceSum <keepdims = 1> (parts, one)
    named = ReduceSum <keepdims = 1> (strongest, one)
    rest = Sub (total, named)
    shares = Concat <axis = 1> (strongest, rest)
}
"""


def build() -> bytes:
    """Give the model as it is written; the same bytes every time."""
    model = parser.parse_model(GRAPH)
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


if __name__ == "__main__":
    TARGET.write_bytes(build())
