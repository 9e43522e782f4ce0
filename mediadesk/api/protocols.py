"""The shapes that plugin objects have; any object of the right shape will do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mediadesk.api.types import Array, Feature, Item, Kind, ModelSpec, RankRequest, Sample, Score

if TYPE_CHECKING:
    from av.container import InputContainer

Run = Callable[[Mapping[str, Array]], Mapping[str, Array]]
"""Runs the plugin's model: named arrays in, named arrays out; the first axis is the batch.

A model that gives `probabilities` [n, k] also gives their `labels` str [k].
"""


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

    Raising `version` makes every item be analysed anew.
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
    """Names what an item is about from its features alone, without opening the file."""

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
    """Scores candidates for a profile; pure: the same request gives the same scores."""

    @property
    def name(self) -> str: ...
    @property
    def model(self) -> ModelSpec | None: ...

    def rank(self, request: RankRequest, run: Run) -> Sequence[Score]:
        """Score every candidate of the request, in its order."""
        ...
