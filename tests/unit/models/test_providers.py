from hypothesis import given
from hypothesis import strategies as st

from mediadesk.models.providers import CPU, choose, fall_back_reason

CUDA = "CUDAExecutionProvider"
KNOWN = [
    CPU,
    CUDA,
    "AzureExecutionProvider",
    "CoreMLExecutionProvider",
    "DmlExecutionProvider",
    "OpenVINOExecutionProvider",
    "TensorrtExecutionProvider",
]


@given(st.lists(st.sampled_from(KNOWN), unique=True))
def test_only_available_ones_are_chosen_and_the_cpu_is_last(available: list[str]) -> None:
    chosen = choose(available)
    assert chosen[-1] == CPU
    assert set(chosen[:-1]) <= set(available)
    assert len(set(chosen)) == len(chosen)
    assert chosen == choose(available[::-1])


def test_a_graphics_card_comes_before_the_cpu() -> None:
    assert choose([CPU, "AzureExecutionProvider", CUDA]) == (CUDA, CPU)
    assert choose(["AzureExecutionProvider", CPU]) == (CPU,)


def test_serving_another_provider_than_wished_has_a_reason() -> None:
    assert fall_back_reason([CUDA, CPU], [CUDA, CPU]) == ""
    assert CUDA in fall_back_reason([CUDA, CPU], [CPU])
