"""The commands that look through a library: sorted, counted, and in groups."""

import json

import pytest
from command import Command

ITEMS = ("items", "kind:song -artist=ben")


def titles(inside: Command, *words: str) -> list[str]:
    """Give the titles that are listed."""
    return [item["title"] for item in inside.json(*words)["items"]]


def test_items_are_sorted_and_passed_by(inside: Command) -> None:
    by_title = titles(inside, *ITEMS)
    assert by_title == sorted(by_title, key=str.casefold)
    assert titles(inside, *ITEMS, "--descending") == by_title[::-1]
    assert titles(inside, *ITEMS, "--offset", "1", "--limit", "1") == by_title[1:2]
    lengths = [item["duration_s"] for item in inside.json("items", "--sort", "length")["items"]]
    assert lengths == sorted(lengths)


def test_what_is_found_is_counted(inside: Command) -> None:
    facets = {facet["name"]: facet["values"] for facet in inside.json("items", "--facets")}
    (folk,) = [value for value in facets["genre"] if value["label"] == "Folk"]
    assert len(titles(inside, "items", folk["search"])) == folk["items"] == 2
    assert "Folk  (genre=Folk)" in inside.text("items", "weather", "--facets")
    assert "  Not seen  (NOT is:seen)\n" in inside.text("items", "--facets")  # can be typed
    assert len(titles(inside, "items", "NOT is:seen")) == len(titles(inside, "items"))
    assert inside.text("items", "nothing like it", "--facets") == "Nothing found.\n"
    assert inside.text("items", "nothing like it").startswith("Nothing found: “mediadesk items -")


def test_albums_and_artists_are_listed(inside: Command) -> None:
    (weather,) = [group for group in inside.json("albums") if group["title"] == "Weather"]
    assert (weather["line"], weather["items"], weather["unseen"]) == ("Anna · 2 songs", 2, 2)
    assert titles(inside, "items", weather["search"], "--sort", weather["sort"]) == ["Rain", "Snow"]
    assert [group["title"] for group in inside.json("artists", "weather")] == ["Anna"]
    assert "Weather  (Anna · 2 songs; 2 not seen)" in inside.text("albums")
    assert inside.json("series") == []
    assert "Nothing found" in inside.text("series")


def test_the_graph_is_walked_from_a_person_to_their_songs_and_on(inside: Command) -> None:
    nodes = {facet["name"]: facet["values"] for facet in inside.json("graph")}
    assert "Anna" in [value["label"] for value in nodes["person"]]
    anna = inside.json("graph", "person:anna")
    assert (anna["name"], [item["title"] for item in anna["items"]]) == ("Anna", ["Rain", "Snow"])
    assert {facet["name"] for facet in anna["near"]} >= {"album", "genre"}
    told = inside.text("graph", "Anna")
    assert told.startswith("Person “Anna”\n")
    assert "(artist)" in told
    assert "Weather  (album=Weather)" in told
    failed = inside.run("graph", "Nobody")
    assert (failed.returncode, "“mediadesk graph” lists" in failed.stderr) == (1, True)


def test_all_that_is_inside_an_item_is_told(inside: Command) -> None:
    harbour = inside.json("item", inside.json("items", "harbour")["items"][0]["id"])
    assert [passage["text"] for passage in harbour["passages"]]
    assert all(frame["image"] and frame["start"] >= 0 for frame in harbour["keyframes"])
    assert harbour["keyframes"]
    assert 0 <= harbour["sound"]["silence_share"] <= 1
    assert list(harbour["languages"]) == ["en"]
    assert 0 < harbour["languages"]["en"] <= 1
    assert {"summary", "moments", "chapters", "tags", "nodes", "spans"} <= harbour.keys()
    told = inside.text("item", harbour["item"]["id"])
    assert "Said:" in told
    assert "The boats come home." in told


@pytest.mark.parametrize("words", [("items", "--sort", "colour"), ("items", "--offset", "-1")])
def test_what_no_list_has_is_refused(inside: Command, words: tuple[str, ...]) -> None:
    assert inside.run(*words).returncode == 2
    done = inside.run(*words, "--json")
    assert done.returncode == 2
    assert words[1] in json.loads(done.stdout)["error"]
    assert not done.stderr
