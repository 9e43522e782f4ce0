"""What the first cards need, given before the rest of the engine is loaded."""

from collections.abc import Mapping, Sequence

from mediadesk.engine.kept import LIMIT, KeptPanels, mark
from mediadesk.engine.messages import Panel
from mediadesk.settings import Places, Settings
from mediadesk.store import Store, library

_ARTWORK = "artwork/"


class First:
    """Answers from what was kept, and gives None where the engine has to; any thread may ask."""

    def __init__(self, places: Places, settings: Settings, store: Store) -> None:
        self._places = places
        self._settings = settings
        self._store = store
        self._kept = KeptPanels.of(places)
        self._asked: set[str] = set()

    def for_you(self, *, profile: str | None = None, limit: int = LIMIT) -> Panel | None:
        """Give the kept panel of a profile, the first time that it is asked for."""
        who = profile or self._settings.profile
        if who in self._asked or limit != LIMIT:
            return None
        self._asked.add(who)
        return self._kept.find(who, mark(self._store.read(), self._places, self._settings))

    def pictures(self, keys: Sequence[str]) -> Mapping[str, bytes] | None:
        """Give the pictures of cards."""
        if not all(key.startswith(_ARTWORK) for key in keys):
            return None
        found = library.artwork(self._store.read(), [key.removeprefix(_ARTWORK) for key in keys])
        return {f"{_ARTWORK}{item}": jpeg for item, jpeg in found.items()}
