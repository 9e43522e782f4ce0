"""Profiles, a group, a child and private mode by the command alone."""

from pathlib import Path
from typing import Any

import pytest
from command import Inside
from library_factory import analysed, copied


@pytest.fixture
def inside(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Inside:
    _, data = analysed(tmp_path_factory.getbasetemp())
    return Inside(copied(data, tmp_path / "library"))


def listed(inside: Inside, *more: str) -> list[str]:
    return [one["title"] for one in inside.json("items", *more)["items"]]


def test_a_child_sees_what_it_may_and_leaves_with_the_pin_only(inside: Inside) -> None:
    refused = inside.run("profiles", "add", "kid", "--max-rating", "12")
    assert "Limits need a PIN" in refused.stderr
    assert refused.returncode == 1
    assert "give it with “--new”" in inside.run("profiles", "pin").stderr
    inside.text("profiles", "pin", "--new", "2468")
    inside.text("tag", "--add", "ours", listed_id(inside, "Harbour"))
    added = inside.json(
        "profiles", "add", "kid", "--max-rating", "12", "--allow-tag", "ours", "--pin", "2468"
    )
    assert added == ["me", "kid"]
    assert listed(inside, "--profile", "kid") == ["Harbour"]
    inside.text(
        "profiles",
        "limit",
        "kid",
        "--max-rating",
        "12",
        "--allow-tag",
        "ours",
        "--block",
        "war",
        "--pin",
        "2468",
    )
    shown = "me  looks now\nkid  up to 12 years  never: war  also tagged: ours\n"
    assert inside.text("profiles", "show") == shown
    inside.text("profiles", "use", "kid")
    told: dict[str, Any] = inside.json("profiles", "show")
    assert told["now"] == "kid"
    assert told["profiles"][0]["limits"]["max_age"] == 12
    assert listed(inside) == ["Harbour"]
    for words in (["profiles", "use", "me"], ["profiles", "limit", "kid", "--none"]):
        assert "needs the household's PIN" in inside.run(*words).stderr
    assert "“kid” has limits" in inside.run("items", "--profile", "me").stderr
    for words in (["analyze"], ["plugins", "install", "x.whl"], ["tag", "--add", "x", "y"]):
        assert "the library can't be changed" in inside.run(*words).stderr
    assert "not the household's PIN" in inside.run("profiles", "use", "me", "--pin", "1").stderr
    inside.text("profiles", "use", "me", "--pin", "2468")
    assert len(listed(inside)) > 1
    assert "may see" not in inside.text("profiles", "limit", "kid", "--none", "--pin", "2468")
    assert listed(inside, "--profile", "kid") == listed(inside)


def test_a_group_is_made_changed_and_has_a_panel(inside: Inside) -> None:
    for name in ("anna", "ben"):
        inside.text("profiles", "add", name)
    inside.text("profiles", "add", "Us", "--group", "anna, ben")
    inside.text("feedback", listed_id(inside, "Rain"), "like", "--profile", "anna")
    panel = inside.json("for-you", "--profile", "Us")
    assert panel["profile"] == "Us"
    assert "Rain" not in {card["title"] for shelf in panel["shelves"] for card in shelf["items"]}
    changed = inside.json("profiles", "group", "Us", "me,ben")
    assert changed["members"] == ["me", "ben"]
    assert "together: me, ben" in inside.text("profiles", "show")


def test_a_private_command_leaves_no_trace(inside: Inside) -> None:
    item = listed_id(inside, "Harbour")
    inside.text("--private", "event", item, "finished", "--share", "1")
    inside.text("--private", "ask", "the sea")
    assert "Nothing is recorded" in inside.run("--private", "feedback", item, "like").stderr
    assert inside.json("item", item)["item"]["plays"] == 0
    at = ["--page", "for-you", "--shelf", "picks", "--slot", "2", "--unattended", "9000"]
    inside.text("event", item, "finished", "--share", "1", *at)
    assert inside.json("item", item)["item"]["plays"] == 0, "nobody was there"
    inside.text("event", item, "finished", "--share", "1")
    assert inside.json("item", item)["item"]["plays"] == 1


def listed_id(inside: Inside, title: str) -> str:
    found = inside.json("items", title)["items"]
    return next(str(one["id"]) for one in found if one["title"] == title)
