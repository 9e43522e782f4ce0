"""Which onnxruntime execution providers to ask for, and in which order."""

from collections.abc import Sequence

CPU = "CPUExecutionProvider"

# TensorRT is left out: it compiles a model for minutes before the first answer.
_PREFERRED = (
    "CUDAExecutionProvider",
    "DmlExecutionProvider",
    "CoreMLExecutionProvider",
    "OpenVINOExecutionProvider",
)


def choose(available: Sequence[str]) -> tuple[str, ...]:
    """Give our preferred providers that are `available`, best first; the last is the CPU."""
    return (*(name for name in _PREFERRED if name in available), CPU)


def fall_back_reason(wished: Sequence[str], serving: Sequence[str]) -> str:
    """Say in a sentence why `serving` is not what was wished; empty where it is."""
    if serving and serving[0] == wished[0]:
        return ""
    return (
        f"onnxruntime offers {wished[0]} but could not start it; "
        "its driver or libraries are missing or do not fit."
    )
