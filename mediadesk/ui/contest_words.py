"""Puts into plain words how a contest of two rankers stands."""

from mediadesk.engine.messages import ContestView
from mediadesk.ui import item_words, words


def arm(name: str) -> str:
    """What one side of a contest is called."""
    return "All rankers together" if name == "blend" else words.ranker(name)


def standing(told: ContestView) -> str:
    """How a contest stands, in numbers; empty where there never was one."""
    if not told.arms or told.since is None:
        return ""
    first, second = map(arm, told.arms)
    end = f" until {item_words.when(told.until)}" if told.until is not None else ""
    said = f"{first} against {second}, since {item_words.when(told.since)}{end}"
    if told.sittings:
        said += (
            f": {words.count(told.sittings, 'sitting')}, {told.wins:,} to {told.losses:,}, "
            f"{told.ties:,} undecided"
        )
    said += "."
    if told.needed is not None:
        said += f" About {words.count(told.needed, 'more sitting')} to a verdict, if it goes on so."
    return said
