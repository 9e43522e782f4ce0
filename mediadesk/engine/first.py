"""What the first cards need, given before the rest of the engine is loaded."""

from collections.abc import Mapping, Sequence

from mediadesk.engine.kept import LIMIT, KeptPanels, mark
from mediadesk.engine.messages import Panel
from mediadesk.engine.preferences import Preferences
from mediadesk.settings import Places
from mediadesk.store import Store, library

_ARTWORK = "artwork/"


class First:
    """Answers from what was kept, and gives None where the engine has to; any thread may ask."""

    def __init__(self, places: Places, preferences: Preferences, store: Store) -> None:
        """Answer for who looks, as the engine's own `preferences` say at that moment."""
        self._places = places
        self._preferences = preferences
        self._store = store
        self._kept = KeptPanels.of(places)
        self._asked: set[str] = set()

    def for_you(self, *, profile: str | None = None, limit: int = LIMIT) -> Panel | None:
        """Give the kept panel of who looks, the first time that it is asked for."""
        now = self._preferences.now
        # Whether another one may be named is for the engine to say.
        if profile not in {None, now.profile} or now.profile in self._asked or limit != LIMIT:
            return None
        self._asked.add(now.profile)
        return self._kept.find(now.profile, mark(self._store.read(), self._places, now))

    def pictures(self, keys: Sequence[str]) -> Mapping[str, bytes] | None:
        """Give the pictures of cards."""
        if not all(key.startswith(_ARTWORK) for key in keys):
            return None
        found = library.artwork(self._store.read(), [key.removeprefix(_ARTWORK) for key in keys])
        return {f"{_ARTWORK}{item}": jpeg for item, jpeg in found.items()}
