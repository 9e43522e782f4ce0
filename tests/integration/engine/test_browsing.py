"""Looking through a library with an engine: lists, facets, groups, and what they say of people."""

import time
from array import array
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import get_args

import av
import numpy as np
import pytest
from sqlite_utils import Database

from mediadesk.api import Item, Kind, UserError
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import Browse, ItemView, Rows, Sort, Storyboard
from mediadesk.store import library, locations, roots, told

_MAY, _JUNE = (datetime(2020, month, 1).astimezone().timestamp() for month in (5, 6))


def _item(number: int, title: str, kind: Kind = Kind.SONG, **more: object) -> Item:
    return Item(id=f"{number:032x}", kind=kind, title=title, path=None, **more)  # type: ignore[arg-type]


def _put(db: Database, items: dict[str, Item], sizes: Sequence[int] = ()) -> None:
    roots.add(db, Path("/made"))
    for (place, item), size in zip_longest(items.items(), sizes, fillvalue=1):
        path = Path("/made") / place
        location = locations.Location(path=path, root=Path("/made"), size=size, mtime_ns=1)
        locations.save_locations(db, [location])
        library.save_item(db, item, facts={}, location=location)
        told.tell(db, item.id, "embedded", {name: getattr(item, name) for name in told.FIELDS})


@pytest.fixture
def shelves(engine: Engine) -> Engine:
    """An engine with a series, three albums and a few films, none of which has a file."""
    episode = partial(_item, kind=Kind.EPISODE, series="Dark")
    made = [
        episode(1, "Alpha", season=1, episode=1),
        episode(2, "Beta", season=1, episode=2),
        episode(3, "Gamma", season=2, episode=1),
        episode(4, "Extra", season=0, episode=1),
        _item(5, "Sun", artist="Anna", album="Days", track=2, year=2001),
        _item(6, "Moon", artist="Anna feat. Ben", album_artist="Anna", album="Days", track=1),
        _item(7, "One", artist="Zoë", album="Hits", disc=1, track=1),
        _item(8, "Two", artist="Ben", album="Hits", disc=1, track=2),
        _item(9, "Three", artist="Carl", album="Hits", disc=2, track=1),
        _item(10, "The Zebra", Kind.FILM, year=1999),
        _item(11, "a bee", Kind.FILM, year=1994, added_at=_MAY),
        _item(12, "École", Kind.FILM, added_at=_JUNE),
    ]
    folders = dict.fromkeys((7, 8), "hits/cd1") | {9: "hits/CD 2"}
    places = {f"{folders.get(n, 'x')}/{n}.mkv": item for n, item in enumerate(made, start=1)}
    engine._store.write(lambda db: _put(db, places))
    return engine


def seen(engine: Engine, wanted: Browse) -> tuple[Rows, list[str]]:
    """Give what a person sees."""
    rows = engine.browsing.rows(wanted)
    return rows, [view.title for view in _views(engine, rows)]


def _views(engine: Engine, rows: Rows) -> list[ItemView]:
    views = engine.browsing.items_at(array("I", rows.numbers))
    assert None not in views
    return [view for view in views if view]


def test_lists_are_sorted_and_jump_where_they_say(shelves: Engine) -> None:
    rows, titles = seen(shelves, Browse())
    assert titles == [
        "Alpha", "a bee", "Beta", "École", "Extra", "Gamma", "Moon", "One", "Sun", "Three", "Two",
        "The Zebra",
    ]  # fmt: skip
    assert rows.jumps[:4] == (("A", 0), ("B", 1), ("E", 3), ("G", 5))
    rows, titles = seen(shelves, Browse(sort="series", text="series:dark"))
    assert titles == ["Alpha", "Beta", "Gamma", "Extra"]
    assert rows.jumps == (("Season 1", 0), ("Season 2", 2), ("Extras", 3))
    rows, titles = seen(shelves, Browse(sort="album", kinds=("song",)))
    assert titles == ["Moon", "Sun", "Two", "Three", "One"]
    assert rows.jumps == (("Anna", 0), ("Ben", 2), ("Carl", 3), ("Zoë", 4))
    rows, titles = seen(shelves, Browse(sort="album", text="album=Hits"))
    assert titles == ["One", "Two", "Three"], "one album goes from its first track to its last"
    assert rows.jumps == (("Disc 1", 0), ("Disc 2", 2))
    rows, titles = seen(shelves, Browse(sort="year", descending=True))
    assert titles[:3] == ["Sun", "The Zebra", "a bee"]
    assert rows.jumps == (("2001", 0), ("1999", 1), ("1994", 2), ("–", 3))
    rows, titles = seen(shelves, Browse(sort="added", text="added>2000"))
    assert titles == ["a bee", "École"]
    assert rows.jumps == (("May 2020", 0), ("Jun 2020", 1))


