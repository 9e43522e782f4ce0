import threading
import time
import weakref
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediadesk.api import Array
from mediadesk.models.catalogue import Model
from mediadesk.models.ports import Port
from mediadesk.models.worker import ModelThread

PATH = Path("unused.onnx")


def model(name: str = "double", batch: int = 8) -> Model:
    return Model(name=name, task="rank", size=0, licence="MIT", source="test", batch=batch)


class Double:
    """Doubles `x` float32 [n, 2]; notes every batch; waits while `gate` is shut."""

    inputs = (Port("x", np.dtype(np.float32), (None, 2)),)
    outputs = (Port("y", np.dtype(np.float32), (None, 2)),)
    provider = "FakeProvider"
    fell_back_because = ""

    def __init__(self) -> None:
        self.batches: list[tuple[float, int]] = []
        self.threads: set[str] = set()
        self.gate = threading.Event()
        self.gate.set()
        self.started = threading.Event()

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        x = inputs["x"]
        self.started.set()
        assert self.gate.wait(10)
        self.threads.add(threading.current_thread().name)
        self.batches.append((float(x[0, 0]), len(x)))
        if np.isnan(x).any():
            raise ArithmeticError("not a number")
        return {"y": 2 * x}


@pytest.fixture
def double() -> Double:
    return Double()


@pytest.fixture
def thread(double: Double) -> Iterator[ModelThread]:
    thread = ModelThread(lambda _model, _path: double, idle_seconds=60)
    yield thread
    double.gate.set()
    thread.close()


def x(value: float, count: int) -> dict[str, Array]:
    return {"x": np.full((count, 2), value, np.float32)}


@given(count=st.integers(0, 20), batch=st.integers(0, 6))
def test_splitting_into_batches_changes_no_result(count: int, batch: int) -> None:
    double = Double()
    thread = ModelThread(lambda _model, _path: double, idle_seconds=60)
    if batch == 0:
        count += 1
    values = np.arange(2 * count, dtype=np.float32).reshape(count, 2)
    answer = thread.submit(model(batch=batch), PATH, {"x": values}, urgent=False).result(10)
    thread.close()
    np.testing.assert_array_equal(answer["y"], 2 * values)
    assert answer["y"].dtype == np.float32
    assert all(size <= (batch or count) for _, size in double.batches)


def test_an_urgent_call_goes_between_two_batches_of_a_long_one(
    thread: ModelThread, double: Double
) -> None:
    double.gate.clear()
    long = thread.submit(model(), PATH, x(1, 24), urgent=False)
    assert double.started.wait(10)
    later = thread.submit(model(), PATH, x(2, 1), urgent=False)
    urgent = thread.submit(model(), PATH, x(3, 1), urgent=True)
    double.gate.set()
    for future in (long, later, urgent):
        future.result(10)
    assert double.batches == [(1, 8), (3, 1), (1, 8), (1, 8), (2, 1)]


