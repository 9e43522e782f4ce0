"""What somebody has begun and may go on with."""

from collections.abc import Mapping

from mediadesk.api import Kind
from mediadesk.recommend.standing import Standing
from mediadesk.store import Database, library


def begun(db: Database, states: Standing, known: Mapping[str, Kind], now: float) -> list[str]:
    """Give what was begun and neither finished, unwanted nor put off by `now`, latest first.

    No songs: who leaves one has skipped it. The kinds of some items are `known`.
    """
    underway = [
        item
        for item, state in states.underway.items()
        if not state.unwanted and state.rests_until <= now and not state.is_tired(now)
    ]
    missing = [item for item in underway if item not in known]
    kinds = {**known, **library.kinds(db, missing)}
    lasting = [item for item in underway if kinds.get(item, Kind.SONG) is not Kind.SONG]
    return sorted(lasting, reverse=True, key=lambda item: (states[item].played_at or 0.0, item))
