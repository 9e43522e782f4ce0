"""Imports, answers, models, backups, and what the engine tells on its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from mediadesk.engine.messages.items import ItemView
from mediadesk.engine.messages.organising import Change

LOOKS = ("system", "light", "dark", "contrast")
SCALES = (100, 115, 130, 150)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """What was dropped onto the window: paths of folders and of plugins, and what files are.

    `items` are the ids of those that are items, `waiting` the paths of others that lie in the
    library, `around` the folders of those that do not.
    """

    folders: tuple[str, ...]
    plugins: tuple[str, ...]
    items: tuple[str, ...]
    waiting: tuple[str, ...]
    around: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desktop:
    """What a person set for the window; see `settings.Settings`."""

    scale: int
    keys: Mapping[str, tuple[str, ...]]
    tray: bool
    guided: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedLine:
    """A line of an imported history: the item it was matched with, None where there is none.

    `found` is the title of that item; `times` counts lines that differ in their time alone. `value`
    is the share of a `played` and the stars of a `rated`, 0..1.
    """

    title: str
    year: int | None
    kind: str
    at: float
    item: str | None
    found: str = ""
    artist: str = ""
    times: int = 1
    value: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """An imported history, or the preview of it; `known` lines had been imported before.

    `lines` are the first of those that are new and matched; `unmatched` are all others, those that
    came most often first. `left_out` says in a sentence each what of the export can't be
    used. `change` is the act that it was, None where nothing was taken over.
    """

    importer: str
    matched: int
    known: int
    unmatched: tuple[ImportedLine, ...]
    kept: bool
    lines: tuple[ImportedLine, ...] = ()
    left_out: tuple[str, ...] = ()
    change: Change | None = None

    @property
    def missed(self) -> int:
        """How many lines have no match."""
        return sum(line.times for line in self.unmatched)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipView:
    """One condition of a question, ready to be read."""

    field: str
    value: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was asked for and the items that fit."""

    items: tuple[ItemView, ...]
    chips: tuple[ChipView, ...]
    meaning: str
    not_understood: tuple[str, ...]
    parser: str
    took_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerView:
    """A program that can play files; `command` plays one item, ready to be started."""

    name: str
    title: str
    plugin: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelView:
    """A model of the catalogue: what it is, whether it is here, and where it really ran."""

    name: str
    task: str
    dimensions: int
    size_bytes: int
    licence: str
    source: str
    sha256: str
    installed: bool
    loaded: bool
    provider: str | None
    fell_back_because: str | None
    runs: int
    mean_ms: float
    problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One finding of the doctor; `remedy` says what to do when it is not ok."""

    name: str
    ok: bool
    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupView:
    """A copy of the library; `at` is when it was made, in unix seconds."""

    path: str
    at: float
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backups:
    """The copies of the library that are kept in `folder`, the newest first."""

    folder: str
    kept: tuple[BackupView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What the engine tells the window on its own: items, features, status, sync or plugins.

    After an unclean end also checking, then checked: it looks whether the library is whole.
    """

    what: frozenset[str]
