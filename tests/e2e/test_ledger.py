"""The commands that preview feedback and keep the ledger, as a person types them."""

from __future__ import annotations

from pathlib import Path

from command import Command


def test_a_preview_and_the_ledger_on_the_command_line(inside: Command, media: Path) -> None:
    film = str(media / "Rain.mp3")
    before = inside.json("for-you")["shelves"]
    told = inside.json("feedback", film, "like", "--preview")
    assert told["kind"] == "like"
    assert told["before"]["shelves"] == before
    assert told["after"]["shelves"] != before
    assert {"item", "shelf", "before", "after"} <= told["moves"][0].keys()
    assert inside.json("ledger")["opinions"] == []
    inside.json("feedback", film, "like")
    (opinion,) = inside.json("ledger")["opinions"]
    assert (opinion["item"]["title"], opinion["value"]) == ("Rain", 1.0)
    inside.json("tag", film, "--add", "Drizzle")
    made = inside.json("ledger", "less", "drizzle", "--by", "2")
    assert inside.json("ledger")["leanings"] == [{"name": "drizzle", "weight": -2.0, "items": 1}]
    inside.json("undo", made["id"])
    inside.json("ledger", "forget-tag", "drizzle")
    assert inside.json("ledger")["tags"] == {}
    inside.json("ledger", "forget", opinion["sources"][0]["id"])
    assert inside.json("ledger") == told_nothing(inside)


def told_nothing(inside: Command) -> dict[str, object]:
    now = inside.json("ledger")
    return now | {"opinions": [], "leanings": []}
