"""What `mediadesk item ID --json` tells of a film and of a song that were really analysed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import library_factory
import pytest
from command import Command, Inside
from film_factory import film

from mediadesk.understand.highlights import TELLING, TYPICAL

SHIP = (
    "The captain turned the wheel and the ship left its course.",
    "The sailors took in the sails and tied the ropes to the mast.",
    "Below the deck of the schooner the crew slept in hammocks.",
    "They threw the anchor, but the water was too deep.",
    "A second ship with three masts came up behind them.",
    "The old steamship was sold and broken up for its iron.",
)
STORM = (
    "Black clouds stood above the ocean, and the wind grew.",
    "A great wave broke over the bow of the ship.",
    "Rain and lightning came down upon the sea all night.",
    "The storm drove the ship towards the rocks of the coast.",
    "At night the lighthouse was the only light they saw.",
    "In the morning the sea was calm and the gale was over.",
)
HARBOUR = (
    "In the harbour the fishing boats lay side by side.",
    "The ferry to the island leaves the pier at noon.",
    "Cranes lifted containers from the cargo ship to the dock.",
    "The pilot brought the tanker safely into the port.",
    "On the quay the fishermen mended their nets.",
    "A sailing boat was painted white in the dry dock.",
)
ISLAND = (
    "They rowed a small boat through the surf to the beach.",
    "The island had palms, white sand and clear water.",
    "From the cliff they looked for a ship on the horizon.",
    "The castaways built a raft out of planks and barrels.",
    "The tide carried the wreck back to the shore.",
    "After a year at sea a frigate took them home.",
)
LINES = (*SHIP, *STORM, *HARBOUR, *ISLAND)
NFO = """<movie><title>Four Days</title><year>2019</year>
<plot>Ships, storms and an island.</plot><director>Ann Lee</director>
<actor><name>Ben Okri</name><role>Captain</role></actor></movie>"""
SECONDS = 960
OF_ITEM = {"item", "facts", "tags", "moments", "jobs", "keyframes", "passages", "sound", "summary"}


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    film(folder / "Four Days (2019).mkv", seconds=SECONDS, loud=400, lines=LINES)
    (folder / "Four Days (2019).nfo").write_text(NFO, encoding="utf-8")
    library_factory.rest(*folder.iterdir())
    return folder


def test_a_film_is_told_by_its_pictures_words_and_sound(inside_empty: Inside, media: Path) -> None:
    inside_empty.json("library", "add", str(media))
    assert not inside_empty.json("analyze", "--wait")["problems"]
    (listed,) = inside_empty.json("items")["items"]
    page = inside_empty.json("item", listed["id"])
    assert page.keys() >= OF_ITEM
    assert {job["state"] for job in page["jobs"]} == {"done"}

    frames = page["keyframes"]
    assert 8 <= len(frames) <= 16
    assert [frame["start"] for frame in frames] == sorted({frame["start"] for frame in frames})
    assert all(0 <= frame["start"] < frame["end"] <= SECONDS + 8 for frame in frames)
    assert frames[0]["start"] < SECONDS / 8 < SECONDS * 7 / 8 < frames[-1]["end"]
    assert all(frame["image"] for frame in frames)

    each = SECONDS / len(LINES)
    said = [(passage["start"], passage["end"], passage["text"]) for passage in page["passages"]]
    assert said == [(n * each, n * each + 3, line) for n, line in enumerate(LINES)]
    quotes = [(quote["start"], quote["text"]) for quote in page["summary"]]
    assert 3 <= len(quotes) <= 5
    assert {*quotes} <= {(start, text) for start, _, text in said}

    sound = page["sound"]
    assert sound["silence_share"] < 0.5
    assert all(0 <= value <= 1 for name, value in sound.items() if name.endswith("_share"))
    assert -70 < sound["loudness_lufs"] < 0
    assert page["languages"].keys() == {"en"}
    assert 0.5 < page["languages"]["en"] <= 1

    assert page["tags"].keys() & {"ships", "sea"}
    assert all(0 < sure <= 1 for sure in page["tags"].values())
    assert page["item"]["kind"] == "film"
    assert page["kinds"]
    assert all(0 < sure <= 1 for sure in page["kinds"].values())
    assert_moments(page["moments"], [frame["start"] for frame in frames])
    chapters = page["chapters"]
    assert len(chapters) >= 2
    assert all(chapter["proposed"] and chapter["title"] for chapter in chapters)
    assert chapters[0]["start"] == 0

    nodes = {(node["kind"], node["name"], node["role"]): node for node in page["nodes"]}
    assert nodes.keys() >= {("person", "Ann Lee", "director"), ("person", "Ben Okri", "actor")}
    assert all(0 < node["confidence"] <= 1 and node["source"] for node in nodes.values())
    (found,) = inside_empty.json("items", nodes["person", "Ann Lee", "director"]["search"])["items"]
    assert found["id"] == listed["id"]


def assert_moments(moments: Sequence[dict[str, Any]], frames: Sequence[float]) -> None:
    """Each key moment has a picture and why; those of lines have what is said then."""
    assert 3 <= len(moments) <= 8
    assert [each["start"] for each in moments] == sorted(each["start"] for each in moments)
    assert all(each["image"] and each["why"] and each["start"] <= each["end"] for each in moments)
    lines = [each["text"] for each in moments if each["text"]]
    assert len(lines) >= 3
    assert {*lines} <= {*LINES}
    assert {TELLING, TYPICAL} <= {each["why"] for each in moments}
    assert {each["start"] for each in moments if each["why"] != TELLING} <= {*frames}


def test_a_song_is_told_by_its_sound_and_tags(inside: Command) -> None:
    (rain,) = [item for item in inside.json("items")["items"] if item["title"] == "Rain"]
    page = inside.json("item", rain["id"])
    assert page.keys() >= OF_ITEM
    assert {job["state"] for job in page["jobs"]} == {"done"}
    assert {job["extractor"] for job in page["jobs"]} >= {"audio", "text", "understanding"}
    sound = page["sound"]
    shares = {name: value for name, value in sound.items() if name.endswith("_share")}
    assert shares.keys() >= {"speech_share", "music_share", "silence_share"}
    assert all(0 <= share <= 1 for share in shares.values())
    assert sound["silence_share"] < 0.5
    assert -70 < sound["loudness_lufs"] < 0
    assert (page["keyframes"], page["passages"], page["summary"]) == ([], [], [])
    assert all(0 < sure <= 1 for sure in page["tags"].values())
    assert 0 < page["kinds"]["song"] <= 1
    nodes = {(node["kind"], node["name"]): node for node in page["nodes"]}
    assert nodes.keys() >= {("person", "Anna"), ("album", "Weather"), ("genre", "Folk")}
    assert all(0 < node["confidence"] <= 1 for node in nodes.values())
