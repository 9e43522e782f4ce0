"""The one door to every model: any thread may call, one runs rankers, and one all others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import numpy as np

from mediadesk import resources
from mediadesk.api import Array, ModelCard, ModelSpec, Run, UserError
from mediadesk.models.catalogue import Model, find, load_catalogue
from mediadesk.models.files import Files
from mediadesk.models.ports import Loaded
from mediadesk.models.text_source import BUILDER
from mediadesk.models.worker import ModelThread


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelStatus:
    """What a person may know of one model; `size` in bytes, `mean_ms` per batch."""

    name: str
    task: str
    dimensions: int
    size: int
    licence: str
    source: str
    sha256: str
    installed: bool
    loaded: bool
    provider: str
    fell_back_because: str
    runs: int
    mean_ms: float
    problem: str


class Models:
    """Every model of one engine.

    `cache_dir` holds models that are built here and may be deleted. `threads` is how many
    threads one call may use. A model unused for `idle_seconds` leaves memory.
    """

    def __init__(self, cache_dir: Path, *, threads: int = 1, idle_seconds: float = 300) -> None:
        self._catalogue = load_catalogue()
        self._files = Files(cache_dir / "models", {"text_use": BUILDER})
        self._threads = threads
        self._own: dict[str, Model] = {}
        self._offered: tuple[Model, ...] = ()
        self._thread = ModelThread(self._load, idle_seconds=idle_seconds)
        # A panel asks several rankers in turn: each would wait for a batch that is being encoded.
        self._ranking = ModelThread(self._load, idle_seconds=idle_seconds)

    def run(
        self, spec: ModelSpec, inputs: Mapping[str, Array], *, urgent: bool = False
    ) -> Mapping[str, Array]:
        """Run a model and wait; callable from any thread but those of the models.

        The first axis of the inputs is the batch, of any length. An `urgent` call goes before
        the others that wait, between their batches.

        A model with `probabilities` also gives `labels`: str [k], what their columns mean.

        Raises:
            UserError: if there is no such model, its file is missing, damaged or no ONNX, or it is
                one of those that plugins offer each other: these never run in this process.
            ValueError: if an input is missing, unknown, or of the wrong type or shape.
            RuntimeError: after `close`.
        """
        model = self._model(spec)
        if model in self._offered:
            raise UserError(f"The model “{model.name}” of a plugin is for other plugins only.")
        path = self._files.path(model)
        found = self._serving(model).submit(model, path, inputs, urgent=urgent).result()
        # A caller that knew the names by heart would be wrong about the next model.
        return {**found, "labels": _labels(model)} if model.labels else found

    def runner(self, spec: ModelSpec, *, urgent: bool = False) -> Run:
        """Give `run` for one model, as plugins receive it."""
        return partial(self.run, spec, urgent=urgent)

    def model_id(self, spec: ModelSpec) -> str:
        """Say which vectors may be compared: the same id, the same numbers."""
        return self._model(spec).id

    def report(self) -> tuple[ModelStatus, ...]:
        """Describe the models of the catalogue, then those that plugins brought."""
        every = (*self._catalogue, *self._offered, *self._own.values())
        return tuple(self._status(model) for model in every)

    def offer(self, cards: Sequence[ModelCard]) -> None:
        """List the models that plugins bring for other plugins, in the place of earlier ones."""
        self._offered = tuple(
            replace(
                self._files.own(ModelSpec(task=card.task, name=card.name, file=card.file)),
                dimensions=card.dimensions,
                licence=card.licence,
                source=card.source,
            )
            for card in cards
        )

    def close(self) -> None:
        """Release everything; calls that wait fail."""
        self._thread.close()
        self._ranking.close()

    def _serving(self, model: Model) -> ModelThread:
        return self._ranking if model.task == "rank" else self._thread

    def _model(self, spec: ModelSpec) -> Model:
        if spec.file is None:
            return find((*self._catalogue, *self._offered), spec)
        model = self._files.own(spec)
        return self._own.setdefault(model.id, model)

    def _load(self, model: Model, path: Path) -> Loaded:
        # onnxruntime takes 0.3 s to import: only who runs a model pays.
        from mediadesk.models.network import Network

        network = Network(path, threads=self._threads)
        if model.builder != "text_use":
            return network
        from mediadesk.models.text_use import TextEncoder

        return TextEncoder(network)

    def _status(self, model: Model) -> ModelStatus:
        usage = self._serving(model).usage(model)
        return ModelStatus(
            name=model.name,
            task=model.task,
            dimensions=model.dimensions,
            size=model.size,
            licence=model.licence,
            source=model.source,
            sha256=model.sha256,
            installed=self._files.installed(model),
            loaded=usage.loaded,
            provider=usage.provider,
            fell_back_because=usage.fell_back_because,
            runs=usage.runs,
            mean_ms=1000 * usage.seconds / max(usage.runs, 1),
            problem=usage.problem,
        )


@cache
def _labels(model: Model) -> Array:
    lines = resources.path(model.labels).read_text(encoding="utf-8").splitlines()
    return np.array(lines)
