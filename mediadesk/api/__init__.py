"""The public interface: the only package a plugin may import, made of stdlib, numpy and pluggy."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mediadesk.api.errors import Skip, UnreadableError, UserError
    from mediadesk.api.hookspecs import API_VERSION, PROJECT, hookimpl
    from mediadesk.api.protocols import (
        Context,
        Explainer,
        Extractor,
        Importer,
        IntentParser,
        Listener,
        Media,
        MetadataReader,
        ModelCatalogue,
        Panel,
        Ranker,
        Run,
        ShelfMaker,
        Tagger,
        Transport,
    )
    from mediadesk.api.types import (
        AUDIO,
        SAID,
        SURE,
        VIDEO,
        Array,
        Block,
        Cause,
        Chip,
        Crowd,
        Event,
        EventKind,
        ExplainRequest,
        Facts,
        Feature,
        Intent,
        Item,
        Json,
        Kind,
        Liked,
        Metadata,
        ModelCard,
        ModelSpec,
        Moment,
        Opinion,
        PanelRequest,
        Player,
        Point,
        RankRequest,
        Sample,
        Scores,
        Section,
        ShelfDraft,
        ShelfRequest,
        Traits,
        Watched,
        said,
        unit,
    )

__all__ = [
    "API_VERSION",
    "AUDIO",
    "PROJECT",
    "SAID",
    "SURE",
    "VIDEO",
    "Array",
    "Block",
    "Cause",
    "Chip",
    "Context",
    "Crowd",
    "Event",
    "EventKind",
    "ExplainRequest",
    "Explainer",
    "Extractor",
    "Facts",
    "Feature",
    "Importer",
    "Intent",
    "IntentParser",
    "Item",
    "Json",
    "Kind",
    "Liked",
    "Listener",
    "Media",
    "Metadata",
    "MetadataReader",
    "ModelCard",
    "ModelCatalogue",
    "ModelSpec",
    "Moment",
    "Opinion",
    "Panel",
    "PanelRequest",
    "Player",
    "Point",
    "RankRequest",
    "Ranker",
    "Run",
    "Sample",
    "Scores",
    "Section",
    "ShelfDraft",
    "ShelfMaker",
    "ShelfRequest",
    "Skip",
    "Tagger",
    "Traits",
    "Transport",
    "UnreadableError",
    "UserError",
    "Watched",
    "hookimpl",
    "said",
    "unit",
]

_HOMES = ("errors", "types", "protocols", "hookspecs")

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Load a name's module when it is first asked for: the window needs only the errors."""
        if name in __all__:
            for home in _HOMES:
                there = vars(import_module(f"{__name__}.{home}"))
                if name in there:
                    globals()[name] = there[name]
                    return there[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
