"""What lines of all exports have in common: times, ratings, and the titles of episodes."""

from datetime import UTC, datetime

from mediadesk.api import EventKind

_FIRST_YEAR = 1970  # of unix time
SHORTEST = 300.0  # seconds watched: who left before was only looking what it is


def seconds(text: str, *, local: bool = False) -> float:
    """Turn a date or time such as 2026-01-31T20:15:00Z into unix seconds, without one into 0.

    Without a zone it is in UTC, or in this machine's own where it is `local`. 0 is also what is not
    later than the beginning of 1970: so programs write a time that they do not know.

    Raises:
        ValueError, OverflowError: if it is no time.
    """
    if not text.strip():
        return 0.0
    moment = datetime.fromisoformat(text.strip())
    if moment.year < _FIRST_YEAR:
        return 0.0
    if moment.tzinfo is None and not local:
        moment = moment.replace(tzinfo=UTC)
    return max(moment.timestamp(), 0.0)


def rating(given: float, best: float) -> list[tuple[EventKind, float]]:
    """Give a rating as MediaDesk keeps it: .1 for half a star to 1 for five; nothing for none."""
    if given <= 0:  # 0 is how most programs write that there is no rating
        return []
    return [(EventKind.RATED, min(max(round(given / best, 1), 0.1), 1.0))]


def episode(show: str, season: int, number: int | None = None, title: str = "") -> str:
    """Write out an episode as MediaDesk does: “Show S01E02 · Title”."""
    text = f"{show} S{season:02}" + ("" if number is None else f"E{number:02}")
    return f"{text} · {title}" if title else text


def named(kind: str, above: str, season: int, number: int, title: str) -> tuple[str, str]:
    """Give title and artist; above an episode is its show, above a track its artist."""
    if kind == "episode":
        return episode(above, season, number, title), ""
    return title, above if kind == "track" else ""
