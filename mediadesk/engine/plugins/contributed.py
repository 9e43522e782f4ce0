"""What plugins contribute to recommending, as it can be asked at the moment."""

from collections.abc import Callable
from typing import Any

import numpy as np

from mediadesk.api import Array
from mediadesk.engine.plugins.running import Running
from mediadesk.host import Registry
from mediadesk.host.isolate.shared import Shared
from mediadesk.models import Models
from mediadesk.recommend.ranking import Parts


class Contributed:
    """The rankers, shelves and explainers that are there."""

    def __init__(
        self,
        registry: Registry,
        running: Running,
        models: Models,
        shared: Shared,
        *,
        waits: bool,
        on_up: Callable[[], None],
    ) -> None:
        """Join what it needs.

        Args:
            registry: the plugins.
            running: those of them that run in processes of their own.
            models: what rankers run.
            shared: the memory that those processes see.
            waits: ask those that are still being started, too, and wait for them.
            on_up: called when one is up that was woken.
        """
        self._registry = registry
        self._running = running
        self._models = models
        self._shared = shared
        self._waits = waits
        self._on_up = on_up

    def parts(self) -> Parts:
        """Give what can be asked now; a guest's ranker runs its model itself."""
        return Parts(
            rankers=[
                (ranker, self._models.runner(ranker.model, urgent=True) if ranker.model else dict)
                for ranker in self._ready("rankers")
            ],
            shelf_makers=self._ready("shelves"),
            explainers=self._ready("explainers"),
        )

    def wake(self, *hooks: str) -> bool:
        """Start what will be asked for these hooks; tell whether anything is being started."""
        return self._running.wake(*hooks, then=self._on_up)

    def empty(self, shape: tuple[int, int], dtype: type) -> Array:
        """Make the arrays that rankers get where guests can see them, if there are any."""
        has_guests = any(
            plugin.is_guest and plugin.works and "rankers" in plugin.parts
            for plugin in self._registry.plugins
        )
        return self._shared.empty(shape, dtype) if has_guests else np.empty(shape, dtype)

    def _ready(self, hook: str) -> list[Any]:
        up = {name for name, guest in self._running.guests().items() if guest.is_up}
        return [
            part
            for plugin in self._registry.plugins
            if plugin.works and (plugin.name in up or self._waits or not plugin.is_guest)
            for part in plugin.parts.get(hook, ())
        ]
