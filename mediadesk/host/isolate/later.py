"""Long lists of texts that stay with the host until somebody looks at them.

A hundred thousand ids take ten milliseconds to cross, and most rankers never look at one.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import is_dataclass, make_dataclass, replace
from functools import cache
from typing import Any, get_type_hints, overload

import numpy as np

from mediadesk.api import Array

_LONG = 256
_BETWEEN = "\n"


class Kept:
    """Stands for the n-th list that was kept back, which holds `count` texts."""

    def __init__(self, n: int, count: int) -> None:
        self.n = n
        self.count = count


class Later(Sequence[str]):
    """Such a list on the other side; immutable."""

    def __init__(self, count: int, fetch: Callable[[], Sequence[str]]) -> None:
        self._count = count
        self._fetch = fetch
        self._texts: tuple[str, ...] | None = None

    def texts(self) -> tuple[str, ...]:
        """Get them, if they are not here."""
        if self._texts is None:
            self._texts = tuple(self._fetch())
        return self._texts

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        return self.texts()[index]

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts())

    def __repr__(self) -> str:
        return f"<{self._count} texts>"


def joined(texts: Sequence[str]) -> Array:
    """Put texts into an array, as one piece of UTF-8 if none holds a line feed."""
    whole = _BETWEEN.join(texts)
    if whole.count(_BETWEEN) != len(texts) - 1:
        return np.array(list(texts), np.str_)
    return np.frombuffer(whole.encode(), np.uint8)


def split(array: Array) -> list[str]:
    """Give the texts that were joined, of which there is at least one."""
    if array.dtype.kind == "U":
        return list(map(str, array))
    return array.tobytes().decode().split(_BETWEEN)


def keep(value: Any, kept: list[Sequence[str]]) -> Any:  # noqa: ANN401 - any value
    """Give a dataclass without its long lists of texts, which go into `kept`."""
    stubs = {}
    for name in _long_texts(type(value)):  # type: ignore[arg-type]
        texts = getattr(value, name)
        if len(texts) > _LONG:
            stubs[name] = Kept(len(kept), len(texts))
            kept.append(texts)
    return replace(value, **stubs) if stubs else value


@cache
def lazy(kind: Any) -> Any:  # noqa: ANN401 - any type
    """Give a type whose values are of `kind`, with such lists in it."""
    names = _long_texts(kind)
    if not names:
        return kind
    return make_dataclass(
        kind.__name__,
        [(name, Later) for name in names],
        bases=(kind,),
        namespace={"__module__": kind.__module__},
        frozen=True,
        slots=True,
        kw_only=True,
    )


@cache
def _long_texts(kind: Any) -> tuple[str, ...]:  # noqa: ANN401 - any type
    """Name the fields that may hold any sequence of texts, however long."""
    if not (isinstance(kind, type) and is_dataclass(kind)):
        return ()
    return tuple(name for name, hint in get_type_hints(kind).items() if hint == Sequence[str])
