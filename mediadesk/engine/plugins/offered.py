"""The models that plugins bring for each other."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from mediadesk.api import ModelCard, ModelCatalogue, ModelSpec, UserError
from mediadesk.host import Registry

log = logging.getLogger(__name__)


class OfferedModels:
    """What the catalogues of the plugins that work hold now; any thread may use it."""

    def __init__(
        self, registry: Registry, on_models: Callable[[Sequence[ModelCard]], None]
    ) -> None:
        """Offer nothing yet; `on_models` gets all models whenever one has come, gone or changed."""
        self._registry = registry
        self._on_models = on_models
        self._brought: dict[str, Sequence[ModelCard]] = {}
        self._cards: Mapping[str, ModelCard] = {}
        self._lock = threading.Lock()

    @property
    def files(self) -> dict[str, Path]:
        """Give task/name → file."""
        return {key: card.file for key, card in self._cards.items()}

    def bring(self, plugin: str, cards: Sequence[ModelCard]) -> None:
        """Note what a plugin's catalogues hold; it is offered while the plugin works."""
        self._brought[plugin] = cards

    def refresh(self) -> set[str]:
        """Offer what is there now; give the plugins that name what has changed.

        They must be started anew to be given it.
        """
        plugins = [plugin for plugin in self._registry.plugins if plugin.works]
        with self._lock:
            cards = [card for plugin in plugins for card in self._brought.get(plugin.name, ())]
            offered, had = {f"{card.task}/{card.name}": card for card in cards}, self._cards
            changed = {key for key in offered.keys() | had if offered.get(key) != had.get(key)}
            if not changed:
                return set()
            try:
                self._on_models(cards)
            except (UserError, ValueError) as error:
                log.warning("the models of plugins are left out: %s", error)
                return set()
            self._cards = offered
        return {
            plugin.name
            for plugin in plugins
            if changed & {_wanted(part) for part in plugin.all_parts()}
        }


def cards_of(catalogues: Sequence[ModelCatalogue]) -> tuple[ModelCard, ...]:
    """Ask what catalogues hold.

    Raises:
        ValueError: if a model has no file that can be run; and whatever a catalogue raises.
    """
    cards = tuple(card for catalogue in catalogues for card in catalogue.models())
    for card in cards:
        if not card.name or not card.file.is_file() or card.file.suffix != ".onnx":
            raise ValueError(f"the model “{card.name}” has no file of the kind .onnx")
    return cards


def _wanted(part: object) -> str:
    spec: ModelSpec | None = getattr(part, "model", None)
    return f"{spec.task}/{spec.name}" if spec is not None and spec.file is None else ""
