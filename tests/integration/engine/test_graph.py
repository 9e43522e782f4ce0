"""Walking the graph: from an item to a person, to their other items, and on."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest
from media_factory import clip
from read_library import ReadLibrary

from mediadesk.api import Item, Kind, UserError
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import Browse, Facet
from mediadesk.store import Database, graph, library, locations, roots, told

_FILMS: Mapping[str, dict[str, object]] = {
    "Cléo": {"credits": {"director": ["Agnès Varda"], "actor": ["Corinne Marchand"],
                         "country": ["France"]}, "genres": ["Drama"]},
    "Faces": {"credits": {"director": ["Agnès Varda", "JR"], "actor": ["agnes varda"],
                          "country": ["France"]}},
    "Lola": {"credits": {"director": ["Jacques Demy"], "actor": ["Corinne Marchand"]},
             "set": "Demy"},
}  # fmt: skip


def _put(db: Database) -> None:
    roots.add(db, Path("/made"))
    items = [Item(id=f"{n:032x}", kind=Kind.FILM, title=title, path=None)
             for n, title in enumerate(_FILMS)]  # fmt: skip
    items.append(Item(id=f"{9:032x}", kind=Kind.SONG, title="Sans toi", path=None))
    for item in items:
        path = Path("/made") / f"{item.title}.mkv"
        location = locations.Location(path=path, root=Path("/made"), size=1, mtime_ns=1)
        locations.save_locations(db, [location])
        library.save_item(db, item, facts={}, location=location)
        said = {"title": item.title, **_FILMS.get(item.title, {"artist": "Corinne Marchand"})}
        told.tell(db, item.id, "sidecar", said)
    told.settle(db, [item.id for item in items])


@pytest.fixture
def films(engine: Engine) -> Engine:
    engine._store.write(_put)
    return engine


def _counts(facets: tuple[Facet, ...]) -> dict[str, dict[str, int]]:
    return {each.name: {one.label: one.items for one in each.values} for each in facets}


def test_a_person_leads_to_all_that_they_made_and_to_whom_they_made_it_with(films: Engine) -> None:
    varda = films.browsing.node("person:agnes VARDA")
    assert (varda.kind, varda.name) == ("person", "Agnès Varda")
    titles = {each.id: each.title for each in varda.items}
    assert {titles[item]: roles for item, roles in varda.roles.items()} == {
        "Cléo": ("director",), "Faces": ("director", "actor")
    }  # fmt: skip
    near = _counts(varda.near)
    assert near["person"] == {"Corinne Marchand": 1, "JR": 1}
    assert (near["place"], near["genre"]) == ({"France": 2}, {"Drama": 1})
    marchand = films.browsing.node(varda.near[0].values[0].label)
    assert {each.title for each in marchand.items} == {"Cléo", "Lola", "Sans toi"}
    assert {*marchand.roles.values()} == {("actor",), ("artist",)}
    found = films.browsing.rows(Browse(text=marchand.search)).numbers
    assert len(found) // 4 == len(marchand.items)
    assert len(films.browsing.node("Agnès Varda", limit=1).items) == 1


def test_every_node_that_is_listed_can_be_walked_to_and_has_as_many_items(films: Engine) -> None:
    nodes = films.browsing.nodes()
    assert [each.name for each in nodes] == ["person", "place", "set", "genre"]
    for facet in nodes:
        for value in facet.values:
            node = films.browsing.node(f"{facet.name}:{value.label}")
            assert len(node.items) == value.items, value
            assert node.search == value.search
            assert value.label not in _counts(node.near).get(facet.name, {})


def test_what_is_no_node_is_told(films: Engine) -> None:
    for name in ("person:Nobody", "Nobody", "", "place:", ":", "planet:Agnès Varda"):
        with pytest.raises(UserError, match="mediadesk graph"):
            films.browsing.node(name)


def test_a_name_of_two_kinds_is_asked_for(films: Engine) -> None:
    lola = f"{2:032x}"
    said = {"set": "JR", "credits": {"actor": ["JR"]}}
    films._store.write(lambda db: told.tell(db, lola, "sidecar", said))
    films._store.write(lambda db: told.settle(db, [lola]))
    with pytest.raises(UserError, match="“person:JR” or “set:JR”"):
        films.browsing.node("jr")
    assert films.browsing.node("set:jr").items


def test_the_page_of_an_item_names_its_nodes_each_with_a_search_that_finds_it(
    films: Engine,
) -> None:
    page = films.item(f"{0:032x}")
    assert [(each.kind, each.name, each.role) for each in page.nodes] == [
        ("genre", "Drama", "genre"),
        ("person", "Agnès Varda", "director"),
        ("person", "Corinne Marchand", "actor"),
        ("place", "France", "country"),
    ]
    for node in page.nodes:
        assert page.item.id in films.ids(text=node.search)
    assert films.ids(text="varda") == films.ids(text="person:varda")


def test_an_nfo_file_leads_to_people_and_they_follow_when_it_changes(tmp_path: Path) -> None:
    home = ReadLibrary(tmp_path)
    try:
        path = clip(home.root / "Film (1990).mkv", seconds=1)
        beside = path.with_suffix(".nfo")
        home.read()
        item = home.item(path).id
        seen = partial(graph.of_item, home.store.read(), item)
        assert seen() == []
        beside.write_text("<movie><title>Film</title><director>Ann</director></movie>")
        home.read()
        assert [(each.name, each.role, each.source) for each in seen()] == [
            ("Ann", "director", "sidecar")
        ]
        beside.write_text("<movie><title>Film</title><credits>Benjamin</credits></movie>")
        home.read()
        assert [(each.name, each.role) for each in seen()] == [("Benjamin", "writer")]
        beside.unlink()
        home.read()
        assert seen() == []
    finally:
        home.store.close()
