"""Folders of evaluation data: what is read of them, and what is said where they are wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mediadesk.api import Kind, UserError
from mediadesk.engine.trials.reading import read

_ITEMS = """item_id,title,year,kind,tags,text
b,"Ships, and storms",1995,movie,Sea Life|Drama,Waves.
a,Rain,,song,Folk,
c,2001,1968.0,opera,,
"""
_EVENTS = """user_id,item_id,value,at
zoe,b,1,20
adam,a,5,10
zoe,a,4,10
"""


def _write(folder: Path, items: str = _ITEMS, events: str = _EVENTS) -> Path:
    (folder / "items.csv").write_text(items, encoding="utf-8")
    (folder / "events.csv").write_text(events, encoding="utf-8")
    return folder


def test_items_and_events_are_read_in_an_order_of_their_own(tmp_path: Path) -> None:
    found = read(_write(tmp_path))
    assert [item.id for item in found.items] == ["a", "b", "c"]
    rain, ships, odyssey = found.items
    assert (ships.title, ships.year, ships.kind) == ("Ships, and storms", 1995, Kind.FILM)
    assert (ships.genres, ships.description) == (("Sea Life", "Drama"), "Waves.")
    assert (rain.year, rain.kind, rain.genres) == (None, Kind.SONG, ("Folk",))
    assert (odyssey.year, odyssey.kind, odyssey.genres) == (1968, Kind.CLIP, ())
    assert found.users == ("adam", "zoe")
    assert found.user.tolist() == [0, 1, 1]
    assert [found.items[n].id for n in found.item] == ["a", "a", "b"]
    assert found.value.tolist() == [5, 4, 1]
    assert found.at.tolist() == [10, 10, 20]
    assert found.is_test is None


def test_what_the_public_thinks_is_read_as_a_sidecar_file_tells_it(tmp_path: Path) -> None:
    items = "item_id,title,rating,votes\na,Rain,7.2,11800\nb,Ships,,\nc,Odyssey,10,\n"
    found = read(_write(tmp_path, items, "user_id,item_id\nme,a\n"))
    assert found.public == ({"rating": 0.72, "votes": 11800}, {}, {"rating": 1.0})
    assert read(_write(tmp_path)).public == ({}, {}, {})


@pytest.mark.parametrize("cells", ["11,5", "-1,5", "nan,5", "good,5", "7,-1", "7,inf"])
def test_a_rating_that_is_none_is_said_in_a_sentence(tmp_path: Path, cells: str) -> None:
    folder = _write(tmp_path, f"item_id,title,rating,votes\na,Rain,{cells}\n")
    with pytest.raises(UserError, match=r"line 2: “\S+” is no (number for “)?(rating|votes)"):
        read(folder)


@pytest.mark.parametrize(
    ("tags", "genres"),
    [("A b;C", ("A b", "C")), ("A b C", ("A", "b", "C")), ('"A, b|C;D"', ("A, b", "C;D"))],
)
def test_tags_are_parted_by_what_the_file_parts_them_with(
    tmp_path: Path, tags: str, genres: tuple[str, ...]
) -> None:
    items = f"item_id,title,tags\na,Rain,{tags}\nb,Ships,\n"
    assert read(_write(tmp_path, items)).items[0].genres == genres


def test_values_times_and_all_of_an_item_but_its_title_may_be_missing(tmp_path: Path) -> None:
    found = read(_write(tmp_path, "item_id,title\na,Rain\n", "user_id,item_id\nme,a\n\n"))
    assert found.value.tolist() == [1]
    assert found.at.tolist() == [0]
    assert found.items[0].kind is Kind.CLIP


def test_a_split_is_taken_over(tmp_path: Path) -> None:
    events = "user_id,item_id,value,at,split\nme,a,1,0,train\nme,b,1,0,test\n"
    found = read(_write(tmp_path, events=events))
    assert found.is_test is not None
    assert {
        found.items[n].id: bool(is_test)
        for n, is_test in zip(found.item, found.is_test, strict=True)
    } == {
        "a": False,
        "b": True,
    }


def test_of_what_a_person_did_with_an_item_the_last_counts(tmp_path: Path) -> None:
    events = "user_id,item_id,value,at\nme,a,5,30\nme,a,1,10\nme,b,2,7\nme,b,3,7\n"
    found = read(_write(tmp_path, events=events))
    assert found.value.tolist() == [3, 5]


def test_the_order_of_lines_leaves_no_trace(tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    head, *lines = ["user_id,item_id,value,at,split"] + [
        f"u{n % 7},{'abc'[n % 3]},{n % 5},{n % 2},{'test' if n % 4 else 'train'}" for n in range(84)
    ]
    first = read(_write(tmp_path, events="\n".join([head, *lines])))
    item_head, *item_lines = _ITEMS.splitlines()
    for _ in range(3):
        mixed = "\n".join([head, *chance.permutation(lines)])
        items = "\n".join([item_head, *chance.permutation(item_lines)])
        found = read(_write(tmp_path, items, mixed))
        assert found.items == first.items
        assert found.users == first.users
        for name in ("user", "item", "value", "at", "is_test"):
            assert getattr(found, name).tolist() == getattr(first, name).tolist()


_E = "user_id,item_id,value,at\n"
_I = "item_id,title,year\n"


@pytest.mark.parametrize(
    ("items", "events", "said"),
    [
        ("title\nRain\n", _EVENTS, ("items.csv”", "no column “item_id”")),
        ("", _EVENTS, ("items.csv”", "no column “item_id”")),
        (_I + "a,Rain,1995\nb,Ships,soon\n", _EVENTS, ("items.csv”, line 3", "“soon”", "“year”")),
        (_I + "a,Rain,1995.5\n", _EVENTS, ("items.csv”, line 2", "no year")),
        (_I + "a,Rain,1\na,Rain,1\n", _EVENTS, ("items.csv”, line 3", "“a”", "twice")),
        (_I + ",Rain,1\n", _EVENTS, ("items.csv”, line 2", "item_id")),
        (_I + "a,Rain, in spring,1\n", _EVENTS, ("items.csv”, line 2", "4 cells", "quotes")),
        (_I + 'a,"Rain" b,1\n', _EVENTS, ("items.csv”, after line", "no CSV")),
        (_ITEMS, "user_id,value\nme,1\n", ("events.csv”", "no column “item_id”")),
        (_ITEMS, _E, ("events.csv”", "no events")),
        (_ITEMS, _E + "me,a,1,0\nme,x,1,0\n", ("events.csv”, line 3", "“x”", "items.csv")),
        (_ITEMS, _E + "me,a,good,0\n", ("events.csv”, line 2", "“good”", "“value”")),
        (_ITEMS, _E + "me,a,nan,0\n", ("events.csv”, line 2", "“nan”")),
        (_ITEMS, _E + ",a,1,0\n", ("events.csv”, line 2", "user_id")),
        (_ITEMS, "user_id,item_id,split\nme,a,both\n", ("events.csv”, line 2", "“both”", "train")),
    ],
)
def test_what_can_not_be_understood_is_named_with_its_line_and_the_remedy(
    tmp_path: Path, items: str, events: str, said: tuple[str, ...]
) -> None:
    with pytest.raises(UserError) as caught:
        read(_write(tmp_path, items, events))
    for part in said:
        assert part in str(caught.value)
    assert "\n" not in str(caught.value)
    assert ": " in str(caught.value)


def test_files_that_are_not_there_or_no_text_are_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"items\.csv” is not there"):
        read(tmp_path)
    _write(tmp_path)
    (tmp_path / "events.csv").unlink()
    with pytest.raises(UserError, match=r"events\.csv” is not there"):
        read(tmp_path)
    (tmp_path / "events.csv").write_bytes(b"user_id,item_id\n\xff\xfe,a\n")
    with pytest.raises(UserError, match=r"events\.csv” is not written in UTF-8"):
        read(tmp_path)
    (tmp_path / "events.csv").unlink()
    (tmp_path / "events.csv").mkdir()
    with pytest.raises(UserError, match=r"events\.csv” can't be read"):
        read(tmp_path)
