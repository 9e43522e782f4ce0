"""What comes next is offered, however large the library is."""

from pathlib import Path

from sqlite_utils import Database

from mediadesk.api import EventKind, Item, Kind
from mediadesk.models import Models
from mediadesk.recommend.index import Index
from mediadesk.recommend.ranking import Parts
from mediadesk.recommend.recommender import Recommender
from mediadesk.store import Store, library, locations, oplog, roots
from mediadesk.store.locations import Location
from mediadesk_next import Next

NOW = 1_800_000_000.0
DAY = 86_400.0


def fill(db: Database) -> None:
    """Make a series of 400 episodes, an album of 60 tracks, and 300 films that are newer."""
    roots.add(db, Path("/m"))
    items = [
        Item(id=f"e{n}", kind=Kind.EPISODE, title=f"{n}", path=None, series="Dark", episode=n)
        for n in range(1, 401)
    ]
    items += [
        Item(id=f"t{n}", kind=Kind.SONG, title=f"{n}", path=None, album="Rain", track=n)
        for n in range(1, 61)
    ]
    items += [
        Item(id=f"f{n}", kind=Kind.FILM, title=f"Film {n}", path=None, added_at=NOW - DAY)
        for n in range(300)
    ]
    for item in items:
        place = Location(path=Path(f"/m/{item.id}"), root=Path("/m"), size=1, mtime_ns=1)
        locations.save_locations(db, [place])
        library.save_item(db, item, facts={}, location=place)
    for item, at in (("e300", NOW - DAY), ("t30", NOW - 600)):
        oplog.add_event(db, profile="me", item=item, kind=EventKind.FINISHED, at=at)


def test_the_next_episode_and_track_are_offered_and_come_first(
    store: Store, models: Models, tmp_path: Path
) -> None:
    store.write(fill)
    recommender = Recommender(
        store,
        Index(store, tmp_path / "index"),
        lambda: Parts(rankers=[(Next(str), models.runner(Next.model))]),
    )
    why = {name: recommender.why(name, profile="me", now=NOW) for name in ("e301", "t31")}
    assert {each.rank for each in why.values()} == {1, 2}
    shelves = {shelf.id: shelf for shelf in recommender.panel("me", now=NOW).shelves}
    first = [pick.item for pick in shelves["picks"].items]
    assert set(first[:2]) == {"e301", "t31"}
    reason = shelves["picks"].items[first.index("e301")].reasons[0]
    assert (reason.ranker, reason.seed) == ("next", "e300")
    assert "comes after it" in reason.text
