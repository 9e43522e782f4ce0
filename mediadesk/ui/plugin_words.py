"""Puts plugins into words: states, permissions, signatures, prices; nothing here needs a screen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mediadesk.engine.messages import (
    DownloadView,
    FaultView,
    GrantView,
    Offer,
    PluginPlan,
    PluginView,
    PriceTag,
    UsageView,
)
from mediadesk.ui import words

Cells = tuple[str, ...]


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
_VERBS = {
    "install": "Install",
    "update": "Update",
    "reinstall": "Install again",
    "downgrade": "Go back",
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


def heading(plan: PluginPlan) -> str:
    """What the plan asks."""
    title = words.short(plan.title, 90)
    if plan.action == "update":
        return f"Update “{title}” to {plan.version}?"
    if plan.action == "downgrade":
        return f"Go back to {plan.version} of “{title}”?"
    return f"Install “{title}”{' again' if plan.action == 'reinstall' else ''}?"


def consent(plan: PluginPlan) -> str:
    """What the button says that agrees to a plan."""
    verb = _VERBS.get(plan.action, "Install")
    if not plan.former_signer:
        return verb
    return f"Trust the new key and {verb.lower()}" if plan.signer else f"{verb} without a signature"


def versions(plan: PluginPlan) -> str:
    """The name and the versions: “mood 1.3.0 · 1.2.0 is here now”."""
    parts = [f"{plan.name} {plan.version}"]
    if plan.installed_version:
        parts.append(f"{plan.installed_version} is here now")
    return " · ".join(parts)


def signature(plan: PluginPlan) -> Sign:
    """Who vouches for a package."""
    if plan.former_signer:
        now = f"Now: {plan.signer}" if plan.signer else "Now: nobody’s"
        return Sign(
            "Signed with another key than before" if plan.signer else "Not signed any more",
            "key",
            "danger",
            f"Until now: {plan.former_signer}\n{now}",
        )
    if plan.signature == "known":
        return Sign(
            f"Signed with the key {plan.signer}"
            if plan.signer
            else "Signed by a publisher you know",
            "shield",
            "good",
            "The same publisher as before.",
        )
    if plan.signature == "new":
        return Sign(
            "Signed by a publisher seen here for the first time",
            "key",
            "warning",
            "Compare this key with the one on the publisher's own page. From now on only its owner "
            "can update the plugin.",
        )
    if plan.signature == "development":
        return Sign(
            "A folder for development",
            "code",
            "muted",
            "Nobody signed it. It is loaded again by itself when a file in it changes.",
        )
    return Sign(
        "Not signed",
        "warning",
        "danger",
        "Nobody vouches for this file, and it may have been changed on its way. Install it only if "
        "you know where it comes from.",
    )


def fetched(downloads: Sequence[DownloadView]) -> str:
    """What an install would download, in a line."""
    if not downloads:
        return "Nothing is downloaded: all it needs is here."
    known = sum(one.size for one in downloads)
    size = f", {words.size(known)}" if known else ""
    unknown = sum(not one.size for one in downloads)
    rest = f", {words.count(unknown, 'file')} of unknown size" if unknown and known else ""
    return f"Would be downloaded: {words.count(len(downloads), 'file')}{size}{rest}"


def needs_network(sentence: str) -> bool:
    """Whether a refusal says that the network has to be allowed."""
    return "allow the network" in sentence.lower()


def offer(one: Offer) -> Sign:
    """How an offer stands to what is here."""
    if one.problem:
        return Sign("Not for here", "mismatch", "warning", one.problem)
    if one.installed is None:
        return Sign("", "")
    if one.installed == one.version:
        return Sign("Installed", "check", "good")
    return Sign(f"{one.installed} is here", "refresh", "accent")


def moment(at: float) -> str:
    """A point in time, as people write it here."""
    if at <= 0:
        return "At an unknown time"
    local = datetime.fromtimestamp(at).astimezone()
    return f"{local.day} {local:%B %Y, %H:%M}"


def fault(one: FaultView) -> str:
    """A fault as a line of a report."""
    file = one.file or one.item
    about = f" with “{file}”" if file else ""
    return f"{fault_line(one)}{about}: {one.sentence}"


def fault_line(one: FaultView) -> str:
    """When and where it was: “26 October 2026, 08:33 · extractor mood · timeout, 3 times”."""
    times = f", {one.times:,} times" if one.times > 1 else ""
    return " · ".join(filter(None, (moment(one.at), one.part, f"{one.what}{times}")))


def duration(seconds: float) -> str:
    """A stretch of time, precise where it is short: 12 ms, 3.4 s, 5 minutes."""
    if seconds <= 0:
        return "0 s"
    if seconds < 1:
        return f"{seconds * 1000:.3g} ms"
    return f"{seconds:.1f} s" if seconds < 100 else words.about(seconds)


USAGE_HEAD: Cells = ("Part", "Calls", "Time", "CPU time", "A call")
PRICE_HEAD: Cells = ("Part", "Whole library", "CPU time", "Disk", "Memory", "Sample")


def usage(parts: Iterable[UsageView]) -> list[Cells]:
    """What the parts have cost, as rows under `USAGE_HEAD`."""
    return [
        (
            one.part,
            f"{one.calls:,}",
            duration(one.seconds),
            duration(one.cpu_seconds),
            duration(one.seconds / one.calls) if one.calls else "–",
        )
        for one in parts
    ]


def price(tag: PriceTag) -> Cells:
    """A price tag as a row under `PRICE_HEAD`."""
    measured = f"{tag.sample:,} of {tag.items:,}"
    if tag.problem:
        return (tag.part, "–", "–", "–", "–", measured)
    return (
        tag.part,
        duration(tag.seconds),
        duration(tag.cpu_seconds),
        words.size(tag.disk),
        words.size(tag.memory),
        measured,
    )