def test_numbers_are_jumped_in_by_steps(engine: Engine) -> None:
    lengths = (60, 120, 299, 300, 1199, 1200, 3600, 7199, 7200, 0)
    sizes = (1, 10**7 - 1, 10**7, 10**8 - 1, 10**8, 10**9 - 1, 10**9, 4 * 10**9 - 1, 4 * 10**9)
    made = [_item(n, f"Film {n}", Kind.FILM, duration=each) for n, each in enumerate(lengths)]
    places = {f"{n}.mkv": item for n, item in enumerate(made)}
    engine._store.write(lambda db: _put(db, places, (*sizes, 5 * 10**9)))
    assert engine.browsing.rows(Browse(sort="length")).jumps == (
        ("< 2 min", 0), ("2–5 min", 1), ("5–20 min", 3), ("20–60 min", 5), ("1–2 h", 6),
        ("> 2 h", 8), ("–", 9),
    )  # fmt: skip
    assert engine.browsing.rows(Browse(sort="size")).jumps == (
        ("< 10 MB", 0), ("10–100 MB", 2), ("0.1–1 GB", 4), ("1–4 GB", 6), ("> 4 GB", 8),
    )  # fmt: skip
    for item, plays in zip(made, (1, 2, 4, 5, 9, 10), strict=False):
        for day in range(plays):
            engine.event(item.id, "finished", at=1e9 + day * 1e5)
    assert engine.browsing.rows(Browse(sort="plays", descending=True)).jumps == (
        ("10 +", 0), ("5–9", 1), ("2–4", 3), ("once", 5), ("never", 6),
    )  # fmt: skip
    assert engine.browsing.rows(Browse(sort="random")).jumps == ()
    assert engine.browsing.rows(Browse(text="nothing of the kind")).jumps == ()


