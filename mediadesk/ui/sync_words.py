"""Puts into plain words how several devices are in step."""

from collections.abc import Sequence

from mediadesk.engine.messages import DeviceView, Received, SyncStatus, SyncView
from mediadesk.ui import item_words, words

ABOUT = (
    "What you rate, tag, note and play on one device comes to your others through a folder that "
    "they share, by Syncthing, a NAS or a USB stick: there is no server. Your films and music stay "
    "where they are, and are known by their content on each device."
)
WHEN = (
    "Syncs by itself while this window is open: at its start, after edits, and every five minutes. "
    "Without a window “mediadesk sync run” does."
)
ENCRYPT = {
    True: "Only devices with the key can read it; you are shown the key next, for your others.",
    False: "Whoever gets at the folder can read what you rate, tag and note.",
}
JOIN = "Does another device share already? Take its key first, then name the same folder here."
HAS_KEY = "This device has a key: what it shares is encrypted."
KEYED = {
    True: "Only devices with the key can read what is shared.",
    False: "Whoever gets at the folder can read what is shared.",
}
CARE = (
    "Who has this key can read what is shared. Your other devices take it under Sync, Join with "
    "a key. It is in no backup of the library, so keep it elsewhere as well."
)
ALONE = {
    True: "No other device is known yet: on it, open Sync, join with the key and name this folder.",
    False: "No other device is known yet: on it, open Sync and name this folder.",
}
ENDING = (
    "What came from your other devices stays here, and what you said here stays in the folder. "
    "Nothing comes or goes until you name a folder again."
)
REVOKING = (
    "What this device says from now on counts on none of your devices any more, as when it is lost "
    "or sold. What it said before stays. You can allow it again."
)
REVOKE_KEY = {
    True: "Your other devices can't read what this one says until you join each with the new key.",
    False: "It keeps the key it has, so that it can still read what your devices share.",
}
REVOKE_OPEN = "Nothing is encrypted: whoever gets at the folder can still read what is shared."
NEW_KEY = (
    "Whoever has the key of now can't read what this device says from then on. Your other devices "
    "can't, either, until you join each of them with the new key."
)
_IN_STEP = "Everything is in step."
_NOTHING_CAME = "Nothing came, and nothing was laid there: see what is wrong below."
_NOTHING_NEW = "Nothing that can be read would change anything: see what is wrong below."
_NOTHING = "–"
_SAID = 3
_BUTTONS = {
    "“mediadesk sync pair”": "“Join with a key”",
    "“mediadesk sync key”": "“Show key”",
    " with “mediadesk sync setup FOLDER”": ", after “Stop sharing”",
}


def here(sentence: str) -> str:
    """What the engine says, with the names of buttons for those of commands."""
    for command, button in _BUTTONS.items():
        sentence = sentence.replace(command, button)
    return sentence


def last_run(status: SyncStatus) -> str:
    """When this device last synced."""
    if status.synced_at is None:
        return "Not synced yet"
    return f"Synced last: {item_words.moment(status.synced_at)}"


def last_merge(status: SyncStatus) -> str:
    """What came with the last sync that can be taken back."""
    if status.merged_at is None:
        return ""
    return f"Last came {status.last_merge}: {item_words.when(status.merged_at)}"


def came(view: SyncView) -> str:
    """What a sync brought, and what it gave."""
    parts = [
        f"{words.count(each.edits, 'edit')} came from “{each.name}”." for each in view.received
    ]
    if view.given:
        were = "was" if view.given == 1 else "were"
        parts.append(f"{words.count(view.given, 'edit')} of this device {were} laid there.")
    return " ".join(parts) or (_NOTHING_CAME if view.problems else _IN_STEP)


def would_come(view: SyncView) -> str:
    """What a preview shows: of each device how much would come, and what that would change."""
    parts = [_coming(each) for each in view.received]
    if view.given:
        given = words.count(view.given, "edit")
        parts.append(f"{given} of this device would be laid into the folder.")
    if parts:
        return "\n".join([*parts, "Nothing is changed yet."])
    return _NOTHING_NEW if view.problems else _IN_STEP


def rows(view: SyncView) -> Sequence[tuple[str, ...]]:
    """What would change, line by line: of what which field, from what to what, by whom."""
    return [
        (each.title, each.field, each.old or _NOTHING, each.new or _NOTHING, each.device)
        for each in view.differences
    ]


def device(one: DeviceView) -> str:
    """How much is known of a device, and of when the last of it is."""
    parts = ["This device"] if one.mine else []
    parts.append(words.count(one.edits, "edit"))
    if one.heard_at is not None and not one.mine:
        parts.append(f"last heard of: {item_words.moment(one.heard_at)}")
    if one.revoked:
        parts.append("revoked: what it says since counts no more")
    return " · ".join(parts)


def others(status: SyncStatus, *, but: str) -> str:
    """What is wrong besides devices and what is told elsewhere, the sentence `but`."""
    told = {one.problem for one in status.devices}
    wrong = [here(each) for each in status.problems if each not in told]
    return "\n".join(each for each in wrong if each != but)


def _coming(one: Received) -> str:
    said = "; ".join(one.says[:_SAID])
    more = f" and {len(one.says) - _SAID:,} more" if len(one.says) > _SAID else ""
    acts = f" ({said}{more})" if said else ""
    edits = words.count(one.edits, "edit")
    return f"{edits} would come from “{one.name}”{acts}. {one.changes}".rstrip()
