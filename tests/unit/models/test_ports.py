import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediadesk.models.ports import Port, check, rows

PIXELS = Port("pixels", np.dtype(np.uint8), (None, 2, 2, 3))
TEXT = Port("text", np.dtype(np.object_), (None,))


@given(st.integers(0, 9))
def test_any_number_of_rows_fits(count: int) -> None:
    inputs = {"pixels": np.zeros((count, 2, 2, 3), np.uint8)}
    check("m", [PIXELS], inputs)
    assert rows("m", inputs) == count


@given(st.lists(st.integers(0, 4), max_size=5), st.sampled_from(["uint8", "float32", "int64"]))
def test_only_the_right_type_and_shape_fit(shape: list[int], dtype: str) -> None:
    fits = dtype == "uint8" and len(shape) == 4 and shape[1:] == [2, 2, 3]
    inputs = {"pixels": np.zeros(shape, dtype)}
    if fits:
        check("m", [PIXELS], inputs)
    else:
        with pytest.raises(ValueError, match=r"“m” takes pixels as uint8 \[n, 2, 2, 3\]; got "):
            check("m", [PIXELS], inputs)


@pytest.mark.parametrize("names", [(), ("other",), ("pixels", "other")])
def test_missing_and_unknown_inputs_are_named(names: tuple[str, ...]) -> None:
    inputs = {name: np.zeros((1, 2, 2, 3), np.uint8) for name in names}
    with pytest.raises(ValueError, match=f"takes pixels; got {', '.join(names) or 'nothing'}"):
        check("m", [PIXELS], inputs)


def test_a_list_is_no_array() -> None:
    with pytest.raises(ValueError, match="pixels as an array, not list"):
        check("m", [PIXELS], {"pixels": [1]})


def test_numpys_own_strings_are_text() -> None:
    check("m", [TEXT], {"text": np.array(["a", "bc"])})
    check("m", [TEXT], {"text": np.array(["a", "bc"], dtype=object)})


def test_inputs_must_have_the_same_number_of_rows() -> None:
    with pytest.raises(ValueError, match=r"“m” differ in rows: \[1, 2\]"):
        rows("m", {"a": np.zeros(1), "b": np.zeros(2)})
