"""Settings that a person wants the same on all devices: fields of the thing “setting”."""

import logging
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

import msgspec

from mediadesk.api import UserError
from mediadesk.engine.preferences import Preferences
from mediadesk.settings import EVERYWHERE
from mediadesk.store import Database, Store, registers
from mediadesk.store.registers import SETTING, Edit

log = logging.getLogger(__name__)


class Everywhere:
    """Keeps settings in step with the library; any thread may call it."""

    def __init__(
        self,
        store: Store,
        preferences: Preferences,
        *,
        is_limited: Callable[[], bool],
        changed: Callable[[str], None],
    ) -> None:
        """Say what was set by hand since.

        Args:
            store: the library.
            preferences: hold the settings.
            is_limited: tells whether who looks now has limits.
            changed: called with “settings” where another device or process sets any.
        """
        self._store = store
        self._preferences = preferences
        self._is_limited = is_limited
        self._changed = changed
        preferences.check = self._check
        preferences.on_set = self._say
        self._say(EVERYWHERE)
        self._seen = self._state()

    def everywhere(self, name: str | None = None, *, on: bool | None = None) -> dict[str, bool]:
        if name is not None and name not in EVERYWHERE:
            names = ", ".join(EVERYWHERE)
            raise UserError(f"“{name}” can't be set for all devices: choose one of {names}.")
        if name is not None and on is not None:
            self._write({name: self._now(name) if on else None})
        said = _said(self._store.read())
        return {each: each in said for each in EVERYWHERE}

    def follow(self, db: Database, touched: Collection[str]) -> None:
        """Set what other devices said, inside a write.

        Raises:
            UserError: if the settings can't be saved.
        """
        if SETTING not in touched:
            return
        said = _said(db)
        news = {name: value for name, value in said.items() if value != self._now(name)}
        if news:
            self._preferences.take(news)
        self._changed("settings")

    def look_again(self) -> None:
        """Take what another process of this library was told by other devices."""
        try:
            self._preferences.reload()
        except UserError as error:
            log.warning("%s", error)
            return
        before, self._seen = self._seen, self._state()
        if self._seen != before:
            self._changed("settings")

    def _state(self) -> list[tuple[bool, Any]]:
        said = _said(self._store.read())
        return [(name in said, self._now(name)) for name in EVERYWHERE]

    def _check(self, names: Collection[str]) -> None:
        """See that who looks now may set these.

        Raises:
            UserError: if that profile has limits, and one of them is the same on all devices.
        """
        if self._is_limited() and not _said(self._store.read()).keys().isdisjoint(names):
            raise UserError(
                f"“{self._preferences.now.profile}” has limits, and this is the same on all "
                "devices: go to another profile, with the household's PIN, first."
            )

    def _say(self, names: Collection[str]) -> None:
        said = _said(self._store.read())
        news = {name: self._now(name) for name in said if name in names}
        try:
            self._write({name: value for name, value in news.items() if value != said[name]})
        except UserError as error:
            log.warning("%s", error)  # it is set here nevertheless

    def _write(self, values: Mapping[str, Any]) -> None:
        edits = [Edit(item=SETTING, field=name, value=value) for name, value in values.items()]
        for edit in edits:
            if edit.value is not None and not _is_sound(edit.field, edit.value):
                raise UserError(f"“{edit.field}” is wrong in the settings: set it anew first.")
        if edits:
            self._store.write(partial(registers.write, edits=edits), durable=True)

    def _now(self, name: str) -> Any:  # noqa: ANN401 - as each setting is
        return msgspec.to_builtins(getattr(self._preferences.now, name))


def _said(db: Database) -> dict[str, Any]:
    """Give what all devices are to have; what only a newer MediaDesk knows is not for this one."""
    told = registers.values(db, [SETTING]).get(SETTING, {})
    return {name: told[name] for name in EVERYWHERE if name in told}


def _is_sound(name: str, value: object) -> bool:
    try:
        msgspec.convert(value, EVERYWHERE[name])
    except msgspec.ValidationError:
        return False
    return True
