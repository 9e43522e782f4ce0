"""Where things live and what a person set: folders from platformdirs, settings from TOML."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from mediadesk.api import UserError


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The folders of one MediaDesk: `data` must be kept, `cache` may be deleted."""

    data: Path
    cache: Path

    @classmethod
    def find(cls, data_dir: Path | None = None) -> "Places":
        """Take `data_dir`, else MEDIADESK_DATA_DIR, else the platform's own folders."""
        chosen = data_dir or os.environ.get("MEDIADESK_DATA_DIR")
        if chosen:
            # That of `Path` raises where nobody has such a home.
            data = Path(os.path.expanduser(chosen)).absolute()  # noqa: PTH111
            return cls(data=data, cache=data / "cache")
        import platformdirs

        return cls(
            data=platformdirs.user_data_path("mediadesk", appauthor=False),
            cache=platformdirs.user_cache_path("mediadesk", appauthor=False),
        )

    @property
    def database(self) -> Path:
        """The one file that holds the library."""
        return self.data / "library.db"

    @property
    def settings(self) -> Path:
        """The file of settings, which a person may edit."""
        return self.data / "settings.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a person may set; every field has a sane default."""

    theme: str = "system"
    scale: int = 100  # of the window, in per cent
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)  # a person's own
    tray: bool = False  # closing the window keeps the program in the system's tray
    guided: bool = False  # the first-run guide has been seen
    workers: int = 0  # 0: as many as there are cores, 8 at most
    profile: str = "me"
    disabled_plugins: tuple[str, ...] = ()
    network: bool = True  # off: nothing is fetched, for nobody
    plugin_index: str = ""  # a file or https address that lists plugins
    wheel_index: str = ""  # where the libraries that plugins need come from
    wheelhouse: str = ""  # a folder with such libraries
    language: str = "en"
    gentle_on_battery: bool = True  # work in the background goes gently on battery
    sync_folder: str = ""  # that several devices share; nothing is laid anywhere without it
    sync_encrypted: bool = False  # once on, nothing is shared openly, even if the key is lost
    paused: bool = False  # work in the background rests until a person has it go on


EVERYWHERE: Mapping[str, Any] = {
    "theme": Literal["system", "light", "dark", "contrast"],
    "keys": dict[str, tuple[str, ...]],
    "gentle_on_battery": bool,
}
"""Setting that may be the same on all devices → what it may be.

None of them opens the network, or names a place or a device.
"""


def seen(path: Path) -> tuple[str, int]:
    """Give look and scale for a window that is about to open, in a hurry.

    Raises:
        UserError: as `load`, if something is wrong with either or with the file as a whole.
    """
    usual = Settings()
    try:
        written = path.read_bytes()
    except OSError as error:
        found: dict[str, object] | None = {} if isinstance(error, FileNotFoundError) else None
    else:
        found = _parsed(written)
    if found is not None:
        look, scale = found.get("theme", usual.theme), found.get("scale", usual.scale)
        if isinstance(look, str) and isinstance(scale, int):
            return look, scale
    told = load(path)
    return told.theme, told.scale


def _parsed(written: bytes) -> dict[str, object] | None:
    """What a settings file says, None if it is no TOML."""
    import tomllib  # a library without settings does without it

    try:
        return tomllib.loads(written.decode())
    except ValueError:
        return None


def load(path: Path) -> Settings:
    """Read the settings file; a missing one gives the defaults.

    Raises:
        UserError: if the file can't be read, is no TOML or holds an unknown or ill-typed setting.
    """
    import tomllib

    try:
        written = path.read_bytes().decode()
        found = tomllib.loads(written)
    except FileNotFoundError:
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(
            f"The settings file “{path}” is wrong ({error}): mend or delete it."
        ) from error
    except OSError as error:
        raise UserError(
            f"The settings file “{path}” can't be read ({error.strerror}): check its rights."
        ) from error
    known = [one.name for one in fields(Settings)]
    for key in found:
        if key not in known:
            from difflib import get_close_matches

            near = get_close_matches(key, known, 1)
            remedy = f"did you mean “{near[0]}”?" if near else "take that line out."
            line = _line(written, key)
            raise UserError(f"“{path}” sets “{key}”{line}, which is no setting: {remedy}")
    import msgspec

    try:
        return msgspec.convert(found, Settings)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.")
        where = where.rstrip("`")
        line = _line(written, where.partition("[")[0])
        raise UserError(
            f"“{where}”{line} of “{path}” is wrong ({what}): mend that line, or take it out."
        ) from error


def _line(written: str, key: str) -> str:
    """Say in which line a setting, or a table of them, stands."""
    begins = re.compile(rf"""\s*\[?\s*["']?{re.escape(key)}\b""")
    told = (f" in line {n}" for n, line in enumerate(written.splitlines(), 1) if begins.match(line))
    return next(told, "")


def save(path: Path, settings: Settings) -> None:
    """Write what has changed into the settings file, whole or not at all; the rest stays as it is.

    Raises:
        UserError: if it is wrong already, or can't be written.
    """
    import msgspec
    import tomlkit

    usual, before, wanted = map(msgspec.to_builtins, (Settings(), load(path), settings))
    temporary = path.with_suffix(".tmp")
    try:
        document = tomlkit.parse(path.read_bytes() if path.exists() else b"")
        for key, value in wanted.items():
            if value != before[key] and value == usual[key]:
                document.remove(key)
            elif value != before[key]:
                document[key] = value
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(tomlkit.dumps(document).encode())
        temporary.replace(path)
    except OSError as error:
        raise UserError(
            f"The settings can't be saved to “{path}” ({error.strerror}): free some disk space or "
            "check its rights."
        ) from error
