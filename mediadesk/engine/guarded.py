"""Keeps what changes the library from profiles with limits."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def guarded(verb: Callable[P, T], check: Callable[[], None]) -> Callable[P, T]:
    """Give a verb that calls `check` first, which may raise."""

    @wraps(verb)
    def first_checked(*args: P.args, **kwargs: P.kwargs) -> T:
        check()
        return verb(*args, **kwargs)

    return first_checked


class Guarded(Generic[T]):
    """A part of the engine, each verb of which calls `check` first."""

    def __init__(self, part: T, check: Callable[[], None]) -> None:
        """Guard a part."""
        self._part = part
        self._check = check

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as the part has it
        return guarded(getattr(self._part, name), self._check)
