"""What each hook hands over, read from the API itself: attributes, methods, and their types."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from types import FunctionType
from typing import Any, get_args, get_origin, get_type_hints

from mediadesk.api import PROJECT, Media, Run, hookspecs


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method's arguments, name → type, and the type of what it gives."""

    arguments: Mapping[str, Any]
    returns: Any

    @property
    def sent(self) -> dict[str, Any]:
        """The arguments that are values; a run and a media are those of the process called."""
        return {name: kind for name, kind in self.arguments.items() if kind not in (Run, Media)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What the objects of one hook must have: name → type, name → method.

    Where the hook hands over plain values, `value` is their class, and there are no methods.
    """

    attributes: Mapping[str, Any]
    methods: Mapping[str, Method]
    value: type | None = None


def members(hook: str) -> tuple[str, ...]:
    """Name everything that the objects of a hook must have."""
    return (*HOOKS[hook].attributes, *HOOKS[hook].methods)


def missing(hook: str, part: object) -> str:
    """Say what an object lacks to be one of this hook's; empty where it lacks nothing."""
    lacking = ", ".join(name for name in members(hook) if not hasattr(part, name))
    return f"{type(part).__name__} of {hook} lacks {lacking}" if lacking else ""


def check_kind(value: object, kind: Any) -> None:  # noqa: ANN401 - any type
    """See that a plugin gave objects of the API's classes where it should.

    Raises:
        TypeError: otherwise.
    """
    kinds = get_args(kind)
    if get_origin(kind) is Sequence:
        if not isinstance(value, Sequence):
            raise TypeError(f"it gave a {type(value).__name__} instead of a list")
        for odd in {type(each): each for each in value}.values():
            check_kind(odd, kinds[0])
        return
    good = tuple(each for each in kinds or (kind,) if isinstance(each, type) and is_dataclass(each))
    if good and not isinstance(value, good) and not (value is None and type(None) in kinds):
        names = " or ".join(each.__name__ for each in good)
        raise TypeError(f"it gave a {type(value).__name__} instead of a {names}")


def _hooks() -> Iterator[tuple[str, Shape]]:
    for name, hook in vars(hookspecs).items():
        if isinstance(hook, FunctionType) and hasattr(hook, f"{PROJECT}_spec"):
            returns = get_type_hints(hook)["return"]
            if get_origin(returns) is Iterable:  # all but `executor`
                yield name, _shape(get_args(returns)[0])


def _shape(kind: type) -> Shape:
    if is_dataclass(kind):
        return Shape(attributes=get_type_hints(kind), methods={}, value=kind)
    own = {name: member for name, member in vars(kind).items() if not name.startswith("_")}
    return Shape(
        attributes={
            name: get_type_hints(member.fget)["return"]
            for name, member in own.items()
            if isinstance(member, property)
        },
        methods={
            name: _method(member)
            for name, member in own.items()
            if isinstance(member, FunctionType)
        },
    )


def _method(function: Callable[..., Any]) -> Method:
    hints = get_type_hints(function)
    return Method(returns=hints.pop("return"), arguments=hints)


HOOKS: Mapping[str, Shape] = dict(_hooks())
"""Every hook that a plugin of strangers may implement."""
