"""The hooks a plugin may implement: each hands over objects, and the objects do the work."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor

import pluggy

from mediadesk.api.protocols import Extractor, Ranker, Tagger

PROJECT = "mediadesk"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def extractors() -> Iterable[Extractor]:
    """Give the extractors of this plugin."""
    return ()


@hookspec
def taggers() -> Iterable[Tagger]:
    """Give the taggers of this plugin."""
    return ()


@hookspec
def rankers() -> Iterable[Ranker]:
    """Give the rankers of this plugin."""
    return ()


@hookspec(firstresult=True)
def executor(settings: Mapping[str, object]) -> Executor | None:
    """Give where `prepare` runs instead of this machine's worker processes; None leaves it there.

    The function it is given and its arguments pickle; the files must be reachable there by the
    same paths. `settings` are the person's.
    """