def test_what_has_too_many_labels_is_jumped_in_by_wider_ones(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "JST-9")
    time.tzset()
    try:
        added = [
            datetime(2019 + n // 12, n % 12 + 1, 1).astimezone().timestamp() for n in range(40)
        ]
        made = [
            _item(n, f"Song {n}", artist=f"{'ABCD'[n // 10]}{n}", year=1965 + n, added_at=added[n])
            for n in range(40)
        ]
        places = {f"{n}.mp3": item for n, item in enumerate([*made, _item(40, "Nobody's")])}
        engine._store.write(lambda db: _put(db, places))
        jumps = {
            sort: engine.browsing.rows(Browse(sort=sort)).jumps  # type: ignore[arg-type]
            for sort in ("year", "artist", "added")
        }
        few = engine.browsing.rows(Browse(sort="added", text="song added<2019-03-01"))
    finally:
        monkeypatch.undo()
        time.tzset()
    decades = (("1960s", 0), ("1970s", 5), ("1980s", 15), ("1990s", 25), ("2000s", 35), ("–", 40))
    assert jumps["year"] == decades
    assert jumps["artist"] == (("A", 0), ("B", 10), ("C", 20), ("D", 30), ("–", 40))
    assert jumps["added"] == (("2019", 0), ("2020", 12), ("2021", 24), ("2022", 36), ("–", 40))
    assert few.jumps == (("Jan 2019", 0), ("Feb 2019", 1)), "by this machine's clock"


def test_a_label_is_where_it_begins_though_others_stand_between(engine: Engine) -> None:
    """An episode that names no season is in the first one."""
    made = [
        _item(n, f"Part {n}", Kind.EPISODE, series="Dark", season=n % 2 or None, episode=n)
        for n in range(1, 7)
    ]
    places = {f"{n}.mkv": item for n, item in enumerate(made)}
    engine._store.write(lambda db: _put(db, places))
    rows, titles = seen(engine, Browse(sort="series"))
    assert titles == [f"Part {n}" for n in range(1, 7)]
    assert rows.jumps == (("Season 1", 0),)


def test_every_sort_gives_everything_both_ways(shelves: Engine) -> None:
    shelves.organising.rate([f"{3:032x}"], 4.5)
    for sort in get_args(Sort):
        for descending in (False, True):
            rows = shelves.browsing.rows(Browse(sort=sort, descending=descending))
            assert len(set(array("I", rows.numbers))) == 12
            starts = [start for _, start in rows.jumps]
            assert starts == sorted(starts)
            assert starts[:1] == ([] if sort == "random" else [0])


def test_what_a_person_did_comes_first_and_is_nobody_elses(shelves: Engine) -> None:
    ids = shelves.ids()
    shelves.organising.rate([ids[5]], 3.0)
    shelves.organising.rate([ids[2]], 5.0)
    shelves.event(ids[4], "finished", at=1e9)
    rows, titles = seen(shelves, Browse(sort="rating", descending=True))
    assert titles[:4] == ["Beta", "Gamma", "Alpha", "a bee"]
    assert rows.jumps == (("5 ★", 0), ("3 ★", 1), ("–", 2))
    assert seen(shelves, Browse(sort="played"))[1][:2] == ["Extra", "Alpha"]
    assert shelves.ids(text="is:rated") == (ids[2], ids[5])
    shelves.profiles.add("somebody else")
    assert shelves.ids(text="is:rated", profile="somebody else") == ()
    shelves.organising.undo()
    assert shelves.ids(text="stars>=1") == (ids[5],)


def test_a_list_follows_what_changes(shelves: Engine) -> None:
    assert seen(shelves, Browse(text="zebra"))[1] == ["The Zebra"]
    (zebra,) = shelves.ids(text="zebra")
    shelves.organising.edit([zebra], {"title": "Ant", "artist": "Anna"})
    shelves.organising.tag([zebra], add=["Striped"])
    assert seen(shelves, Browse(text="artist=anna"))[1] == ["Ant", "Moon", "Sun"]
    assert shelves.ids(text="tag:strip is:locked") == (zebra,)
    shelves.organising.undo()
    shelves.organising.undo()
    assert seen(shelves, Browse(text="zebra -tag:striped -is:locked"))[1] == ["The Zebra"]
    numbers = array("I", shelves.browsing.rows(Browse(text="zebra")).numbers)
    shelves.remove_folder("/made")
    assert shelves.browsing.rows(Browse()).numbers == b""
    assert shelves.browsing.ids_at(numbers) == (zebra,)
    assert shelves.browsing.items_at([10**6]) == (None,)


def test_collections_are_searched_by_name(shelves: Engine) -> None:
    shelves.organising.make_collection("My films")
    shelves.organising.collect("My films", shelves.ids(kinds=["film"])[:2])
    shelves.organising.make_collection("Old", search="year<2000", sort="year")
    assert seen(shelves, Browse(text='collection:"my f"'))[1] == ["a bee", "École"]
    assert seen(shelves, Browse(text="collection=old"))[1] == ["a bee", "The Zebra"]
    assert shelves.ids(text="collection:nothing") == ()


def test_groups_have_their_items(shelves: Engine) -> None:
    first = shelves.ids(text="alpha")[0]
    shelves.organising.mark([first], watched=True)
    (dark,) = shelves.browsing.groups("series")
    assert (dark.title, dark.line, dark.items, dark.unseen) == (
        "Dark", "2 seasons, 4 episodes", 4, 3,
    )  # fmt: skip
    assert dark.picture == f"artwork/{first}"
    albums = shelves.browsing.groups("albums")
    assert [(album.title, album.line) for album in albums] == [
        ("Days", "Anna · 2 songs"),
        ("Hits", "Various Artists · 3 songs"),
    ]
    artists = shelves.browsing.groups("artists")
    assert [artist.title for artist in artists] == ["Anna", "Anna feat. Ben", "Ben", "Carl", "Zoë"]
    assert [artist.letter for artist in artists] == ["A", "A", "B", "C", "Z"]
    assert artists[0].line == "1 album, 2 songs"
    for group in (dark, *albums, *artists):
        found = seen(shelves, Browse(text=group.search, sort=group.sort))[1]
        assert len(found) == group.items
    assert seen(shelves, Browse(text=albums[1].search, sort="album"))[1] == ["One", "Two", "Three"]
    assert [group.title for group in shelves.browsing.groups("artists", text="hits")] == [
        "Ben", "Carl", "Zoë",
    ]  # fmt: skip


def test_facets_of_a_real_library_narrow_it(ready: Engine) -> None:
    ready.feedback(ready.ids(text="rain")[0], "like")
    facets = {facet.name: facet for facet in ready.browsing.facets(Browse())}
    assert {"kind", "genre", "artist", "state", "drive"} - facets.keys() <= {"drive"}
    for facet in facets.values():
        for value in facet.values:
            assert len(ready.ids(text=value.search)) == value.items > 0
    narrowed = {f.name: f for f in ready.browsing.facets(Browse(text="rain OR snow"))}
    (folk,) = [value for value in narrowed["genre"].values if value.label == "Folk"]
    assert (folk.items, folk.search) == (2, "genre=Folk")


def test_alike_items_are_found(ready: Engine) -> None:
    alike = {name: {view.id for view in ready.similar(name).items} for name in ready.ids()}
    seed = next(name for name, found in alike.items() if found)
    (view,) = ready.views([seed])
    for name in (seed, view.title, view.title[1:].upper(), view.path):
        assert set(ready.ids(text=f'similar:"{name}"')) == alike[seed]


def test_a_storyboard_is_made_of_the_pictures_that_were_kept(ready: Engine) -> None:
    name = ready.ids(text="title=lighthouse")[0]
    page = ready.item(name)
    board = ready.browsing.storyboard(name)
    kept = [one for one in page.keyframes if one.image]
    assert len(kept) >= 2
    assert list(board.seconds) == [one.start for one in kept]
    with av.open(BytesIO(board.jpeg), format="mjpeg") as sprite:
        whole = next(sprite.decode(video=0)).to_ndarray(format="rgb24")
    rows = -(-len(kept) // board.columns)
    height, width = whole.shape[0] // rows, whole.shape[1] // board.columns
    assert max(height, width) == 192
    for place, one in enumerate(kept):
        with av.open(BytesIO(ready.pictures([one.image])[one.image]), format="mjpeg") as file:
            picture = next(file.decode(video=0)).reformat(width, height, "rgb24")
        down, along = divmod(place, board.columns)
        tile = whole[down * height : (down + 1) * height, along * width : (along + 1) * width]
        assert np.abs(tile - picture.to_ndarray().astype(float)).mean() < 12
    song = ready.ids(kinds=("song",))[0]
    assert ready.browsing.storyboard(song) == Storyboard()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (lambda e: e.browsing.rows(Browse(text="yaer:1")), "did you mean “year”"),
        (lambda e: e.browsing.rows(Browse(kinds=("opera",))), "no kind “opera”"),
        (lambda e: e.browsing.rows(Browse(sort="colour")), "no sort “colour”"),
        (lambda e: e.browsing.facets(Browse(text="(")), "ends too soon"),
        (lambda e: e.browsing.groups("colours"), "no “colours”"),
        (lambda e: e.browsing.rows(Browse(text="similar:zzz")), "Nothing is called “zzz”"),
    ],
)
def test_what_is_wrong_is_said(
    shelves: Engine, asked: Callable[[Engine], object], sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence.replace("(", r"\(")):
        asked(shelves)
