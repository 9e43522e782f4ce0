"""What a person set for the window, and what is dropped onto it, for the engine of made-up data."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mediadesk.engine import desktop
from mediadesk.engine.messages import (
    Desktop,
    FolderView,
    HouseholdView,
    ItemView,
    Origin,
    ProfileView,
    Sorted,
)
from mediadesk.paths import spelled


class FakeShell:
    """The verbs of the window's own settings."""

    desk_settings = Desktop(scale=100, keys={}, tray=False, guided=True)

    gentle_on_battery = True
    on_all_devices: Mapping[str, bool] = dict.fromkeys(
        ("theme", "keys", "gentle_on_battery"), False
    )
    usual: tuple[str, ...] = ()
    items: dict[str, ItemView]
    folders: tuple[FolderView, ...]

    household_now = HouseholdView(
        now="me", profiles=(ProfileView(name="me"),), private=False, has_pin=False
    )

    def household(self) -> HouseholdView:
        return self.household_now

    def be_private(self, *, on: bool) -> HouseholdView:
        self.household_now = replace(self.household_now, private=on)
        return self.household_now

    def shown(self, cards: Mapping[str, Origin], *, at: float) -> None:
        """Nobody is told."""

    def searched(self, text: str) -> None:
        """Nobody is told."""

    def usual_folders(self) -> tuple[str, ...]:
        return self.usual

    def everywhere(self, name: str | None = None, *, on: bool | None = None) -> dict[str, bool]:
        if name is not None and on is not None:
            self.on_all_devices = {**self.on_all_devices, name: on}
        return dict(self.on_all_devices)

    def pace(self, *, gentle_on_battery: bool | None = None) -> bool:
        if gentle_on_battery is not None:
            self.gentle_on_battery = gentle_on_battery
        return self.gentle_on_battery

    def sort_out(self, paths: Sequence[str]) -> Sorted:
        return desktop.sort_out(paths, self._known)

    def _known(self, file: Path) -> str | None:
        found = [one.id for one in self.items.values() if one.path == spelled(file)]
        inside = any(file.is_relative_to(one.path) for one in self.folders)
        return found[0] if found else "" if inside else None

    def desktop(
        self,
        *,
        scale: int | None = None,
        keys: Mapping[str, Sequence[str]] | None = None,
        tray: bool | None = None,
        guided: bool | None = None,
    ) -> Desktop:
        now = self.desk_settings
        self.desk_settings = Desktop(
            scale=now.scale if scale is None else scale,
            keys=now.keys if keys is None else {name: tuple(one) for name, one in keys.items()},
            tray=now.tray if tray is None else tray,
            guided=now.guided if guided is None else guided,
        )
        return self.desk_settings
