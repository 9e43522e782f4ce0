"""Puts into plain words what left this computer, and what is known of a person."""

from mediadesk.engine.messages import ConnectionView, Erased, Exported, ProfileView
from mediadesk.ui import words

NETWORK = {
    True: "Plugins may fetch from the hosts that you allowed, and are installed from where you "
    "say. Nothing else is let out.",
    False: "Nothing is fetched, for nobody: neither by MediaDesk nor by any plugin.",
}
LEDGER = (
    "Each attempt of MediaDesk and its plugins to reach anything outside, refused ones too. "
    "Programs that it opens for you, such as another player, are not watched."
)
ERASING = (
    "What {} did, rated, noted, searched for and was shown is erased for ever, here and in the "
    "libraries of your other devices as they sync, and the backups are replaced by one without it. "
    "Tags, edited fields and collections are everybody's, and stay. Export first what you want to "
    "keep."
)


def came(one: ConnectionView) -> str:
    """What came of an attempt."""
    return _begun(one.problem or (words.size(one.size) if one.size else "Asked"))


def why(one: ConnectionView) -> str:
    """What something was wanted for."""
    return _begun(one.why or "No reason was given")


def exported(told: Exported) -> str:
    """What was written where."""
    return f"{words.count(sum(told.rows.values()), 'row')} were written to “{told.files[0]}”."


def erased(told: Erased) -> str:
    """That a profile is gone, and what may still tell of it."""
    return " ".join([f"“{told.profile}” is erased.", *told.remains])


def who(profile: ProfileView) -> str:
    """A profile, and of a group who is in it."""
    if not profile.members:
        return profile.name
    return f"{profile.name} ({', '.join(profile.members)})"


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
