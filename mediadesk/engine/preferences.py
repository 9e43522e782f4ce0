"""What a person set, read once and written as soon as it is changed."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mediadesk import settings
from mediadesk.api import UserError
from mediadesk.engine.messages import LOOKS, SCALES, Desktop
from mediadesk.settings import EVERYWHERE, Places, Settings


class Preferences:
    """The settings as they are `now`, and the verbs that change them; any thread may call them."""

    def __init__(self, places: Places) -> None:
        """Read them.

        Raises:
            UserError: if the file can't be understood.
        """
        self._file = places.settings
        self._lock = threading.RLock()
        self.check: Callable[[Collection[str]], None] = lambda _: None
        self.on_set: Callable[[Collection[str]], None] = lambda _: None
        self.now: Settings = settings.load(self._file)

    def reload(self) -> None:
        """Read them again: another part of the program has written them.

        Who looks stays who it is: nobody in front of a window is to change unseen.
        """
        with self._lock:
            self.now = replace(settings.load(self._file), profile=self.now.profile)

    def theme(self, choice: str | None = None) -> str:
        if choice is not None:
            if choice not in LOOKS:
                raise UserError(f"There is no theme “{choice}”: choose one of {', '.join(LOOKS)}.")
            self._set(theme=choice)
        return self.now.theme

    def share(self, folder: str) -> None:
        self._set(sync_folder=folder)

    def encrypt(self) -> None:
        """Remember that nothing is to be shared openly any more."""
        self._set(sync_encrypted=True)

    def desktop(
        self,
        *,
        scale: int | None = None,
        keys: Mapping[str, Sequence[str]] | None = None,
        tray: bool | None = None,
        guided: bool | None = None,
    ) -> Desktop:
        if scale is not None and scale not in SCALES:
            sizes = ", ".join(map(str, SCALES))
            raise UserError(f"The window can't be shown at {scale} %: choose one of {sizes}.")
        own = None if keys is None else {name: tuple(some) for name, some in keys.items()}
        given = {"scale": scale, "keys": own, "tray": tray, "guided": guided}
        changes = {name: value for name, value in given.items() if value is not None}
        if changes:
            self._set(**changes)
        now = self.now
        return Desktop(scale=now.scale, keys=now.keys, tray=now.tray, guided=now.guided)

    def profile(self, wanted: str | None = None) -> str:
        """Give whose marks and taste are meant where nobody is named, after setting it."""
        if wanted is not None:
            self._set(profile=wanted)
        return self.now.profile

    def gentle_on_battery(self, wanted: bool | None = None) -> bool:
        """Tell whether work rests on battery, after setting it unless it is None."""
        if wanted is not None:
            self._set(gentle_on_battery=wanted)
        return self.now.gentle_on_battery

    def network(self, wanted: bool | None = None) -> bool:
        """Tell whether anything may be fetched, after setting it unless it is None."""
        if wanted is None:
            self.reload()
        else:
            self._set(network=wanted)
        return self.now.network

    def paused(self, wanted: bool | None = None) -> bool:
        """Tell whether work is paused, maybe by another process, after setting it unless None."""
        if wanted is None:
            self.reload()
        else:
            self._set(paused=wanted)
        return self.now.paused

    def take(self, changes: Mapping[str, Any]) -> None:
        """Set what another device said.

        Raises:
            UserError: if it can't be saved.
        """
        import msgspec  # a start has nothing to take

        self._save({name: msgspec.convert(v, EVERYWHERE[name]) for name, v in changes.items()})

    def _set(self, **changes: Any) -> None:  # noqa: ANN401 - as each setting is
        self.check(changes.keys())
        self._save(changes)
        self.on_set(changes.keys())

    def _save(self, changes: Mapping[str, Any]) -> None:
        with self._lock:
            found = settings.load(self._file)  # it may have been edited meanwhile
            settings.save(self._file, replace(found, **changes))
            self.now = replace(found, **({"profile": self.now.profile} | dict(changes)))
