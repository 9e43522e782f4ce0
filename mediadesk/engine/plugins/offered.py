"""The models that plugins bring for each other."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from mediadesk.api import ModelCard, ModelCatalogue, ModelSpec, UserError
from mediadesk.host import Registry

log = logging.getLogger(__name__)


class OfferedModels:
    """What the catalogues of the plugins that work hold now."""

    def __init__(
        self, registry: Registry, on_models: Callable[[Sequence[ModelCard]], None]
    ) -> None:
        """Offer nothing yet; `on_models` gets all models whenever one has come, gone or changed."""
        self._registry = registry
        self._on_models = on_models
        self._cards: Mapping[str, ModelCard] = {}

    @property
    def files(self) -> dict[str, Path]:
        """Give task/name → file."""
        return {key: card.file for key, card in self._cards.items()}

    def refresh(self, plugins: Iterable[str]) -> list[str]:
        """Take up what the catalogues hold; give those of the plugins that name what has changed.

        They must be started anew to be given it.
        """
        cards: list[ModelCard] = []
        for catalogue in self._registry.parts("model_catalogues"):
            try:
                cards += self._registry.guard(catalogue, partial(_cards, catalogue))
            except UserError as error:
                log.warning("the models of “%s” are left out: %s", catalogue.name, error)
        offered, had = {f"{card.task}/{card.name}": card for card in cards}, self._cards
        changed = {key for key in offered.keys() | had if offered.get(key) != had.get(key)}
        if not changed:
            return []
        try:
            self._on_models(cards)
        except (UserError, ValueError) as error:
            log.warning("the models of plugins are left out: %s", error)
            return []
        self._cards = offered
        return [
            name
            for name in plugins
            if changed & {_wanted(part) for part in self._registry.find(name).all_parts()}
        ]


def _cards(catalogue: ModelCatalogue) -> list[ModelCard]:
    cards = list(catalogue.models())
    for card in cards:
        if not card.name or not card.file.is_file() or card.file.suffix != ".onnx":
            raise ValueError(f"the model “{card.name}” has no file of the kind .onnx")
    return cards


def _wanted(part: object) -> str:
    spec: ModelSpec | None = getattr(part, "model", None)
    return f"{spec.task}/{spec.name}" if spec is not None and spec.file is None else ""
