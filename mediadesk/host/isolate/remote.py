"""What stands in MediaDesk for a part of a plugin that runs in a guest."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from mediadesk.host.isolate.contract import HOOKS, Shape


class Ask(Protocol):
    """Calls a method of the part with these values."""

    def __call__(self, method: str, values: Sequence[object]) -> Any: ...  # noqa: ANN401


class Remote:
    """A part of the shape that its hook asks for: attributes as described, methods that ask.

    A media or a run that is given to a method stays here: the guest has its own.
    """

    def __init__(self, hook: str, attributes: Mapping[str, Any], ask: Ask) -> None:
        self._shape: Shape = HOOKS[hook]
        self._attributes = attributes
        self._ask = ask
        self._hook = hook

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the API says
        if name in self._attributes:
            return self._attributes[name]
        if name in self._shape.methods:
            return partial(self._forward, name)
        raise AttributeError(f"{self!r} has no {name}", name=name, obj=self)

    def __repr__(self) -> str:
        return f"<{self._attributes.get('name')} of {self._hook}>"

    def _forward(self, method: str, *args: object, **named: object) -> Any:  # noqa: ANN401
        shape = self._shape.methods[method]
        given = dict(zip(shape.arguments, args, strict=False)) | named
        if given.keys() != shape.arguments.keys():
            raise TypeError(f"{method} takes {', '.join(shape.arguments)}; got {', '.join(given)}")
        return self._ask(method, [given[name] for name in shape.sent])


def proxy(hook: str, attributes: Mapping[str, Any], ask: Ask) -> object:
    """Give what stands for a part; where the hook hands over plain values, such a value."""
    value = HOOKS[hook].value
    return value(**attributes) if value else Remote(hook, attributes, ask)
