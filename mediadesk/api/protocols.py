"""The shapes that plugin objects have; any object of the right shape will do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from mediadesk.api.types import (
    Array,
    Event,
    ExplainRequest,
    Feature,
    Intent,
    Item,
    Kind,
    Metadata,
    ModelCard,
    ModelSpec,
    PanelRequest,
    RankRequest,
    Sample,
    Scores,
    Section,
    ShelfDraft,
    ShelfRequest,
    Watched,
)

if TYPE_CHECKING:
    from av.container import InputContainer

Run = Callable[[Mapping[str, Array]], Mapping[str, Array]]
"""Runs the plugin's model: named arrays in, named arrays out; the first axis is the batch.

A model that gives `probabilities` [n, k] also gives their `labels` str [k].
"""


class Context(Protocol):
    """What the host gives to a plugin: its settings, its folder, and the way out."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """The person's settings of this plugin, complete by the defaults of its schema."""
        ...

    @property
    def data(self) -> Path:
        """The plugin's own folder, kept over updates.

        Raises:
            UserError: without the permission `write-data`.
        """
        ...

    def fetch(self, url: str) -> bytes:
        """Get a file of at most 16 MiB by https, or by http from this machine.

        Raises:
            UserError: without the permission for this host, while the network is switched off,
                or if the server does not answer with it.
        """
        ...

    def text(self, english: str) -> str:
        """Translate one of the plugin's texts into the person's language."""
        ...


class Media(Protocol):
    """The one guarded door to a media file."""

    def open(self, path: Path) -> AbstractContextManager[InputContainer]:
        """Open a local file with PyAV.

        Raises:
            UnreadableError: if the file is no usable media; also when reading inside the `with`
                block fails.
        """
        ...


class Extractor(Protocol):
    """Learns something about items of certain kinds, in two steps: read the file, run the model.

    It is shown the items of its kinds, with all that is known of them. Raising `version` makes
    every item be analysed anew.
    """

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def kinds(self) -> frozenset[Kind]: ...
    @property
    def model(self) -> ModelSpec | None: ...

    def prepare(self, item: Item, media: Media) -> Sample:
        """Read one file; runs in a worker process, without a model.

        Raises:
            Skip: if the item has nothing for this extractor.
            UnreadableError: if the file is damaged.
        """
        ...

    def encode(self, samples: Sequence[Sample], run: Run) -> Sequence[Feature]:
        """Turn a batch of samples into one feature each, in order; runs in the engine."""
        ...


class Tagger(Protocol):
    """Names what an item is about from its features alone, without opening the file.

    It is shown what every extractor learnt about every item.
    """

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def model(self) -> ModelSpec | None: ...

    def tag(
        self, features: Sequence[Mapping[str, Feature]], run: Run
    ) -> Sequence[Mapping[str, float]]:
        """Give label → confidence (0..1) per item, from its features by extractor name."""
        ...


class Ranker(Protocol):
    """Scores candidates for a profile; pure: the same request gives the same scores.

    It is shown ids, vectors and facts of the candidates and of what the profile had, its opinions,
    and those of other people, without their names and without the names of other items.
    """

    @property
    def name(self) -> str: ...
    @property
    def model(self) -> ModelSpec | None: ...

    def rank(self, request: RankRequest, run: Run) -> Scores:
        """Score every candidate of the request, in its order."""
        ...


class MetadataReader(Protocol):
    """Reads what is known of an item from its file or from what lies beside it.

    It is shown the items of its kinds, with all that is known of them. Raising `version` makes
    every item be read anew. What a person wrote is never overwritten.
    """

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def kinds(self) -> frozenset[Kind]: ...

    def read(self, item: Item) -> Metadata | None:
        """Give what is to be known, None for nothing.

        Raises:
            UserError: if what lies there can't be read.
        """
        ...


class Importer(Protocol):
    """Reads a person's history from the export of another program.

    `patterns` are file names such as `*.csv`. It is shown the file that a person chose, and nothing
    of the library.
    """

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def patterns(self) -> tuple[str, ...]: ...

    def read(self, name: str, content: bytes) -> Sequence[Watched]:
        """Give every line of the file `name` with this content.

        Before the name of a file in an archive stand those of the archive and of its folders, with
        “/” between. A damaged line need not refuse the others: see `Watched.problem`.

        Raises:
            UserError: if it is no such export; an `UnreadableError` if it is, and can't be used.
        """
        ...


class Explainer(Protocol):
    """Adds to the reasons of a recommendation.

    It is shown an item, the reasons that are there, and what the profile liked.
    """

    @property
    def name(self) -> str: ...

    def explain(self, request: ExplainRequest) -> Sequence[str]:
        """Give sentences in the request's language, at most three; none where nothing is to say."""
        ...


class IntentParser(Protocol):
    """Understands a question in plain language.

    It is shown what a person types, and nothing of the library.
    """

    @property
    def name(self) -> str: ...

    def parse(self, text: str, language: str) -> Intent | None:
        """Give what is asked for, None where this parser has no idea."""
        ...


class ShelfMaker(Protocol):
    """Makes rows of the "For you" panel.

    It is shown items that the profile has not seen, with all that is known of them, and their
    scores.
    """

    @property
    def name(self) -> str: ...

    def shelves(self, request: ShelfRequest) -> Sequence[ShelfDraft]:
        """Give at most three shelves of the request's items."""
        ...


class Panel(Protocol):
    """Makes a page of the window; the host draws it.

    It is shown all items of the library, and the `Feature.data` of the extractors in `reads`.
    """

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def reads(self) -> tuple[str, ...]: ...

    def view(self, request: PanelRequest) -> Sequence[Section]:
        """Give the page from top to bottom."""
        ...


class Listener(Protocol):
    """Hears of every event of every profile, in order, at least once."""

    @property
    def name(self) -> str: ...

    def on_events(self, events: Sequence[Event]) -> None:
        """Take events; when it raises, the same ones come again."""
        ...


class Transport(Protocol):
    """A place where devices leave files for each other; a name is one path segment."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...

    def names(self) -> Sequence[str]:
        """List the files there."""
        ...

    def read(self, name: str) -> bytes:
        """Give a file's content; raises `UserError` if it is not there."""
        ...

    def write(self, name: str, content: bytes) -> None:
        """Make or replace a file, whole or not at all."""
        ...

    def delete(self, name: str) -> None:
        """Take a file away; nothing happens where there is none."""
        ...


class ModelCatalogue(Protocol):
    """Brings models that any plugin may name in its `ModelSpec`."""

    @property
    def name(self) -> str: ...

    def models(self) -> Sequence[ModelCard]:
        """List the models."""
        ...
