"""The named inputs and outputs of a model, and the check that given arrays fit them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from mediadesk.api import Array


@dataclass(frozen=True, slots=True)
class Port:
    """One input or output: its numpy type and its shape, None where any length will do."""

    name: str
    dtype: "np.dtype[np.generic]"
    shape: tuple[int | None, ...]

    def __str__(self) -> str:
        sizes = ", ".join("n" if size is None else str(size) for size in self.shape)
        return f"{self.dtype} [{sizes}]"


class Loaded(Protocol):
    """A model that is ready to run; used by one thread only."""

    @property
    def inputs(self) -> tuple[Port, ...]: ...
    @property
    def outputs(self) -> tuple[Port, ...]: ...
    @property
    def provider(self) -> str: ...
    @property
    def fell_back_because(self) -> str: ...

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """Give all outputs."""
        ...


def check(name: str, ports: Sequence[Port], inputs: Mapping[str, Array]) -> None:
    """Compare the arrays with the inputs of the model called `name`.

    Raises:
        ValueError: if one is missing, unknown, or of another type or shape.
    """
    wanted = {port.name: port for port in ports}
    if wanted.keys() != inputs.keys():
        raise ValueError(
            f"The model “{name}” takes {', '.join(wanted)}; got {', '.join(inputs) or 'nothing'}."
        )
    for port in ports:
        array = inputs[port.name]
        if not isinstance(array, np.ndarray):
            raise ValueError(  # noqa: TRY004 (one kind of error for every wrong input)
                f"The model “{name}” takes {port.name} as an array, not {type(array).__name__}."
            )
        fits = len(array.shape) == len(port.shape) and all(
            wants is None or wants == has
            for wants, has in zip(port.shape, array.shape, strict=True)
        )
        # Numpy gives strings a type of their own, which is as good as objects.
        is_text = port.dtype == object and array.dtype.kind == "U"
        if not fits or not (is_text or array.dtype == port.dtype):
            found = Port(port.name, array.dtype, array.shape)
            raise ValueError(f"The model “{name}” takes {port.name} as {port}; got {found}.")


def rows(name: str, inputs: Mapping[str, Array]) -> int:
    """Give how many rows the inputs share.

    Raises:
        ValueError: if they have different numbers of rows.
    """
    counts = {len(array) for array in inputs.values()}
    if len(counts) != 1:
        raise ValueError(f"The inputs of the model “{name}” differ in rows: {sorted(counts)}.")
    return counts.pop()
