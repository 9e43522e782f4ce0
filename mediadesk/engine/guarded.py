"""Says of every verb whether profiles with limits have it, and keeps the others from them."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")
Check = Callable[[], None]

KEPT: Mapping[str, frozenset[str]] = {
    "Verbs": frozenset({
        "add_folder", "remove_folder", "scan", "analyze", "pause", "plugin", "plan_plugin",
        "install_plugin", "remove_plugin", "rollback_plugin", "enable_plugin", "set_plugin",
        "budget_plugin", "price_plugin", "offers", "import_history", "import_progress",
        "undo_import", "everywhere", "backups", "backup", "restore", "usual_folders",
    }),
    "Browsing": frozenset(),
    "Organising": frozenset({
        "tag", "keep_chapters", "edit", "common", "make_collection", "change_collection",
        "remove_collection", "collect", "uncollect", "twins", "merge", "merge_all", "apart",
        "changes",
    }),
    "Filing": frozenset({
        "absent", "matches", "relink", "relink_folder", "forget", "verify", "exclude",
    }),
    "Identifying": frozenset({"candidates", "plan_identify", "identify"}),
    "Writing": frozenset({"plan_write", "import_nfos", "write_back", "progress", "stop"}),
    "Playing": frozenset(),
    "Profiles": frozenset(),
    "Working": frozenset({"cancel", "resume", "first", "retry", "pace"}),
    "Ledger": frozenset({"forget_tag"}),
    "Quality": frozenset(),
    "Contests": frozenset(),
    "Privacy": frozenset({"connections", "network", "export", "research", "erase"}),
    "Syncing": frozenset({
        "setup", "key", "pair", "run", "status", "rename", "revoke", "allow", "undo",
    }),
}  # fmt: skip
"""Group of verbs → those for which who looks must have no limits.

They change the library, its files, plugins or work, which are everybody's, or are of use for that
alone.
"""
OPEN: Mapping[str, frozenset[str]] = {
    "Verbs": frozenset({
        "status", "ids", "views", "item", "pictures", "similar", "for_you", "starters",
        "why", "feedback", "preview", "event", "shown", "searched", "plugins", "pages",
        "page", "ask", "players", "models", "doctor", "theme", "sort_out", "desktop",
    }),
    "Browsing": frozenset({
        "rows", "items_at", "ids_at", "storyboard", "facets", "nodes", "node", "groups",
    }),
    # An act that was not about a profile's own marks is refused by `undo` itself.
    "Organising": frozenset({
        "rate", "mark", "hide", "write_note", "all_tags", "collections", "collected",
        "undo",
    }),
    "Filing": frozenset(),
    "Identifying": frozenset(),
    "Writing": frozenset(),
    "Playing": frozenset({
        "sit_down", "choose_audio", "choose_subtitle", "choose_speed", "queue",
        "keep_queue", "dismiss",
    }),
    # These ask for the PIN themselves.
    "Profiles": frozenset({
        "names", "add", "regroup", "household", "use", "limit", "set_pin", "be_private",
    }),
    "Working": frozenset({"playing"}),
    "Ledger": frozenset({"listed", "forget", "lean"}),
    "Quality": frozenset({"standing", "measure", "halt"}),
    "Contests": frozenset({"start", "stop", "status"}),
    "Privacy": frozenset(),
    "Syncing": frozenset(),
}  # fmt: skip
"""Group of verbs → those that are for everybody: they show what a profile may see, and its own."""


def guarded(verb: Callable[P, T], check: Check) -> Callable[P, T]:
    """Give a verb that calls `check` first, which may raise."""

    @wraps(verb)
    def first_checked(*args: P.args, **kwargs: P.kwargs) -> T:
        check()
        return verb(*args, **kwargs)

    return first_checked


def guard(part: T, check: Check) -> T:
    """Give a part of the engine that calls `check` before each of its verbs that are `KEPT`."""
    return cast("T", _Guarded(part, KEPT[type(part).__name__], check))


class _Guarded:
    def __init__(self, part: object, kept: frozenset[str], check: Check) -> None:
        self._part = part
        self._kept = kept
        self._check = check

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as the part has it
        found = getattr(self._part, name)
        return guarded(found, self._check) if name in self._kept else found