def test_everything_runs_on_one_thread_whoever_calls(thread: ModelThread, double: Double) -> None:
    answers: dict[int, float] = {}

    def call(value: int) -> None:
        future = thread.submit(model(), PATH, x(value, 9), urgent=value % 2 == 0)
        answers[value] = float(future.result(10)["y"][8, 1])

    callers = [threading.Thread(target=call, args=(value,)) for value in range(20)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert answers == {value: 2 * value for value in range(20)}
    assert double.threads == {"models"}


def test_a_wrong_input_is_refused_and_the_next_call_works(thread: ModelThread) -> None:
    with pytest.raises(ValueError, match=r"“double” takes x as float32 \[n, 2\]"):
        thread.submit(model(), PATH, {"x": np.zeros((1, 3))}, urgent=False).result(10)
    assert thread.submit(model(), PATH, x(1, 1), urgent=False).result(10)["y"][0, 0] == 2


def test_an_error_in_the_model_reaches_the_caller_and_the_report(thread: ModelThread) -> None:
    with pytest.raises(ArithmeticError, match="not a number"):
        thread.submit(model(), PATH, x(np.nan, 1), urgent=False).result(10)
    assert thread.usage(model()).problem == "not a number"
    thread.submit(model(), PATH, x(1, 1), urgent=False).result(10)
    assert thread.usage(model()).problem == ""


def test_a_model_that_can_not_be_loaded_is_tried_again_by_the_next_call(double: Double) -> None:
    tries = iter([OSError("unreadable"), None])

    def load(model: Model, path: Path) -> Double:
        if error := next(tries):
            raise error
        return double

    thread = ModelThread(load, idle_seconds=60)
    with pytest.raises(OSError, match="unreadable"):
        thread.submit(model(), PATH, x(1, 1), urgent=False).result(10)
    assert (thread.usage(model()).problem, thread.usage(model()).loaded) == ("unreadable", False)
    thread.submit(model(), PATH, x(1, 1), urgent=False).result(10)
    assert (thread.usage(model()).problem, thread.usage(model()).loaded) == ("", True)
    thread.close()


def test_an_idle_model_is_released_and_loaded_again_when_needed(double: Double) -> None:
    loads = []
    thread = ModelThread(lambda model, _path: loads.append(model.name) or double, idle_seconds=0.05)
    thread.submit(model(), PATH, x(1, 1), urgent=False).result(10)
    deadline = time.monotonic() + 10
    while thread.usage(model()).loaded and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not thread.usage(model()).loaded
    thread.submit(model(), PATH, x(1, 1), urgent=False).result(10)
    assert loads == ["double", "double"]
    thread.close()


def test_a_model_in_use_is_kept_while_another_is_released(
    double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    clock = SimpleNamespace(monotonic=lambda: now[0], perf_counter=time.perf_counter)
    monkeypatch.setattr("mediadesk.models.worker.time", clock)
    thread = ModelThread(lambda _model, _path: double, idle_seconds=60)

    def use(name: str, at: float) -> None:
        now[0] = at
        thread.submit(model(name), PATH, x(1, 1), urgent=False).result(10)

    use("a", 0)
    use("b", 0)
    use("b", 40)
    use("b", 61)
    deadline = time.monotonic() + 10
    while thread.usage(model("a")).loaded and time.monotonic() < deadline:
        time.sleep(0.01)
    use("c", 61)
    loaded = [name for name in "abc" if thread.usage(model(name)).loaded]
    thread.close()
    assert loaded == ["b", "c"]


def test_figures_count_batches(thread: ModelThread) -> None:
    thread.submit(model(), PATH, x(1, 20), urgent=False).result(10)
    usage = thread.usage(model())
    assert (usage.runs, usage.provider, usage.loaded) == (3, "FakeProvider", True)
    assert usage.seconds > 0


def test_what_a_call_was_given_is_let_go_once_it_is_answered(
    thread: ModelThread, double: Double
) -> None:
    array = np.ones((4, 2), np.float32)
    kept = weakref.ref(array)
    thread.submit(model(), PATH, {"x": array}, urgent=False).result(10)
    del array
    deadline = time.monotonic() + 10
    while kept() is not None and time.monotonic() < deadline:
        time.sleep(0.001)
    assert kept() is None


def test_closing_fails_the_waiting_calls_and_refuses_new_ones(double: Double) -> None:
    thread = ModelThread(lambda _model, _path: double, idle_seconds=60)
    double.gate.clear()
    first = thread.submit(model(), PATH, x(1, 16), urgent=False)
    second = thread.submit(model(), PATH, x(1, 1), urgent=False)
    assert double.started.wait(10)
    closer = threading.Thread(target=thread.close)
    closer.start()
    while not thread._closing:
        time.sleep(0.001)
    double.gate.set()
    closer.join()
    for future in (first, second):
        with pytest.raises(RuntimeError, match="closed"):
            future.result(10)
    with pytest.raises(RuntimeError, match="closed"):
        thread.submit(model(), PATH, x(1, 1), urgent=False)
    assert not thread.usage(model()).loaded
