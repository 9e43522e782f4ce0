"""Saying what videos are, of several candidates, and remembering it: `messages.Identifying`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from mediadesk.api import VIDEO, Kind, UserError
from mediadesk.engine import acts, works
from mediadesk.engine import fields as item_fields
from mediadesk.engine.access import Access
from mediadesk.engine.messages import Becomes, Change, Guesses, Work
from mediadesk.library import joining, names
from mediadesk.library.names import Name
from mediadesk.paths import shown, spelled, to_path
from mediadesk.store import Database, changes, library, roots, told
from mediadesk.store.registers import Edit

_MOST_LOOKED_AT = 200
_MOST_GUESSED = 8
_NOTHING: tuple[Any, ...] = (None, "")


class Identifying:
    """Candidates for what videos are, and the choice of one."""

    def __init__(self, access: Access, *, take_up: Callable[[Sequence[str]], None]) -> None:
        """Identify items of the library of `access`; see `Organising` for `take_up`."""
        self._access = access
        self._take_up = take_up

    def candidates(self, names: Sequence[str]) -> Guesses:
        ids = self._ids(names)
        db = self._access.store.read()
        looked_at = ids[:_MOST_LOOKED_AT]
        said, tell = told.said(db, looked_at), self._folders(db, looked_at)
        return Guesses(
            items=len(ids),
            title=self._access.find(ids[0]).title,
            candidates=tuple(
                works.candidates([(said[each], tell.get(each)) for each in looked_at], db)
            ),
            others=len(joining.others(db, ids)),
        )

    def plan_identify(
        self, names: Sequence[str], work: Work, *, only: bool = False
    ) -> tuple[Becomes, ...]:
        work, ids = _checked(work), self._ids(names)
        db = self._access.store.read()
        new = self._fields(db, self._whole(db, ids, work, only=only), work, of=ids)
        paths, said = library.items(db, list(new)), told.said(db, list(new))
        return tuple(
            Becomes(
                path=spelled(path) if path else paths[item].title,
                field=field,
                before=was,
                after=becomes,
            )
            for item, fields in new.items()
            for path in [paths[item].path]
            for field, value in fields.items()
            if (was := _text(told.believed(said[item]).get(field))) != (becomes := _text(value))
        )

    def identify(self, names: Sequence[str], work: Work, *, only: bool = False) -> Change:
        work, ids = _checked(work), self._ids(names)
        title = self._access.find(ids[0]).title
        what = f"“{title}”" if len(ids) == 1 else f"{len(ids):,} items"
        says = f"Identified {what} as “{work.series or work.title or title}”"
        write = partial(self._write, ids=ids, work=work, only=only)

        def act(db: Database) -> changes.Change:
            return changes.act(db, says, partial(write, db))

        made = self._access.store.write(act, durable=True)
        if made.id:
            self._access.changed("items")
        self._take_up(ids)
        return Change(**asdict(made))

    def _write(
        self, db: Database, change: str, *, ids: Sequence[str], work: Work, only: bool
    ) -> list[str]:
        whole = self._whole(db, ids, work, only=only)
        said = told.said(db, whole)
        new = self._fields(db, whole, work, of=ids)
        edits = [
            Edit(item=item, field=field, value=value)
            for item, fields in new.items()
            for field, value in fields.items()
        ]
        joins = None if only or not work.series else work.series
        edits += [
            Edit(item=item, field=joining.field(series), value=joins)
            for item in whole
            if (series := joining.filed(said[item]))
        ]
        changed = list(dict.fromkeys(acts.write(db, change, edits=edits)))
        told.settle(db, changed)
        return changed

    def _whole(self, db: Database, ids: Sequence[str], work: Work, *, only: bool) -> list[str]:
        """Add what goes along: a film is that of one file, a series that of its folder."""
        return [*ids, *(() if only or not work.series else joining.others(db, ids))]

    def _fields(
        self, db: Database, ids: Sequence[str], work: Work, *, of: Sequence[str]
    ) -> dict[str, dict[str, Any]]:
        """Give item → what a person says of it by choosing a work `of` some, or of one alone."""
        said, alone = told.said(db, ids), list(of)
        return {
            item: _becomes(told.believed(said[item]), work, alone=[item] == alone) for item in ids
        }

    def _folders(self, db: Database, ids: Sequence[str]) -> dict[str, Work | None]:
        """Give what the folders of items tell, of one in each: to guess takes long."""
        paths = {
            each.path.parent: (item, each.path)
            for item, each in library.items(db, ids).items()
            if each.path
        }
        known = [root.path for root in roots.listed(db)]
        return {
            item: works.of_folders(to_path(shown(path)), _root(known, path))
            for item, path in list(paths.values())[:_MOST_GUESSED]
        }

    def _ids(self, names: Sequence[str]) -> list[str]:
        """Give the videos that are meant, those in a folder for its name."""
        db = self._access.store.read()
        known = library.known(db, names)
        wanted: list[str] = []
        for name in names:
            inside = [] if name in known else joining.inside(db, name)
            wanted += inside or [name]
        ids = self._access.ids(wanted)
        for item in library.items(db, ids).values():
            if item.kind not in VIDEO:
                raise UserError(
                    f"“{item.title}” is sound, which goes by its tags: edit its artist, album and "
                    "title instead."
                )
        return ids


def _becomes(now: Mapping[str, Any], work: Work, *, alone: bool) -> dict[str, Any]:
    """Give what is to be said of a file that was known as `now`.

    Of several each keeps its own title, number and year.
    """
    if not work.series:
        gone = [each for each in ("series", "season", "episode") if now.get(each) not in _NOTHING]
        title = work.title or now["title"]
        year = {"year": work.year} if work.year else {}
        return {"kind": work.kind, "title": title, **year, **dict.fromkeys(gone, "")}
    was = works.of_fields(now)
    mine = work if alone else replace(work, title="", season=None, episode=None)
    season = was.season if mine.season is None else mine.season
    episode = was.episode if mine.episode is None else mine.episode
    found: dict[str, Any] = {"kind": work.kind, "series": work.series}
    found |= {"season": season} if season is not None else {}
    found |= {"episode": episode} if episode is not None else {}
    if work.year and (alone or not was.year):
        found["year"] = work.year
    title = mine.title or was.title
    same = (title, season, episode) == (was.title, was.season, was.episode) and was.series
    if same:  # it may tell a last episode, or a day
        found["title"] = told.retitled(now["title"], was.series, work.series)
    else:
        name = Name(title=title, series=work.series, season=season, episode=episode)
        found["title"] = names.titled(name) or now["title"]
    return found


def _root(known: Sequence[Path], path: Path) -> Path:
    inside = (root for root in known if path.is_relative_to(root))
    return max(inside, key=lambda root: len(root.parts), default=path.parent)


def _checked(work: Work) -> Work:
    """Give a work as it can be kept.

    Raises:
        UserError: if it can't be.
    """
    given = {name: value for name, value in asdict(work).items() if value not in _NOTHING}
    clean = item_fields.cleaned(given | {"kind": work.kind})
    if clean["kind"] not in VIDEO:
        choices = ", ".join(kind for kind in Kind if kind in VIDEO)
        raise UserError(f"A video is no {clean['kind']}: choose one of {choices}.")
    is_episode = clean["kind"] == Kind.EPISODE
    if is_episode and not clean.get("series"):
        raise UserError("An episode belongs to a series: say which series it is of.")
    if not is_episode:
        clean = {name: clean[name] for name in ("kind", "title", "year") if name in clean}
        if "title" not in clean:
            raise UserError(f"A {clean['kind']} has a title: write it.")
    return Work(**clean)


def _text(value: object) -> str:
    return "" if value is None else str(value)
