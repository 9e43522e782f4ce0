"""Whether the moods of music are right where its name tells them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mediadesk.engine.evaluating.measures import Measure, left_out, share
from mediadesk.engine.evaluating.themed import Themed
from mediadesk.store import Database, features

MOODS = frozenset({"calm", "sad", "happy", "energetic"})

_NAMED = {
    "Breaking the Chains": {"energetic"},
    "Love Theme": {"sad", "calm"},  # “intended for tragic love scenes”, its composer says
    "Sad": {"sad"},
    "Silvan Sanctuary": {"calm"},
    "The City Falls": {"energetic", "sad"},
    "The King is Dead": {"sad"},
    "Transience": {"calm", "sad"},
    "Traveling Minstrels": {"happy", "calm"},
}
"""Titles in the demo library → the moods that they tell."""


def measures(songs: Sequence[Themed], db: Database) -> Iterator[Measure]:
    """Give how often the surest mood is right, how often one is told, and what always one gives."""
    named = [each for each in songs if each.item.title in _NAMED]
    if not named:
        yield left_out("moods", "No song here has a name that tells its mood.")
        return
    right = [_NAMED[each.item.title] for each in named]
    shown = features.tags(db, [each.item.id for each in named])
    told = [
        max(found, key=lambda mood: found[mood], default="")
        for found in (
            {tag: sure for tag, sure in shown.get(each.item.id, {}).items() if tag in MOODS}
            for each in named
        )
    ]
    always = sum("calm" in own for own in right) / len(right)
    note = f"“calm” for all would be right in {always:.2f}"
    yield share(
        "a right mood is told", [m in own for m, own in zip(told, right, strict=True)], note
    )
    wrong = [bool(m) and m not in own for m, own in zip(told, right, strict=True)]
    yield share("a wrong mood is told", wrong, "0 is best; never as a fact")
