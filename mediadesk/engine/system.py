"""What is asked about the program and its library as a whole."""

from mediadesk.engine import backups, desktop, views
from mediadesk.engine.doctor import examine
from mediadesk.engine.filing import absolute
from mediadesk.engine.messages import Backups, Check, ModelView
from mediadesk.host import Registry
from mediadesk.models import Models
from mediadesk.settings import Places
from mediadesk.store import Store, safety


class System:
    """The verbs of backups, models and what this computer has; any thread may call them."""

    usual_folders = staticmethod(desktop.usual_folders)

    def __init__(self, places: Places, store: Store, registry: Registry, models: Models) -> None:
        self._places = places
        self._store = store
        self._registry = registry
        self._models = models

    def models(self) -> tuple[ModelView, ...]:
        return tuple(views.model(status) for status in self._models.report())

    def doctor(self) -> tuple[Check, ...]:
        return examine(self._places, self._store, self._registry, self._models)

    def backups(self) -> Backups:
        return backups.listed(self._places.database)

    def backup(self) -> Backups:
        self._store.backup()
        return self.backups()

    def restore(self, path: str) -> None:
        safety.stage(self._places.database, absolute(path))
