"""Reads a folder of evaluation data: “items.csv”, and “events.csv” with what people did with them.

“items.csv” has the columns `item_id`, `title`, `year`, `kind`, `tags`, `text`, and may have
`language`, and the public's `rating`, 0 to 10, with its `votes`; “events.csv” has `user_id`,
`item_id`, `value` (a rating, a count or 1), `at` (unix seconds, 0 where unknown), and may have
`split` (train or test). All but ids and titles may be left out. Tags are parted by “|”, “;” or “,”,
whichever comes first in this list and in the file, else by spaces. A kind that MediaDesk does not
have counts as a clip.
"""

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from mediadesk.api import Item, Json, Kind, UserError
from mediadesk.engine.trials.dataset import Dataset, arranged

ITEMS, EVENTS = "items.csv", "events.csv"
_Cells = Mapping[str, str]
_CALLED = {
    "movie": Kind.FILM,
    "tv": Kind.EPISODE,
    "series": Kind.EPISODE,
    "show": Kind.EPISODE,
    "music": Kind.SONG,
    "track": Kind.SONG,
    "book": Kind.AUDIOBOOK,
}
_SEPARATORS = "|;,"
_BEST = 10.0
_SPLITS = {"train": False, "test": True}


def read(folder: Path) -> Dataset:
    """Read the data set in a folder.

    Raises:
        UserError: naming the file and the line that can't be understood.
    """
    rows = list(_rows(folder / ITEMS, ("item_id", "title")))
    separator = next(
        (mark for mark in _SEPARATORS if any(mark in cells.get("tags", "") for _, cells in rows)),
        None,
    )
    items: dict[str, Item] = {}
    languages: dict[str, str] = {}
    public: dict[str, Json] = {}
    for where, cells in rows:
        item = _item(where, cells, separator)
        if item.id in items:
            raise UserError(f"{where}: the item “{item.id}” stands there twice: take one out.")
        items[item.id] = item
        languages[item.id] = cells.get("language", "").strip()
        public[item.id] = _public(where, cells)
    return _dataset(folder / EVENTS, dict(sorted(items.items())), languages, public)


def _dataset(
    file: Path,
    items: Mapping[str, Item],
    languages: Mapping[str, str],
    public: Mapping[str, Json],
) -> Dataset:
    place = {item: n for n, item in enumerate(items)}
    users: dict[str, int] = {}
    user, item, value, at, split = [], [], [], [], []
    for where, cells in _rows(file, ("user_id", "item_id")):
        if cells["item_id"] not in place:
            raise UserError(
                f"{where}: the item “{cells['item_id']}” is not in “{ITEMS}”: add it there, or "
                "take this line out."
            )
        if not cells["user_id"]:
            raise UserError(f"{where}: the event has no user_id: give it one.")
        user.append(users.setdefault(cells["user_id"], len(users)))
        item.append(place[cells["item_id"]])
        value.append(_number(where, "value", cells.get("value", ""), 1.0))
        at.append(_number(where, "at", cells.get("at", ""), 0.0))
        if "split" in cells:
            split.append(_split(where, cells["split"].strip()))
    if not user:
        raise UserError(f"“{file}” holds no events: give it lines with user_id and item_id.")
    names = sorted(users)
    renumbered = np.argsort(np.argsort(np.array(list(users))))
    columns = {
        "user": renumbered[np.array(user)],
        "item": np.array(item),
        "value": np.array(value),
        "at": np.array(at),
    } | ({"is_test": np.array(split)} if split else {})
    return arranged(
        items=tuple(items.values()),
        languages=tuple(languages[each] for each in items),
        public=tuple(public[each] for each in items),
        users=tuple(names),
        columns=columns,
    )


def _rows(file: Path, needed: Sequence[str]) -> Iterator[tuple[str, _Cells]]:
    """Give for each line where it stands, in words, and column → cell."""
    line = 0
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            lines = csv.reader(opened, strict=True)
            header = [name.strip() for name in next(lines, [])]
            for name in needed:
                if name not in header:
                    raise UserError(
                        f"“{file}” has no column “{name}”: name the columns in its first line."
                    )
            for cells in lines:
                line = lines.line_num
                if not cells:
                    continue
                if len(cells) != len(header):
                    raise UserError(
                        f"“{file}”, line {line}: {len(cells)} cells in {len(header)} columns: put "
                        "quotes around what holds a comma."
                    )
                yield f"“{file}”, line {line}", dict(zip(header, cells, strict=True))
    except UnicodeDecodeError as error:
        raise UserError(f"“{file}” is not written in UTF-8: save it as UTF-8.") from error
    except csv.Error as error:
        raise UserError(
            f"“{file}”, after line {line}: that is no CSV ({error}): mend it, or take it out."
        ) from error
    except FileNotFoundError as error:
        raise UserError(
            f"“{file}” is not there: name a folder that holds “{ITEMS}” and “{EVENTS}”."
        ) from error
    except OSError as error:
        raise UserError(f"“{file}” can't be read ({error.strerror}): check its rights.") from error


def _item(where: str, cells: _Cells, separator: str | None) -> Item:
    if not cells["item_id"]:
        raise UserError(f"{where}: the item has no item_id: give it one.")
    kind = cells.get("kind", "").strip().lower()
    year = _number(where, "year", cells.get("year", ""), 0.0)
    if not (year == 0 or (1 <= year < 10_000 and year == int(year))):
        raise UserError(f"{where}: “{cells['year']}” is no year: mend it, or leave it empty.")
    tags = [tag.strip() for tag in cells.get("tags", "").split(separator)]
    return Item(
        id=cells["item_id"],
        # A clip is one of which nothing more is known.
        kind=Kind(kind) if kind in set(Kind) else _CALLED.get(kind, Kind.CLIP),
        title=cells["title"].strip(),
        path=None,
        year=int(year) or None,
        genres=tuple(dict.fromkeys(filter(None, tags))),
        description=cells.get("text", "").strip(),
    )


def _public(where: str, cells: _Cells) -> Json:
    told: Json = {}
    for name, most in (("rating", _BEST), ("votes", math.inf)):
        if text := cells.get(name, "").strip():
            number = _number(where, name, text, 0.0)
            if not 0 <= number <= most:
                raise UserError(f"{where}: “{text}” is no {name}: mend it, or leave it empty.")
            told[name] = number / _BEST if name == "rating" else int(number)
    return told


def _number(where: str, name: str, text: str, usual: float) -> float:
    if not text.strip():
        return usual
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise UserError(f"{where}: “{text}” is no number for “{name}”: mend it, or leave it empty.")
    return number


def _split(where: str, text: str) -> bool:
    if text not in _SPLITS:
        raise UserError(f"{where}: “{text}” is no split: write train or test.")
    return _SPLITS[text]
