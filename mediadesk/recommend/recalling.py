"""Says when and how often somebody had something, and what they thought of it."""

from collections.abc import Mapping, Sequence

from mediadesk.recommend import sentences
from mediadesk.recommend.profile import State


def told(states: Sequence[State]) -> str:
    """Say it of an item, or of all episodes of a series that were had; "" for never."""
    played = [state for state in states if state.played_at is not None]
    last = max(played or states, key=lambda state: (state.played_at or 0.0, state.at))
    is_dated = not any(state.undated for state in played or [last])
    key = _played(last, len(played), of=len(states)) if played else _judged(last)
    at = last.played_at if played else last.liked_at
    words = _words(states, is_dated=is_dated)
    return words.get(key, "").format(
        n=len(played) if len(states) > 1 else last.plays,
        when=sentences.month(at) if is_dated and at is not None else "",
        stars=f"{last.stars or 0:g}",
    )


def because(state: State) -> str:
    """Give the words for what an opinion comes from, with a place for the title.

    In a group it is of one of them or of several.
    """
    words = sentences.BECAUSE if state.by == "one" else sentences.BECAUSE_BY_SOME
    if state.liked_at is not None:
        return words["liked"]
    if state.stars is not None:
        return words["rated"].format(stars=f"{state.stars:g}", title="{title}")
    return words["played"]


def _words(states: Sequence[State], *, is_dated: bool) -> Mapping[str, str]:
    if any(state.by == "some" for state in states):
        return sentences.HAD_BY_SOME if is_dated else sentences.HAD_BY_SOME_SOMETIME
    return sentences.HAD if is_dated else sentences.HAD_SOMETIME


def _played(last: State, episodes: int, *, of: int) -> str:
    if of > 1:
        return "episodes" if episodes > 1 else "episode"
    if last.by != "one" or last.undated:
        return "once"  # how often, and who liked it, is of one person
    return "times" if last.plays > 1 else "liked" if last.liked else "once"


def _judged(state: State) -> str:
    if state.liked_at is not None:
        return "heart"
    if state.stars is not None:
        return "stars"
    return "marked" if state.finished else ""
