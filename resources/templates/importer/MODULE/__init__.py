"""Imports what you have watched from a CSV file with the columns title, year and date."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime

from mediadesk.api import Context, EventKind, Importer, UserError, Watched, hookimpl


class Csv:
    """Reads lines such as `Solaris,1972,2026-01-31`; year and date may be empty."""

    name = "NAME"
    patterns = ("*.csv",)

    def __init__(self, title: str) -> None:
        self.title = title

    def read(self, name: str, content: bytes) -> Sequence[Watched]:
        """Give every line of the file `name` with this content."""
        try:
            lines = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), strict=True)
            return [_watched(line) for line in lines]
        except (KeyError, ValueError, csv.Error) as error:
            raise UserError(
                f"“{name}” can't be read ({error}): it needs the columns title, year and date, "
                "and dates such as 2026-01-31."
            ) from error


def _watched(line: dict[str, str | None]) -> Watched:
    title, year, date = (line[column] or "" for column in ("title", "year", "date"))
    at = datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp() if date else 0.0
    kind = EventKind.FINISHED
    return Watched(title=title, kind=kind, year=int(year) if year else None, at=at)


@hookimpl
def importers(context: Context) -> list[Importer]:
    """Hand over what this plugin has."""
    return [Csv(context.text("History from a CSV file"))]
