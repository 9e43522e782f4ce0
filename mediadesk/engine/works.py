"""Which works a video may be: what its sources say, what its folders are called, what is known."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from mediadesk.api import VIDEO, Kind
from mediadesk.engine.messages import Candidate, Work
from mediadesk.library import guessing, names
from mediadesk.library.seasons import plain, spelled
from mediadesk.store import Database, told

FOLDERS, LIBRARY = "folders", "library"
_PARTS = 3  # of a path: series, season, episode
_ALIKE = 0.75
_MOST_ALIKE = 4
_MOST = 12
Layers = Sequence[tuple[str, Mapping[str, Any]]]


def of_fields(fields: Mapping[str, Any]) -> Work:
    """Give the work that fields speak of."""
    series, season, episode = (fields.get(name) for name in ("series", "season", "episode"))
    title = str(fields.get("title") or "")
    if series:
        title = names.bare(title, series=series, season=season, episode=episode or None)
    return Work(
        kind=str(fields.get("kind") or Kind.CLIP),
        title=title,
        year=fields.get("year") or None,
        series=str(series or ""),
        season=season if isinstance(season, int) else None,
        episode=episode if isinstance(episode, int) else None,
    )


def of_folders(path: Path, root: Path) -> Work | None:
    """Give the work that the folders of a file, up to that of the library, tell with its name."""
    inside = (
        [root.name, *path.relative_to(root).parts] if path.is_relative_to(root) else [path.name]
    )
    name = "/".join(inside[-_PARTS:])
    episode = guessing.guess(name, kind="episode")
    number = episode.get("episode")
    if isinstance(number, int) and isinstance(episode.get("title"), str):
        season, year = episode.get("season"), _whole(episode.get("year"))
        series = spelled(episode["title"], path)
        return Work(
            kind=Kind.EPISODE.value,
            title=str(episode.get("episode_title") or ""),
            year=year,
            series=episode["title"] if series.endswith(f"({year})") else series,
            season=season if isinstance(season, int) else 1,
            episode=number,
        )
    film = guessing.guess(name, kind="movie")
    if not isinstance(film.get("title"), str) or _whole(film.get("year")) is None:
        return None  # without a year any folder might be a film
    return Work(kind=Kind.FILM.value, title=str(film["title"]), year=_whole(film["year"]))


def candidates(said: Sequence[tuple[Layers, Work | None]], db: Database) -> list[Candidate]:
    """Give what items may be, the likeliest first.

    Args:
        said: of each item what its sources say, and what its folders tell.
        db: the library, for works of nearly the same name.
    """
    alone = len(said) == 1
    found: dict[object, Candidate] = {}
    now = {_key(of_fields(told.believed(layers)), alone=alone) for layers, _ in said}
    for layers, around in said:
        mine: dict[object, Candidate] = {}
        for source, work in [*_own(layers), *([(FOLDERS, around)] if around else [])]:
            _add(mine, work, source, alone=alone)
        for key, each in mine.items():
            before = found.get(key)
            found[key] = replace(
                before or each,
                sources=tuple(dict.fromkeys((*(before.sources if before else ()), *each.sources))),
                files=(before.files if before else 0) + 1,
                now=key in now and len(now) == 1,
            )
    likely = sorted(found.values(), key=lambda each: -each.files)
    for work, known, picture in _alike(db, [each.work for each in likely]):
        key = _key(work, alone=alone)
        there = found.get(key, Candidate(work=work, sources=(), files=0))
        if there.now and known <= len(said):
            continue  # it is only these themselves
        sources = (*there.sources, LIBRARY)
        found[key] = replace(there, sources=sources, known=known, picture=picture)
    return sorted(found.values(), key=lambda each: -each.files)[:_MOST]


def _own(layers: Layers) -> Iterator[tuple[str, Work]]:
    """Give what each source takes an item for; what it does not say is as it is known otherwise."""
    known = told.believed(layers)
    for source, fields in layers:
        if fields.get("title") or fields.get("series"):
            whole = {**known, **fields}
            if fields.get("kind") in VIDEO - {Kind.EPISODE}:
                whole |= {name: fields.get(name) for name in ("series", "season", "episode")}
            yield source, of_fields(whole)


def _add(found: dict[object, Candidate], work: Work, source: str, *, alone: bool) -> None:
    if not alone and work.series:
        work = replace(work, title="", season=None, episode=None)
    key = _key(work, alone=alone)
    before = found.get(key, Candidate(work=work, sources=(), files=1))
    dated = replace(before.work, year=before.work.year or work.year)
    found[key] = replace(
        before, work=dated, sources=tuple(dict.fromkeys((*before.sources, source)))
    )


def _key(work: Work, *, alone: bool) -> object:
    """Give what two candidates have in common that are the same work to a person who chooses."""
    if work.series:
        number = (work.season, work.episode) if alone else None
        return work.kind, work.series, number  # a year is told of the series or of the episode
    return work.kind, work.title, work.year


def _alike(db: Database, works: Iterable[Work]) -> Iterator[tuple[Work, int, str | None]]:
    """Give works of the library whose names are nearly those: how many items, and a picture."""
    wanted = list(works)
    series = _nearest(
        {each.series for each in wanted if each.series},
        (row[0] for row in db.conn.execute("SELECT DISTINCT series FROM item WHERE series <> ''")),
    )
    for name in series:
        known, shown = _known(db, "series = ?", [name])
        like = next(each for each in wanted if each.series)
        yield replace(like, series=name, year=None, kind=Kind.EPISODE.value), known, shown
    films = db.conn.execute(
        "SELECT DISTINCT title, year FROM item WHERE kind = ?", [Kind.FILM.value]
    ).fetchall()
    titles = {each.title for each in wanted if each.title and not each.series}
    close = set(_nearest(titles, (row[0] for row in films)))
    for title, year in films:
        if title in close:
            known, shown = _known(db, "kind = 'film' AND title = ? AND year IS ?", [title, year])
            yield Work(kind=Kind.FILM.value, title=title, year=year), known, shown


def _nearest(wanted: Iterable[str], names_known: Iterable[str]) -> list[str]:
    """Give the known names nearest to any of these, the same letters first."""
    by_key: dict[str, list[str]] = {}
    for name in names_known:
        by_key.setdefault(plain(name), []).append(name)
    found: dict[str, None] = {}
    for name in wanted:
        key = plain(name)
        begins = [each for each in by_key if each[:1] == key[:1]]  # all would take long
        for near in get_close_matches(key, begins, _MOST_ALIKE, _ALIKE):
            found.update(dict.fromkeys(by_key[near]))
    return list(found)


def _known(db: Database, where: str, values: Sequence[object]) -> tuple[int, str | None]:
    row = db.conn.execute(
        "SELECT count(*), max(iif(artwork.item IS NULL, NULL, item.id)) FROM item"
        f" LEFT JOIN artwork ON artwork.item = item.id WHERE {where}",
        list(values),
    ).fetchone()
    return row[0], f"artwork/{row[1]}" if row[1] else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None
