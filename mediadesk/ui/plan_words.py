"""Puts what an install would do, and what an index offers, into words."""

from collections.abc import Sequence

from mediadesk.engine.messages import DownloadView, Offer, PluginPlan
from mediadesk.ui import words
from mediadesk.ui.plugin_words import Sign

_VERBS = {
    "install": "Install",
    "update": "Update",
    "reinstall": "Install again",
    "downgrade": "Go back",
}


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


def offer(one: Offer) -> Sign:
    """How an offer stands to what is here."""
    if one.problem:
        return Sign("Not for here", "mismatch", "warning", one.problem)
    if one.installed is None:
        return Sign("", "")
    if one.installed == one.version:
        return Sign("Installed", "check", "good")
    return Sign(f"{one.installed} is here", "refresh", "accent")
