"""The commands that rate, mark, tag, note, edit, collect and merge, as a person would run them."""

import json
from typing import Any

import pytest
from command import Command


@pytest.fixture
def titles(inside: Command) -> dict[str, str]:
    return {item["title"]: item["id"] for item in inside.json("items")["items"]}


def error(command: Command, *words: str) -> str:
    """The sentence with which a command is refused."""
    done = command.run(*words, "--json")
    assert done.returncode == 1, done.stdout
    return str(json.loads(done.stdout)["error"])


def item(command: Command, name: str) -> dict[str, Any]:
    return dict(command.json("item", name))


def test_many_items_are_rated_and_marked_by_a_search_and_it_is_taken_back(
    inside: Command, titles: dict[str, str]
) -> None:
    change = inside.json("rate", "--search", "artist:anna", "4.5")
    assert (change["items"], change["says"]) == (2, "Rated 2 items 4.5 of 5")
    inside.text("profiles", "add", "ben")
    marked = inside.text("mark", titles["Rain"], titles["Wind"], "--watched", "--profile", "ben")
    assert marked.startswith("Marked 2 items as watched.\nTake it back with “mediadesk undo ")
    assert item(inside, titles["Rain"])["item"]["stars"] == 4.5
    assert not item(inside, titles["Rain"])["item"]["finished"]
    assert [each["says"] for each in inside.json("changes")] == [
        "Marked 2 items as watched", "Rated 2 items 4.5 of 5",
    ]  # fmt: skip
    inside.json("undo", change["id"])
    assert item(inside, titles["Rain"])["item"]["stars"] is None
    assert "(taken back)" in inside.text("changes")
    assert inside.text("rate", titles["Rain"], "none").startswith("Nothing is different")
    for words, sentence in (
        (("rate", titles["Rain"], "lots"), "“lots” is no rating"),
        (("rate", "3"), "No item is named"),
        (("rate", "--search", "nowhere to be found", "3"), "finds nothing"),
        (("rate", titles["Rain"], "--search", "rain", "3"), "not both"),
        (("rate", "--search", " ", "3"), "An empty --search would mean every item"),
        (("mark", titles["Rain"]), "add --watched or --unwatched"),
        (("undo", "nothing"), "no change “nothing”"),
    ):
        assert sentence in error(inside, *words)


def test_tags_notes_and_fields_are_written_and_shown(
    inside: Command, titles: dict[str, str]
) -> None:
    inside.json("tag", titles["Rain"], titles["Snow"], "--add", "Winter", "--add", "wet")
    inside.json("tag", titles["Rain"], "--remove", "WINTER")
    assert inside.json("tags") == [["wet", 2], ["Winter", 1]]
    assert "2  wet" in inside.text("tags")
    inside.json("note", titles["Rain"], "For the wedding.")
    assert inside.text("note", titles["Rain"]) == "For the wedding.\n"
    shown = inside.text("item", titles["Rain"])
    assert "  Your tags: wet\n" in shown
    assert "  Note: For the wedding.\n" in shown
    inside.json("note", titles["Rain"], "")
    assert inside.json("note", titles["Rain"]) == {"note": ""}
    assert inside.text("note", titles["Rain"]) == "There is no note on it.\n"
    changed = inside.json("edit", titles["Rain"], titles["Snow"], "year=1999", "genres=A, B")
    assert changed["says"] == "Changed the year and genres of 2 items"
    assert "  Year: 1999  (set by you)\n" in inside.text("item", titles["Rain"])
    assert inside.json("edit", titles["Rain"], "Album artist=Ann")["items"] == 1
    inside.json("edit", "--search", "year:1999", "genres=")
    fields = {each["name"]: each for each in item(inside, titles["Rain"])["fields"]}
    assert (fields["year"]["value"], fields["year"]["locked"]) == ("1999", True)
    assert (fields["genres"]["value"], fields["genres"]["locked"]) == ("Folk", False)
    assert "no field “colour”" in error(inside, "edit", titles["Rain"], "colour=red")
    assert "name a field" in error(inside, "edit", titles["Rain"])
    assert "No item “./a=b.mkv”" in error(inside, "edit", "./a=b.mkv", "year=1999")


def test_collections_are_made_filled_shown_renamed_and_removed(
    inside: Command, titles: dict[str, str]
) -> None:
    assert inside.text("collection", "list") == "There is no collection yet.\n"
    inside.json("collection", "new", "Weather")
    inside.json("collection", "add", "weather", titles["Snow"], titles["Rain"])
    shown = inside.json("collection", "show", "Weather")
    assert [each["title"] for each in shown] == ["Snow", "Rain"]
    smart = inside.json("collection", "new", "Anna's", "--search", "artist:anna")
    assert (smart["items"], smart["search"]) == (2, "artist:anna")
    inside.json("collection", "search", "Anna's", "artist:anna rain")
    inside.json("collection", "rename", "Anna's", "Hers")
    assert "     1  Hers  (artist:anna rain)" in inside.text("collection", "list")
    inside.json("collection", "take", "Weather", "--search", "snow")
    assert [each["title"] for each in inside.json("collection", "show", "Weather")] == ["Rain"]
    inside.json("collection", "remove", "Weather")
    assert [each["name"] for each in inside.json("collection", "list")] == ["Hers"]
    assert "no collection “Weather”" in error(inside, "collection", "show", "Weather")
    assert "its search finds" in error(inside, "collection", "add", "Hers", titles["Wind"])


def test_two_items_become_one_and_two_again(inside: Command, titles: dict[str, str]) -> None:
    assert inside.json("duplicates") == []
    assert inside.text("duplicates").startswith("No two items are the same")
    rain, snow = titles["Rain"], titles["Snow"]
    inside.json("rate", snow, "5")
    merged = inside.text("merge", rain, snow)
    assert merged.startswith("Merged 2 items into “Rain”.")
    page = item(inside, rain)
    assert (page["item"]["stars"], len(page["versions"])) == (5, 2)
    shown = inside.text("item", rain)
    assert "  ★ 5\n" in shown.partition("\n")[0] + "\n"
    assert "Rain.mp3  (is played)\n" in shown
    assert item(inside, snow)["item"]["id"] == rain
    inside.json("undo")
    assert item(inside, snow)["item"]["title"] == "Snow"
    assert item(inside, rain)["item"]["stars"] is None
    assert "one item already" in error(inside, "merge", rain, rain)
    assert inside.json("apart", rain, snow)["items"] == 2


def test_a_tag_that_is_taken_back_is_not_kept_as_a_taggers(inside: Command) -> None:
    item = inside.json("items")["items"][0]["id"]
    inside.text("tag", item, "--add", "oops")
    assert inside.json("item", item)["tags"]["oops"] == 1.0
    inside.text("undo")
    assert "oops" not in inside.json("item", item)["tags"]
