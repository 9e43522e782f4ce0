"""What the engine is doing with the folders, and what went wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A file, folder or job that went wrong, in one sentence."""

    path: str
    sentence: str
    extractor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderView:
    """A folder of the library.

    `drive` is the name of the drive it lies on, `excludes` are patterns that are left out, and
    `watched` means that changes are noticed as they happen. One that is not `scanned` was never
    looked through to its end, so that its `files` are not counted yet.
    """

    path: str
    files: int
    available: bool
    problem: str | None = None
    drive: str = ""
    excludes: tuple[str, ...] = ()
    watched: bool = False
    scanned: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkView:
    """How far a part (an extractor, tagger or metadata reader) of `plugin` is with the library.

    `waiting` items will be done; `left` ones will not, because the plugin is off for now
    (disabled, quarantined, failed to load, ...). `why` tells what makes them wait: new plugin, new
    version, new files or changed files → how many of `waiting` and `left`. `held` says in words
    ready to be read why nothing is done about them now: the plugin's state where any are `left`,
    else what its budget waits for; None while nothing holds them. `plugin` is empty for what a
    plugin that is gone has learnt. `cancelled` items wait until a person resumes them. Of those
    that are `done`, `partial` ones could be read in part only; the problems say what is missing.
    """

    extractor: str
    done: int
    waiting: int
    skipped: int
    failed: int
    held: str | None = None
    plugin: str = ""
    left: int = 0
    cancelled: int = 0
    partial: int = 0
    why: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What is going on. `unread` files have been seen but not opened yet.

    To who has limits nothing is told of `work`, which is done to what others have, too, nor of
    how long it takes. `settling` files changed within the last seconds and are left alone until
    they rest. `seconds_left` is None while nothing is known. `pace` says why work goes gently
    or rests (something plays, battery, a full disk), in words ready to be read; empty where it does
    not.
    """

    folders: tuple[FolderView, ...]
    items: int
    unread: int
    settling: int
    work: tuple[WorkView, ...]
    problems: tuple[Problem, ...]
    busy: bool
    paused: bool
    seconds_left: float | None
    pace: str = ""
