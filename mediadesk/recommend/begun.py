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
        (state.played_at or 0.0, item)
        for item, state in states.underway.items()
        if not state.unwanted and state.rests_until <= now and not state.is_tired(now)
    ]
    latest = [item for _, item in sorted(underway, reverse=True)]
    unknown = library.kinds(db, [item for item in latest if item not in known])
    kinds = (known.get(item) or unknown.get(item, Kind.SONG) for item in latest)
    return [item for item, kind in zip(latest, kinds, strict=True) if kind is not Kind.SONG]
