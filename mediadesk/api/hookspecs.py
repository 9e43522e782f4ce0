"""The hooks a plugin may implement: each hands over objects, and the objects do the work.

Every hook may take the `context`, or leave it out.
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor

import pluggy

from mediadesk.api.protocols import (
    Context,
    Explainer,
    Extractor,
    Importer,
    IntentParser,
    Listener,
    MetadataReader,
    ModelCatalogue,
    Panel,
    Ranker,
    ShelfMaker,
    Tagger,
    Transport,
)
from mediadesk.api.types import Player

PROJECT = "mediadesk"
API_VERSION = "1.2"
"""Grows in front of the dot when something is taken away, behind it when something is added."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def extractors(context: Context) -> Iterable[Extractor]:
    """Give the extractors: each learns something from the files of items."""
    return ()


@hookspec
def taggers(context: Context) -> Iterable[Tagger]:
    """Give the taggers: each names what items are about, from their features."""
    return ()


@hookspec
def rankers(context: Context) -> Iterable[Ranker]:
    """Give the rankers: each scores candidates for "For you"."""
    return ()


@hookspec
def metadata_readers(context: Context) -> Iterable[MetadataReader]:
    """Give the metadata readers: each fills in titles, years, artists and the like."""
    return ()


@hookspec
def importers(context: Context) -> Iterable[Importer]:
    """Give the importers: each reads a person's history from another program's export."""
    return ()


@hookspec
def explainers(context: Context) -> Iterable[Explainer]:
    """Give the explainers: each adds sentences to Why."""
    return ()


@hookspec
def intent_parsers(context: Context) -> Iterable[IntentParser]:
    """Give the intent parsers: each turns a question into conditions; the first that can, wins."""
    return ()


@hookspec
def players(context: Context) -> Iterable[Player]:
    """Give the players: programs of this machine that can play files."""
    return ()


@hookspec
def shelves(context: Context) -> Iterable[ShelfMaker]:
    """Give the makers of shelves: each adds rows to "For you"."""
    return ()


@hookspec
def panels(context: Context) -> Iterable[Panel]:
    """Give the panels: each is a page of the window."""
    return ()


@hookspec
def listeners(context: Context) -> Iterable[Listener]:
    """Give the event listeners: each hears what people play and like."""
    return ()


@hookspec
def transports(context: Context) -> Iterable[Transport]:
    """Give the sync transports: each is a place where devices exchange files."""
    return ()


@hookspec
def model_catalogues(context: Context) -> Iterable[ModelCatalogue]:
    """Give the model catalogues: each brings ONNX models."""
    return ()


@hookspec(firstresult=True)
def executor(settings: Mapping[str, object]) -> Executor | None:
    """Give where `prepare` runs instead of this machine's worker processes; None leaves it there.

    Only for plugins that come with MediaDesk: it is given code to run. The function it is given
    and its arguments pickle; the files must be reachable there by the same paths. `settings` are
    the person's.
    """
