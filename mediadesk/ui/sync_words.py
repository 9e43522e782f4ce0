"""Puts into plain words how several devices are in step."""

from collections.abc import Sequence

from mediadesk.engine.messages import DeviceView, Received, SyncStatus, SyncView
from mediadesk.ui import item_words, words

ABOUT = (
    "What you rate, tag, note and play on one device comes to your others through a folder that "
    "they share, by Syncthing, a NAS or a USB stick: there is no server. Your films and music stay "
    "where they are, and are known by their content on each device."
)
WHEN = "Syncs when you press the button or run “mediadesk sync run”."
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
_IN_STEP = "Everything is in step."
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


def came(view: SyncView) -> str:
    """What a sync brought, and what it gave."""
    parts = [
        f"{words.count(each.edits, 'edit')} came from “{each.name}”." for each in view.received
    ]
    if view.given:
        were = "was" if view.given == 1 else "were"
        parts.append(f"{words.count(view.given, 'edit')} of this device {were} laid there.")
    return " ".join(parts) or ("" if view.problems else _IN_STEP)


def would_come(view: SyncView) -> str:
    """What a preview shows."""
    if view.received or view.given:
        return "This would change; nothing is changed yet."
    return "" if view.problems else _IN_STEP


def rows(view: SyncView) -> Sequence[tuple[str, str]]:
    """What would change, line by line: whose it is, and what it says."""
    given = f"{words.count(view.given, 'edit')} would be laid into the folder"
    own = [("This device", given)] if view.given else []
    return [line for each in view.received for line in _lines(each)] + own


def device(one: DeviceView) -> str:
    """How much is known of a device, and of when the last of it is."""
    parts = ["This device"] if one.mine else []
    parts.append(words.count(one.edits, "edit"))
    if one.heard_at is not None and not one.mine:
        parts.append(f"last heard of: {item_words.moment(one.heard_at)}")
    return " · ".join(parts)


def others(status: SyncStatus) -> str:
    """What is wrong with files that are no known device's."""
    told = {one.problem for one in status.devices}
    return "\n".join(here(each) for each in status.problems if each not in told)


def _lines(one: Received) -> Sequence[tuple[str, str]]:
    said = [(one.name, each) for each in one.says]
    if one.events:
        events = words.count(one.events, "event")
        said.append((one.name, f"{events}: what was played, searched for or liked"))
    return said or [(one.name, words.count(one.edits, "edit"))]
