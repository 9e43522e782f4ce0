"""A long list of short texts in one piece of memory."""

from collections.abc import Iterator, Sequence
from dataclasses import is_dataclass, make_dataclass, replace
from functools import cache
from typing import Any, get_type_hints, overload

import numpy as np

from mediadesk.api import Array

_BETWEEN = "\n"
_LONG = 256


class Names(Sequence[str]):
    """Texts that are decoded when they are looked at; immutable.

    A hundred thousand ids cross to a guest in a millisecond so, where decoding each takes seven.
    """

    __slots__ = ("_count", "_split", "raw", "stride")

    def __init__(self, raw: Array, count: int, stride: int) -> None:
        """Take `count` texts, uint8 [n] of UTF-8 with a line feed between each two.

        `stride` is how far it is from the start of each to that of the next, 0 if that differs.
        """
        self.raw: Array | None = raw
        self.stride = stride
        self._count = count
        self._split: list[str] | None = None

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Names":
        """Take in texts; where one holds a line feed they are a plain list, without `raw`."""
        count = len(texts)
        raw = np.frombuffer(_BETWEEN.join(texts).encode(), np.uint8)
        feeds = raw == ord(_BETWEEN)
        names = cls(raw, count, 0)
        if np.count_nonzero(feeds) != max(count - 1, 0):
            names.raw, names._split = None, list(texts)
        elif count:
            stride = (len(raw) + 1) // count
            is_even = stride * count == len(raw) + 1 and feeds[stride - 1 :: stride].all()
            names.stride = stride if is_even else 0
        return names

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return tuple(self._all()[index])
        if self._split is not None or self.raw is None or not self.stride:
            return self._all()[index]
        start = range(self._count)[index] * self.stride
        return str(self.raw[start : start + self.stride - 1].tobytes(), "utf-8")

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __repr__(self) -> str:
        return f"<{self._count} texts>"

    def _all(self) -> list[str]:
        if self._split is None:
            whole = b"" if self.raw is None else self.raw.tobytes()
            self._split = whole.decode().split(_BETWEEN) if self._count else []
        return self._split


def slim(value: Any) -> Any:  # noqa: ANN401 - any value
    """Put the long lists of texts of a dataclass into a form that crosses fast."""
    found = {}
    for name in _long_texts(type(value)):  # type: ignore[arg-type]
        texts = getattr(value, name)
        if len(texts) > _LONG and not isinstance(texts, Names):
            found[name] = Names.of(texts)
    return replace(value, **found) if found else value


@cache
def lazy(kind: Any) -> Any:  # noqa: ANN401 - any type
    """Give a type whose values are of `kind`, with long lists of texts decoded when looked at."""
    names = _long_texts(kind)
    if not names:
        return kind
    return make_dataclass(
        kind.__name__,
        [(name, Names) for name in names],
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
