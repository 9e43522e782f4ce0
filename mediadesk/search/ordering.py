"""Puts items in order, and says where to jump in it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediadesk.search.catalogue import Catalogue
from mediadesk.search.finding import Deeds
from mediadesk.search.texts import Bits, Ints, Rows
from mediadesk.search.words import Words

Labels = tuple[Ints, Callable[[int], str]]
"""A class of each item, and what a class is called."""
Jumps = tuple[tuple[str, int], ...]
_FEW = 30
_NONE = "–"
_LENGTHS = (120, 300, 1_200, 3_600, 7_200)
_LENGTHS_SAID = ("< 2 min", "2–5 min", "5–20 min", "20–60 min", "1–2 h", "> 2 h")
_SIZES = (10**7, 10**8, 10**9, 4 * 10**9)
_SIZES_SAID = ("< 10 MB", "10–100 MB", "0.1–1 GB", "1–4 GB", "> 4 GB")
_PLAYS = (1, 2, 5, 10)
_PLAYS_SAID = ("never", "once", "2–4", "5–9", "10 +")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    version: int
    deeds: object
    order: Rows


class Ordering:
    """The orders of a catalogue's items; each is kept until something changes."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._of = catalogue
        self._kept: dict[tuple[str, bool, object], _Kept] = {}

    def ordered(self, found: Bits, sort: str, deeds: Deeds, *, descending: bool) -> Rows:
        """Give the numbers of what was found, in order; what has no such value comes last."""
        if sort == "title":
            order = self._of.titles.order
            chosen = order[found[order]]
            return chosen[::-1] if descending else chosen
        order = self._order(sort, deeds, descending=descending)
        chosen = order[found[order]]
        if sort == "album" and _is_one_album(self._of, chosen):
            chosen = chosen[np.argsort(_album(self._of, deeds)[1][chosen], kind="stable")]
            return chosen[::-1] if descending else chosen
        return chosen

    def jumps(self, rows: Rows, sort: str, deeds: Deeds) -> Jumps:
        """Give (label, position of the first) of what stands together in this order."""
        if sort == "random" or not len(rows):
            return ()
        classes, said = _LABELS[sort](self._of, deeds, rows)
        starts = np.flatnonzero(np.diff(classes, prepend=classes[0] - 1))
        found: dict[str, int] = {}
        for start in starts.tolist():
            found.setdefault(said(int(classes[start])), start)
        return tuple(found.items())

    def _order(self, sort: str, deeds: Deeds, *, descending: bool) -> Rows:
        by_deeds = sort in {"rating", "played", "plays"}
        day = time.strftime("%Y%m%d") if sort == "random" else ""
        kept = self._kept.get((sort, descending, day))
        mine = deeds if by_deeds else None
        if kept and kept.version == self._of.version and kept.deeds is mine:
            return kept.order
        order = self._of.titles.order
        if sort == "random":
            order = order[np.argsort(_scattered(order, int(day)), kind="stable")]
        else:
            first, *others = _KEYS[sort](self._of, deeds)
            for key in reversed(others):
                order = order[np.argsort(key[order], kind="stable")]
            order = order[_by(first[order], descending=descending)]
        self._kept[sort, descending, day] = _Kept(version=self._of.version, deeds=mine, order=order)
        return order


def _by(key: NDArray[Any], *, descending: bool) -> Ints:
    """Sort by a key; nothing and less than nothing mean that it is unknown: that comes last."""
    top = key.max(initial=0) + 1
    if descending:
        return np.argsort(-key, kind="stable")
    return np.argsort(np.where(key <= 0, top, key), kind="stable")


def _scattered(rows: Rows, seed: int) -> NDArray[np.uint64]:
    """Give each number another one, the same all day (SplitMix64 of Steele et al., 2014)."""
    mixed = rows.astype(np.uint64) + np.uint64(seed * 0x9E3779B97F4A7C15 % 2**64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))


_Keys = Callable[[Catalogue, Deeds], tuple[NDArray[Any], ...]]


def _number(name: str, of: Catalogue, _: Deeds) -> tuple[NDArray[Any], ...]:
    return (of.numbers[name],)


def _makers(of: Catalogue) -> Ints:
    ranks: Ints = of.names.words["artist"].ranks[of.names.makers]
    return ranks


def _album(of: Catalogue, _: Deeds) -> tuple[NDArray[Any], ...]:
    names, numbers = of.names, of.numbers
    disc, track = (np.clip(numbers[name], 0, 2**15 - 1).astype(np.int64) for name in _PLACE)
    album = names.words["album"].ranks[names.codes["album"]]
    # What is on no album comes behind the artist's albums.
    album = np.where(album == 0, len(names.words["album"].values), album)
    track = np.where(track == 0, 2**15 - 1, track)  # so does a track without a number
    return _makers(of), (album << 30) + (np.maximum(disc, 1) << 15) + track


def _is_one_album(of: Catalogue, rows: Rows) -> bool:
    """Whether these are on one album, be its tracks of one artist or of many."""
    if not len(rows) or of.names.codes["album"][rows[0]] == 0:
        return False
    kinds = (of.names.codes[name][rows] for name in ("album", "album_artist"))
    return all((codes == codes[0]).all() for codes in kinds)


