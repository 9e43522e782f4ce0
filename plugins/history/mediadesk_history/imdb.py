"""IMDb: the table of “Your ratings”, as it is and as it was until 2017."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from mediadesk.api import EventKind, UnreadableError, Watched
from mediadesk_history import entries, files
from mediadesk_history.lines import rating, seconds

_BEST = 10.0
_SINCE = {
    "const": "Const",
    "Title type": "Title Type",
    "You rated": "Your Rating",
    "created": "Date Rated",
}
_OTHERS = ("game", "podcast", "series")  # a series as a whole is rated by who saw some of it


class Imdb:
    """Takes each rating, and what was rated as watched."""

    name = "imdb"
    title = "IMDb"
    patterns = ("*.csv",)

    def read(self, name: str, content: bytes) -> Sequence[Watched]:
        lines = files.table(name, content, ("Const", "Title", "Title Type", "Year"), _SINCE)
        rated = [line for line in lines if "Your Rating" in line]
        if lines and not rated:
            raise UnreadableError(
                f"“{name}” holds no ratings of yours: export “Your ratings”, not the watchlist."
            )
        return entries.each(name, rated, _watched)


def _watched(line: dict[str, str]) -> Iterator[Watched]:
    told = rating(float(line["Your Rating"]), _BEST)
    if not any(other in line.get("Title Type", "").lower() for other in _OTHERS):
        told.append((EventKind.FINISHED, 1.0))
    for kind, value in told:
        yield Watched(
            title=line.get("Title", ""),
            kind=kind,
            year=int(line["Year"]) if "Year" in line else None,
            at=_day(line.get("Date Rated", "")),
            value=value,
            original=line.get("Original Title", ""),
        )


def _day(text: str) -> float:
    try:
        return seconds(text)
    except ValueError:
        return datetime.strptime(text, "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC).timestamp()
