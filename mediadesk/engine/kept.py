"""The last panel of each profile, kept so that the next start shows it at once."""

import json
import logging
import os
import threading
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from typing import Any

from mediadesk import __version__
from mediadesk.engine.messages import Card, Evidence, Panel, Reason, Shelf
from mediadesk.settings import Places, Settings
from mediadesk.store import Database
from mediadesk.store.standing import standing

log = logging.getLogger(__name__)
LIMIT = 12
"""How many cards the shelves of a panel have that is kept: as many as the window shows."""
# As in `host.registry`, which takes long to load.
_TRUSTED = "MEDIADESK_TRUSTED_PLUGINS"


def mark(db: Database, places: Places, settings: Settings) -> str:
    """Give what is another one as soon as anything changes that a panel is made of."""
    chosen = (places.data / "plugins").glob("*/current.json")
    made_of = (
        __version__,
        places.database.stat().st_ino,  # one that was restored is another file
        os.environ.get(_TRUSTED),
        settings.language,
        settings.disabled_plugins,
        sorted((str(file), file.stat().st_mtime_ns) for file in chosen),
        standing(db),
    )
    return _digest(repr(made_of))


class KeptPanels:
    """Panels in a folder of the cache, each of use only as long as its mark is the same.

    Any thread may keep and find them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    @classmethod
    def of(cls, places: Places) -> "KeptPanels":
        """Give those of a library."""
        return cls(places.cache / "panels")

    def keep(self, panel: Panel, mark: str) -> None:
        """Keep the panel of its profile in the place of an earlier one."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part = self._file(panel.profile).with_suffix(".part")
            text = json.dumps({"mark": mark, "panel": asdict(panel)})
            with self._lock:
                part.write_text(text, encoding="ascii")
                part.replace(self._file(panel.profile))
        except OSError as error:
            log.warning("the panel can't be kept in “%s”: %s", self._folder, error)

    def find(self, profile: str, mark: str) -> Panel | None:
        """Give the panel of a profile, if nothing has changed since."""
        file = self._file(profile)
        if not file.exists():
            return None
        try:
            kept = json.loads(file.read_text(encoding="ascii"))
            return _panel(kept["panel"]) if kept["mark"] == mark else None
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("the panel in “%s” is damaged and made anew: %s", file, error)
            return None

    def clear(self) -> None:
        """Keep none any more.

        Raises:
            OSError: if one can't be deleted.
        """
        for file in self._folder.glob("*"):
            file.unlink(missing_ok=True)

    def _file(self, profile: str) -> Path:
        return self._folder / f"{_digest(profile)}.json"


def _digest(text: str) -> str:
    return blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()


def _panel(kept: dict[str, Any]) -> Panel:
    shelves = tuple(
        Shelf(id=each["id"], title=each["title"], items=tuple(map(_card, each["items"])))
        for each in kept["shelves"]
    )
    return Panel(**(kept | {"shelves": shelves}))


def _card(kept: dict[str, Any]) -> Card:
    lists = {name: tuple(kept[name]) for name in ("tags", "labels")}
    return Card(**(kept | lists | {"reasons": tuple(map(_reason, kept["reasons"]))}))


def _reason(kept: dict[str, Any]) -> Reason:
    evidence = kept["evidence"]
    return Reason(**(kept | {"evidence": evidence and Evidence(**evidence)}))
