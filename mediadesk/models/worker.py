"""The one thread that owns every loaded model: urgent calls first, idle models released."""

import heapq
import itertools
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Condition, Thread

import numpy as np

from mediadesk.api import Array
from mediadesk.models.catalogue import Model
from mediadesk.models.ports import Loaded, Port, check, rows

Load = Callable[[Model, Path], Loaded]
Arrays = dict[str, Array]


@dataclass(slots=True)
class Usage:
    """What one model has done so far; `seconds` is the time of all `runs` (batches)."""

    loaded: bool = False
    provider: str = ""
    fell_back_because: str = ""
    runs: int = 0
    seconds: float = 0.0
    problem: str = ""


@dataclass(slots=True)
class _Call:
    model: Model
    path: Path
    inputs: Mapping[str, Array]
    rank: tuple[bool, int]  # urgent calls sort first, then the older
    answer: Future[Arrays] = field(default_factory=Future)
    parts: list[Arrays] = field(default_factory=list)
    at: int = 0

    def __lt__(self, other: "_Call") -> bool:
        return self.rank < other.rank


@dataclass(slots=True)
class _Open:
    loaded: Loaded
    used_at: float


class ModelThread:
    """Runs calls one batch at a time, so that an urgent one waits for one batch at most."""

    def __init__(self, load: Load, *, idle_seconds: float) -> None:
        self._load = load
        self._idle = idle_seconds
        self._changed = Condition()
        self._calls: list[_Call] = []
        self._numbers = itertools.count()
        self._open: dict[str, _Open] = {}
        self._usage: dict[str, Usage] = {}
        self._closing = False
        self._thread = Thread(target=self._work, name="models", daemon=True)
        self._thread.start()

    def submit(
        self, model: Model, path: Path, inputs: Mapping[str, Array], *, urgent: bool
    ) -> Future[Arrays]:
        """Queue a call; its future gives all outputs or the error.

        Raises:
            RuntimeError: after `close`.
        """
        with self._changed:
            if self._closing:
                raise RuntimeError("The models are closed.")
            call = _Call(model, path, inputs, (not urgent, next(self._numbers)))
            heapq.heappush(self._calls, call)
            self._changed.notify()
            return call.answer

    def usage(self, model: Model) -> Usage:
        """Give a copy of the model's figures."""
        return replace(self._usage.get(model.id, Usage()))

    def close(self) -> None:
        """End the batch under way, fail the calls that wait, release every model."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _work(self) -> None:
        while (call := self._next()) is not None:
            self._serve(call)
            del call  # its arrays may be large, and the next one far off
        for call in self._calls:
            call.answer.set_exception(RuntimeError("The models are closed."))
        for name in list(self._open):
            self._release(name)

    def _serve(self, call: _Call) -> None:
        try:
            answer = self._step(call)
        except Exception as error:  # noqa: BLE001 (delivered to the caller)
            call.answer.set_exception(error)
            return
        if answer is not None:
            call.answer.set_result(answer)
            return
        with self._changed:
            heapq.heappush(self._calls, call)

    def _next(self) -> _Call | None:
        """Wait for a call, releasing idle models meanwhile; None when closing."""
        with self._changed:
            while not self._closing:
                if self._calls:
                    return heapq.heappop(self._calls)
                now = time.monotonic()
                due = {name: model.used_at + self._idle for name, model in self._open.items()}
                for name in [name for name, at in due.items() if at <= now]:
                    self._release(name)
                    del due[name]
                self._changed.wait(min(due.values()) - now if due else None)
            return None

    def _release(self, name: str) -> None:
        del self._open[name]
        self._usage[name].loaded = False

    def _step(self, call: _Call) -> Arrays | None:
        """Run one batch of a call; gives the whole answer after its last batch."""
        model = call.model
        usage = self._usage.setdefault(model.id, Usage())
        try:
            loaded = self._loaded(model, call.path, usage)
        except Exception as error:
            usage.problem = str(error)
            raise
        check(model.name, loaded.inputs, call.inputs)
        count = rows(model.name, call.inputs) if model.batch else 1
        if count == 0:
            return {port.name: _nothing(port) for port in loaded.outputs}
        inputs = call.inputs
        if model.batch:
            inputs = {k: v[call.at : call.at + model.batch] for k, v in inputs.items()}
        call.parts.append(self._run(loaded, inputs, usage))
        self._open[model.id].used_at = time.monotonic()
        call.at += model.batch or 1
        if call.at < count:
            return None
        if len(call.parts) == 1:
            return call.parts[0]
        return {k: np.concatenate([part[k] for part in call.parts]) for k in call.parts[0]}

    def _loaded(self, model: Model, path: Path, usage: Usage) -> Loaded:
        if model.id not in self._open:
            loaded = self._load(model, path)
            self._open[model.id] = _Open(loaded, time.monotonic())
            usage.loaded, usage.problem = True, ""
            usage.provider, usage.fell_back_because = loaded.provider, loaded.fell_back_because
        return self._open[model.id].loaded

    def _run(self, loaded: Loaded, inputs: Mapping[str, Array], usage: Usage) -> Arrays:
        started = time.perf_counter()
        try:
            outputs = loaded.run(inputs)
        except Exception as error:
            usage.problem = str(error)
            raise
        usage.runs += 1
        usage.seconds += time.perf_counter() - started
        usage.problem = ""
        return outputs


def _nothing(port: Port) -> Array:
    return np.zeros((0, *(size or 0 for size in port.shape[1:])), port.dtype)
