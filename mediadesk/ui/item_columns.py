"""The columns in which a list or a table shows items."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from mediadesk.engine.messages import ItemView, Sort
from mediadesk.ui import words

STARS = "stars"
ITEM = "item"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: what it says, how wide it is in pixels (0 shares what is left), how it sorts.

    Where there is no room, the columns with the greatest `spare` go first; 0 stays.
    """

    name: str
    title: str
    text: Callable[[ItemView], str]
    width: int = 0
    right: bool = False
    sort: Sort | None = None
    spare: int = 0


def _title(item: ItemView) -> str:
    return item.title


def _maker(item: ItemView) -> str:
    return f"{item.series} {words.numbered(item)}".strip() if item.series else item.artist


def _year(item: ItemView) -> str:
    return str(item.year or "")


def _length(item: ItemView) -> str:
    return words.clock(item.duration_s) if item.duration_s else ""


def _stars(item: ItemView) -> str:
    return "" if item.stars is None else f"{item.stars:g} stars"


def _plays(item: ItemView) -> str:
    return f"{item.plays:,}" if item.plays else ""


def _added(item: ItemView) -> str:
    return time.strftime("%d %b %Y", time.localtime(item.added_at)) if item.added_at else ""


def _size(item: ItemView) -> str:
    return words.size(item.size) if item.size else ""


def _height(item: ItemView) -> str:
    return f"{item.height}p" if item.height else ""


LIST = (
    Column(name=ITEM, title="Title", text=_title),
    Column(name=STARS, title="Rating", text=_stars, width=112, spare=1),
    Column(name="length", title="Length", text=_length, width=84, right=True),
)
DETAILS = (
    Column(name="title", title="Title", text=_title, sort="title"),
    Column(name="maker", title="Artist or series", text=_maker, sort="artist"),
    Column(name="year", title="Year", text=_year, width=64, right=True, sort="year"),
    Column(name="length", title="Length", text=_length, width=84, right=True, sort="length"),
    Column(name=STARS, title="Rating", text=_stars, width=104, sort="rating", spare=1),
    Column(name="plays", title="Plays", text=_plays, width=70, right=True, sort="plays", spare=3),
    Column(name="added", title="Added", text=_added, width=112, right=True, sort="added", spare=2),
    Column(name="size", title="Size", text=_size, width=88, right=True, sort="size", spare=4),
    Column(name="height", title="Height", text=_height, width=76, right=True, spare=5),
)
_READABLE = 520  # pixels that the columns which share the rest need together


def that_fit(columns: tuple[Column, ...], width: int) -> tuple[Column, ...]:
    """Leave out what does not fit into a width in pixels, the least needed first."""
    left = list(columns)
    for column in sorted(columns, key=lambda one: -one.spare):
        if column.spare and sum(one.width for one in left) + _READABLE > width:
            left.remove(column)
    return tuple(left)
