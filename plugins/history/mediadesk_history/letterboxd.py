"""Letterboxd: the tables of “Export your data”, told apart by their names."""

from collections.abc import Iterator, Sequence
from functools import partial

from mediadesk.api import EventKind, UnreadableError, Watched
from mediadesk_history import entries, files
from mediadesk_history.lines import rating, seconds

_BEST = 5.0


class Letterboxd:
    """Reads diary, reviews, watched, ratings and likes/films; several tables look the same."""

    name = "letterboxd"
    title = "Letterboxd"
    patterns = tuple(
        f"{table}*.csv"
        for table in ("diary", "reviews", "watched", "watchlist", "ratings", "films")
    )

    def read(self, name: str, content: bytes) -> Sequence[Watched]:
        lines = files.table(name, content, ("Date", "Name", "Year", "Letterboxd URI"))
        own = files.own_name(name)
        if lines and {"deleted", "orphaned"} & set(name.split("/")):
            raise UnreadableError(f"“{name}” lists what you deleted there, which is left out.")
        if lines and own.startswith("watchlist"):
            raise UnreadableError(f"“{name}” lists what you want to watch, which is no history.")
        return entries.each(name, lines, partial(_watched, own))


def _watched(name: str, line: dict[str, str]) -> Iterator[Watched]:
    at = seconds(line.get("Watched Date") or line.get("Date", ""))
    told = rating(float(line.get("Rating", 0)), _BEST)
    if name.startswith("films"):  # those of the folder “likes”
        told.append((EventKind.LIKE, 1.0))
    elif not name.startswith("ratings"):
        told.append((EventKind.FINISHED, 1.0))
    for kind, value in told:
        yield Watched(
            title=line.get("Name", ""),
            kind=kind,
            year=int(line["Year"]) if "Year" in line else None,
            at=at,
            value=value,
            mark=name.startswith("watched"),  # the day is that of the mark
        )