def _series(of: Catalogue, _: Deeds) -> tuple[NDArray[Any], ...]:
    names, numbers = of.names, of.numbers
    # Extras, season 0, come behind the seasons; an episode without a season is in the first.
    season = np.where(numbers["season"] == 0, 2**15 - 1, np.clip(numbers["season"], 1, 2**15 - 2))
    episode = np.clip(numbers["episode"], 0, 2**20 - 1).astype(np.int64)
    return names.words["series"].ranks[names.codes["series"]], (
        season.astype(np.int64) << 20
    ) + episode


_PLACE = ("disc", "track")
_KEYS: dict[str, _Keys] = {
    "added": partial(_number, "added_at"),
    "year": partial(_number, "year"),
    "length": partial(_number, "duration"),
    "size": partial(_number, "size"),
    "rating": lambda _, deeds: (deeds.stars,),
    "played": lambda _, deeds: (deeds.played,),
    "plays": lambda _, deeds: (deeds.plays,),
    "artist": lambda of, _: (_makers(of),),
    "album": _album,
    "series": _series,
}


def _titles(of: Catalogue, _: Deeds, rows: Rows) -> Labels:
    return of.titles.initials[rows].astype(np.int64), chr


def _years(of: Catalogue, _: Deeds, rows: Rows) -> Labels:
    years = np.maximum(of.numbers["year"][rows].astype(np.int64), 0)
    if len(np.unique(years)) <= _FEW:
        return years, lambda year: str(year) if year else _NONE
    return years // 10, lambda decade: f"{decade}0s" if decade else _NONE


def _days(when: NDArray[np.float64]) -> Labels:
    """Months, or years where there are many of them."""
    shift = time.localtime().tm_gmtoff
    seconds = (np.maximum(when, 0).astype(np.int64) + shift).astype("datetime64[s]")
    months = np.where(when > 0, seconds.astype("datetime64[M]").astype(np.int64), -1)
    if len(np.unique(months)) <= _FEW:
        return months, lambda month: _month(month) if month >= 0 else _NONE
    return months // 12, lambda year: str(1970 + year) if year >= 0 else _NONE


def _month(month: int) -> str:
    return time.strftime("%b %Y", (1970 + month // 12, month % 12 + 1, 1, 0, 0, 0, 0, 1, -1))


def _stars(_: Catalogue, deeds: Deeds, rows: Rows) -> Labels:
    halves = np.rint(deeds.stars[rows] * 2).astype(np.int64)
    return halves, lambda half: f"{half / 2:g} ★" if half else _NONE


def _classes(values: NDArray[Any], bounds: tuple[int, ...], said: tuple[str, ...]) -> Labels:
    classes = np.where(values > 0, np.searchsorted(bounds, values, "right"), -1)
    return classes, lambda n: said[n] if n >= 0 else _NONE


def _plays(_: Catalogue, deeds: Deeds, rows: Rows) -> Labels:
    classes = np.searchsorted(_PLAYS, deeds.plays[rows], "right")
    return classes, lambda n: _PLAYS_SAID[n]


def _named(codes: Ints, words: Words) -> Labels:
    """The names themselves where they are few, else the letters that they stand under."""
    if np.count_nonzero(np.bincount(codes)) <= _FEW:
        return codes, lambda code: words.values[code] or _NONE
    return np.where(codes == 0, ord(_NONE), words.initials[codes]), chr


def _artists(of: Catalogue, _: Deeds, rows: Rows) -> Labels:
    return _named(of.names.makers[rows].astype(np.int64), of.names.words["artist"])


def _albums(of: Catalogue, deeds: Deeds, rows: Rows) -> Labels:
    """The discs of one album, the albums where they are all one artist's, else the artists."""
    if _is_one_album(of, rows):
        return np.maximum(of.numbers["disc"][rows].astype(np.int64), 1), lambda n: f"Disc {n}"
    makers = of.names.makers[rows]
    if (makers != makers[0]).any():
        return _artists(of, deeds, rows)
    return _named(of.names.codes["album"][rows].astype(np.int64), of.names.words["album"])


def _seasons(of: Catalogue, _: Deeds, rows: Rows) -> Labels:
    """The seasons where they are all of one series, else the series."""
    series = of.names.codes["series"][rows].astype(np.int64)
    if (series != series[0]).any() or series[0] == 0:
        return _named(series, of.names.words["series"])
    seasons = np.maximum(of.numbers["season"][rows].astype(np.int64), -1)
    return seasons, lambda n: f"Season {abs(n)}" if n else "Extras"


_LABELS: dict[str, Callable[[Catalogue, Deeds, Rows], Labels]] = {
    "title": _titles,
    "added": lambda of, _, rows: _days(of.numbers["added_at"][rows]),
    "played": lambda _, deeds, rows: _days(deeds.played[rows]),
    "year": _years,
    "length": lambda of, _, rows: _classes(of.numbers["duration"][rows], _LENGTHS, _LENGTHS_SAID),
    "size": lambda of, _, rows: _classes(of.numbers["size"][rows], _SIZES, _SIZES_SAID),
    "rating": _stars,
    "plays": _plays,
    "artist": _artists,
    "album": _albums,
    "series": _seasons,
}
