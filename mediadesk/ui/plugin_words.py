"""Puts plugins into words: how they are, what they give, what they may do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mediadesk.engine.messages import GrantView, PluginView
from mediadesk.ui import words


@dataclass(frozen=True, slots=True)
class Sign:
    """A few words with their icon, the colour of both, and perhaps a sentence more."""

    text: str
    drawn: str
    tone: str = "muted"
    more: str = ""


STATES: Mapping[str, Sign] = {
    "ready": Sign("Ready", "check", "good"),
    "disabled": Sign("Off", "power", "muted", "You switched it off."),
    "incompatible": Sign(
        "Incompatible", "mismatch", "warning", "It was made for another version of MediaDesk."
    ),
    "blocked": Sign("Blocked", "block", "danger", "It is known to do harm, so it never runs."),
    "damaged": Sign(
        "Damaged", "error", "danger", "Its files are not as they were installed: install it again."
    ),
    "failed to load": Sign("Failed to load", "error", "danger", "It can't be started."),
    "failing": Sign("Failing", "warning", "warning", "Some of its calls go wrong."),
    "quarantined": Sign(
        "Quarantined", "lock", "danger", "It went wrong too often and has been stopped."
    ),
    "switched off": Sign(
        "Switched off", "power", "warning", "It stays off until you switch it on again."
    ),
}
SOURCES = {
    "bundled": "Comes with MediaDesk",
    "environment": "From this environment",
    "installed": "Installed",
    "folder": "Folder",
}
_WORKING = frozenset({"ready", "failing"})
_WANTED = _WORKING | {"failed to load", "incompatible", "damaged"}
_REMEDIES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "quarantined": (("on", "Try again"), ("open", "See what happened")),
    "failing": (("open", "See what happened"),),
    "failed to load": (("on", "Try again"), ("open", "See what happened")),
    "damaged": (("install", "Install it again"),),
    "incompatible": (("browse", "Look for another version"),),
    "blocked": (("remove", "Remove…"),),
    "switched off": (("on", "Switch on again"),),
}
_ROLES = {
    "extractor": "Understands files",
    "tagger": "Gives tags",
    "ranker": "Recommends",
    "metadata reader": "Reads descriptions",
    "importer": "Imports histories",
    "explainer": "Explains",
    "intent parser": "Understands questions",
    "player": "Plays",
    "shelf": "Fills shelves",
    "page": "Shows pages",
    "listener": "Listens",
    "sync transport": "Carries sync",
    "model catalogue": "Brings models",
    "executor": "Runs the analysis elsewhere",
}
_PERMISSIONS = {
    "read-media": ("Read your films, videos and music", "film"),
    "read-history": ("See what you watched, heard and liked", "history"),
    "write-data": ("Keep data in a folder of its own", "disk"),
    "gpu": ("Use the graphics card", "chip"),
    "network": ("Fetch from {}", "network"),
    "programs": ("Have MediaDesk start {}", "program"),
}


def state(plugin: PluginView) -> Sign:
    """How a plugin is doing."""
    return STATES.get(plugin.state, Sign(plugin.state.capitalize(), "info"))


def works(plugin: PluginView) -> bool:
    """Whether it takes part."""
    return plugin.state in _WORKING


def is_on(plugin: PluginView) -> bool:
    """Whether its switch stands on."""
    return plugin.state in _WANTED


def can_switch(plugin: PluginView) -> bool:
    """Whether its switch does anything."""
    return plugin.state != "blocked" and not _is_outside(plugin)


def safely_off(plugins: Iterable[PluginView]) -> list[PluginView]:
    """Those that a safe start left out."""
    return [one for one in plugins if one.state == "switched off" and not _is_outside(one)]


def _is_outside(plugin: PluginView) -> bool:
    """Whether it only lies in the same Python environment, where it is never run."""
    return plugin.source == "environment" and plugin.state == "switched off"


def remedies(plugin: PluginView) -> tuple[tuple[str, str], ...]:
    """What a person can do about its state: (action, words), the best first."""
    if _is_outside(plugin):
        return (("install", "Install…"),)
    found = _REMEDIES.get(plugin.state, ())
    broken = plugin.state in {"failed to load", "incompatible", "damaged", "quarantined", "failing"}
    if broken and plugin.previous:
        found = (*found, ("rollback", f"Go back to {plugin.previous}"))
    removable = plugin.source in {"installed", "folder"}
    return tuple(one for one in found if removable or one[0] not in {"remove", "install"})


def provides(plugin: PluginView) -> str:
    """What it contributes: “Understands files: keyframes, faces · Recommends: taste”."""
    roles: dict[str, list[str]] = {}
    for part in plugin.provides:
        known = next((role for role in _ROLES if part.startswith(f"{role} ")), "")
        role = _ROLES.get(known) or _ROLES.get(part, part.capitalize())
        names = roles.setdefault(role, [])
        if known:
            names.append(part.removeprefix(f"{known} "))
    return " · ".join(
        f"{role}: {', '.join(names)}" if names else role for role, names in roles.items()
    )


def counts(plugins: Sequence[PluginView]) -> str:
    """How many there are and how they are doing, in a sentence."""
    if not plugins:
        return "No plugin is here."
    trouble = sum(not works(one) and one.state != "disabled" for one in plugins)
    trouble += sum(one.state == "failing" for one in plugins)
    at_work = words.count(sum(map(works, plugins)), "plugin") + " at work"
    needs = "needs" if trouble == 1 else "need"
    return f"{at_work}, {trouble:,} {needs} attention." if trouble else f"{at_work}."


@dataclass(frozen=True, slots=True)
class Wish:
    """One permission as it is shown, several hosts or programs of one reason together."""

    title: str
    drawn: str
    reason: str
    new: bool


def wishes(grants: Iterable[GrantView]) -> list[Wish]:
    """Put permissions into plain words, new ones first."""
    together: dict[tuple[str, str, bool], list[str]] = {}
    for grant in grants:
        together.setdefault((grant.permission, grant.reason, grant.new), []).append(grant.detail)
    made = []
    for (permission, reason, new), details in together.items():
        text, drawn = _PERMISSIONS.get(permission, (permission.capitalize() + " {}", "info"))
        title = text.format(", ".join(filter(None, details))).strip()
        told = reason[:1].upper() + reason[1:]
        made.append(Wish(title=title, drawn=drawn, reason=told, new=new))
    return sorted(made, key=lambda wish: not wish.new)
