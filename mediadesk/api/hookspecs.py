"""The hooks a plugin may implement: each hands over objects, and the objects do the work."""

from collections.abc import Iterable

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
