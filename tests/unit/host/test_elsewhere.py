"""Files are read where a plugin's executor runs things."""

import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import plugin_factory
import pytest

from mediadesk.host import Registry, State
from mediadesk.host.elsewhere import Elsewhere
from mediadesk.host.workers import Work

BRINGS = """
from concurrent.futures import ThreadPoolExecutor
@hookimpl
def executor(settings):
    return ThreadPoolExecutor(settings["workers"], thread_name_prefix="elsewhere")
"""
HAS_NONE = """
@hookimpl
def executor(settings):
    return None
"""
RAISES = """
@hookimpl
def executor(settings):
    raise OSError("no cluster there")
"""


def work(function: object, *arguments: object) -> Work:
    return Work(key="k", function=function, arguments=arguments, timeout=5)  # type: ignore[arg-type]


def test_the_first_executor_that_a_plugin_brings_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    sources = {"a": HAS_NONE, "b": RAISES, "c": BRINGS}
    points = [plugin_factory.point(tmp_path, name, text) for name, text in sources.items()]
    registry = Registry(points=points)
    found = registry.executor({"workers": 2})
    assert isinstance(found, ThreadPoolExecutor)
    found.shutdown()
    assert [plugin.state for plugin in registry.plugins] == [
        State.READY, State.FAILING, State.READY,
    ]  # fmt: skip
    assert "no cluster there" in str(registry.plugins[1].problem)


def test_results_errors_and_deaths_come_back_as_from_our_own_workers() -> None:
    pool = Elsewhere(ProcessPoolExecutor(1))
    assert pool.submit(work(pow, 2, 5)).result(timeout=20).result == 32
    failed = pool.submit(work(int, "x")).result(timeout=20)
    assert isinstance(failed.error, ValueError)
    assert failed.death is None
    assert pool.submit(work(os._exit, 1)).result(timeout=20).death
    assert pool.submit(work(pow, 2, 5)).result(timeout=20).unstarted  # a broken pool stays broken
    pool.close()
