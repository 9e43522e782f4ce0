"""Asks the engine without waiting; an answer that a newer question has overtaken is dropped."""

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from mediadesk.ui.bridge import Bridge

if TYPE_CHECKING:
    from mediadesk.engine.client import Client

P = ParamSpec("P")
T = TypeVar("T")


class Questions:
    """One place's questions: of each verb only the answer to the newest one counts."""

    def __init__(self, client: "Client", bridge: Bridge) -> None:
        self._client = client
        self._bridge = bridge
        self._asked: Counter[str] = Counter()

    def ask(
        self,
        then: Callable[[T], None],
        verb: Callable[Concatenate[Any, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Call a verb of `Verbs` and hand its result to `then`, in the window's thread."""
        answer = self._bridge.post(then, wanted=self._newest(verb.__name__))
        self._client.call(verb, *args, **kwargs).add_done_callback(answer)

    def attempt(
        self,
        then: Callable[[T], None],
        failed: Callable[[BaseException], None],
        verb: Callable[Concatenate[Any, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Call a verb as `ask` does; what it raises is handed to `failed` and not reported."""
        answer = self._bridge.post(then, wanted=self._newest(verb.__name__), failed=failed)
        self._client.call(verb, *args, **kwargs).add_done_callback(answer)

    def tell(
        self, verb: Callable[Concatenate[Any, P], Any], /, *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Call a verb whose answer nobody needs; what it raises is still reported."""
        done: Callable[[Any], None] = self._bridge.post(lambda _: None)
        self._client.call(verb, *args, **kwargs).add_done_callback(done)

    def forget(self) -> None:
        """Want no answer any more: who asked is going."""
        self._asked.update(list(self._asked))

    def _newest(self, name: str) -> Callable[[], bool]:
        """Count a question; what is given tells whether no newer one has overtaken it."""
        self._asked[name] += 1
        number = self._asked[name]
        return lambda: self._asked[name] == number
