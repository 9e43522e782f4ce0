"""A page that shows your library by year: a map of years and lengths, and a table."""

from collections import Counter
from collections.abc import Sequence

from mediadesk.api import AUDIO, Context, Panel, PanelRequest, Point, Section, hookimpl


class ByYear:
    """Draws a dot for every item: its year from left to right, its length upwards."""

    name = "NAME"
    reads = ()  # extractors whose data the page needs: `request.data` then holds them

    def __init__(self, context: Context) -> None:
        self._text = context.text
        self.title = context.text("Library by year")

    def view(self, request: PanelRequest) -> Sequence[Section]:
        """Give a map and a table, or a sentence where no year is known."""
        dated = [(item, item.year) for item in request.items if item.year is not None]
        if not dated:
            return (Section(text=self._text("No item of your library has a year yet.")),)
        first, last = min(year for _, year in dated), max(year for _, year in dated)
        longest = max(item.duration for item, _ in dated) or 1.0
        points = tuple(
            Point(
                item=item.id,
                x=(year - first) / max(1, last - first),
                y=item.duration / longest,
                colour="#7c5cd6" if item.kind in AUDIO else "#2f9e8f",
                label=f"{item.title} ({year})",
            )
            for item, year in dated
        )
        counts = Counter(year for _, year in dated)
        return (
            Section(points=points, x_label=self._text("Year"), y_label=self._text("Minutes")),
            Section(
                columns=(self._text("Year"), self._text("Items")),
                rows=tuple((str(year), str(counts[year])) for year in sorted(counts)),
            ),
        )


@hookimpl
def panels(context: Context) -> list[Panel]:
    """Hand over what this plugin has."""
    return [ByYear(context)]
