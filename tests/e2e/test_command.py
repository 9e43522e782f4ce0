"""Every command of the first version, as a person or a script would run it."""

import json
import os
import shutil
import sqlite3
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from command import Command
from library_factory import rest

ITEM = {"id", "title", "kind", "path", "available", "duration_s"}
CARD = ITEM | {"score", "rankers", "reasons"}
REASON = {"text", "ranker", "seed", "share", "evidence"}
EVIDENCE = {"kind", "item", "t", "text", "image"}
STATUS = {"folders", "items", "unread", "work", "problems", "busy", "seconds_left"}


def cards(panel: dict[str, Any]) -> list[dict[str, Any]]:
    return [card for shelf in panel["shelves"] for card in shelf["items"]]


def named(command: Command, title: str) -> dict[str, Any]:
    (found,) = [item for item in command.json("items")["items"] if item["title"] == title]
    return dict(found)


def test_from_a_folder_to_shelves_with_reasons_in_three_commands(
    empty: Command, media: Path
) -> None:
    added = empty.json("library", "add", str(media))
    assert added.keys() >= STATUS
    assert added["folders"][0]["path"] == str(media)
    assert added["unread"] == added["folders"][0]["files"] >= 6
    analysed = empty.json("analyze", "--wait")
    assert analysed["unread"] == 0
    assert not analysed["problems"]
    assert all(work["waiting"] == work["failed"] == 0 for work in analysed["work"])
    panel = empty.json("for-you")
    assert {"profile", "took_ms", "shelves"} <= panel.keys()
    assert cards(panel)
    for card in cards(panel):
        assert card.keys() >= CARD
        assert card["reasons"], card["title"]
        assert all(reason.keys() >= REASON and reason["text"] for reason in card["reasons"])


def test_library_commands_list_scan_and_remove(inside: Command, media: Path) -> None:
    (folder,) = inside.json("library", "list")
    assert folder["path"] == str(media)
    assert folder["available"]
    assert inside.json("library", "scan").keys() >= STATUS
    assert inside.json("library", "scan", str(media)).keys() >= STATUS
    assert str(media) in inside.text("library", "list")
    assert inside.json("library", "remove", str(media))["folders"] == []
    assert inside.json("items")["items"] == []
    assert "no folders yet" in inside.text("library", "list")


def test_items_are_listed_searched_and_limited(inside: Command) -> None:
    listing = inside.json("items")
    assert listing["took_ms"] >= 0
    assert all(item.keys() >= ITEM for item in listing["items"])
    assert [item["title"] for item in inside.json("items", "weather")["items"]] == ["Rain", "Snow"]
    assert {item["kind"] for item in inside.json("items", "--kind", "song")["items"]} == {"song"}
    assert len(inside.json("items", "--limit", "2")["items"]) == 2
    assert "Rain · Anna" in inside.text("items")


def test_an_item_is_shown_by_id_by_its_beginning_and_by_path(inside: Command, media: Path) -> None:
    path = media / "Lighthouse.mkv"
    page = inside.json("item", str(path))
    assert {"item", "facts", "tags", "moments", "similar", "jobs"} <= page.keys()
    [said] = [passage["text"] for passage in page["passages"]]
    assert "The old lighthouse" in said
    assert all(moment["text"] in said for moment in page["moments"])
    assert all(moment["start"] <= moment["end"] for moment in page["moments"])
    found = page["item"]["id"]
    assert inside.json("item", found) == page
    assert inside.json("item", found[:10])["item"] == page["item"]
    assert "Lighthouse" in inside.text("item", str(path))


def test_similar_items_have_scores_and_evidence(inside: Command) -> None:
    listing = inside.json("similar", named(inside, "Rain")["id"], "--limit", "3")
    assert 0 < len(listing["items"]) <= 3
    assert all(item.keys() >= CARD for item in listing["items"])


def test_a_like_changes_the_panel_and_its_reasons_rest_on_the_files(
    inside: Command, media: Path
) -> None:
    before = inside.json("for-you")
    after = inside.json("feedback", str(media / "Rain.mp3"), "like")
    assert [card["id"] for card in cards(after)] != [card["id"] for card in cards(before)]
    liked = named(inside, "Rain")
    assert liked["liked"]
    seeded = [
        reason
        for card in cards(after)
        for reason in card["reasons"]
        if reason["seed"] == liked["id"]
    ]
    assert seeded
    assert any("Rain" in reason["text"] for reason in seeded)
    evidence = [reason["evidence"] for reason in seeded if reason["evidence"]]
    assert evidence
    durations = {item["id"]: item["duration_s"] for item in inside.json("items")["items"]}
    for each in evidence:
        assert each.keys() >= EVIDENCE
        assert each["t"] is None or 0 <= each["t"] <= durations[each["item"]]
    undone = inside.json("feedback", str(media / "Rain.mp3"), "undo")
    assert [card["id"] for card in cards(undone)] == [card["id"] for card in cards(before)]


def test_other_feedback_is_taken_for_the_profile_that_gave_it(inside: Command) -> None:
    first, second, third = [card["id"] for card in cards(inside.json("for-you"))][:3]
    assert inside.json("profiles", "add", "anna") == ["me", "anna"]
    inside.json("feedback", first, "hide", "--profile", "anna")
    inside.json("feedback", second, "not-now", "--profile", "anna")
    panel = inside.json("feedback", third, "less", "--profile", "anna")
    assert panel["profile"] == "anna"
    shown = {card["id"] for card in cards(panel)}
    assert not shown & {first, second}
    assert {first, second} <= {card["id"] for card in cards(inside.json("for-you"))}


def test_why_tells_an_items_place(inside: Command) -> None:
    first = cards(inside.json("for-you"))[0]
    found = inside.json("why", first["id"])
    assert {"item", "rank", "of", "score", "rankers", "reasons", "without"} <= found.keys()
    assert 1 <= found["rank"] <= found["of"]
    assert "Place" in inside.text("why", first["id"])


def test_the_queue_tells_of_files_that_were_not_opened(
    inside_empty: Command, media: Path, tmp_path: Path
) -> None:
    assert "add a folder" in inside_empty.text("queue", "list")
    rest(Path(shutil.copy(media / "Snow.flac", tmp_path)))
    inside_empty.text("library", "add", str(tmp_path))
    assert inside_empty.text("queue", "list").startswith("1 file not opened yet")


def test_paused_work_rests_until_it_is_resumed(inside_empty: Command) -> None:
    assert "paused" in inside_empty.text("queue", "pause")
    refused = inside_empty.run("analyze", "--wait")
    assert refused.returncode == 1
    assert "“mediadesk queue resume”" in refused.stderr
    unnamed = inside_empty.run("queue", "resume", "")
    assert unnamed.returncode == 1
    assert inside_empty.json("queue", "list")["paused"]
    assert not inside_empty.json("queue", "resume")["paused"]
    assert inside_empty.run("analyze", "--wait").returncode == 0


def test_what_was_played_is_noted_with_its_time(inside: Command, media: Path) -> None:
    path = str(media / "Snow.flac")
    inside.json("event", path, "played", "--share", "0.4", "--position", "1.2",
               "--at", "2026-11-20T20:15:00")  # fmt: skip
    snow = named(inside, "Snow")
    assert (snow["progress"], snow["position_s"]) == (0.4, 1.2)
    with sqlite3.connect(inside.data / "library.db") as db:
        at = db.execute("SELECT max(at) FROM event").fetchone()[0]
    assert 1_795_000_000 < at < 1_795_400_000
    inside.json("event", path, "finished")
    assert named(inside, "Snow")["finished"]


def test_plugins_models_and_doctor_are_listed(inside: Command) -> None:
    plugins = {plugin["name"]: plugin for plugin in inside.json("plugins", "list")}
    assert plugins.keys() >= {"keyframes", "audio", "subtitles", "taste", "tags"}
    assert all(plugin["state"] == "ready" and plugin["provides"] for plugin in plugins.values())
    models = inside.json("models", "list")
    assert {model["task"] for model in models} >= {"text", "image", "audio"}
    assert all(model["licence"] and model["sha256"] and model["source"] for model in models)
    done = inside.run("doctor", "--json")
    checks = json.loads(done.stdout)
    assert done.returncode == (0 if all(check["ok"] for check in checks) else 1)
    assert all({"name", "ok", "found", "remedy"} <= check.keys() for check in checks)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_of_the_window_is_taken_without_a_screen(
    ready: Command, tmp_path: Path, theme: str
) -> None:
    picture = tmp_path / f"{theme}.png"
    ready.text("gui", "--screenshot", "for-you", str(picture), "--theme", theme,
               "--size", "1200x800")  # fmt: skip
    head = picture.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", head[16:24])
    assert (width, height) in {(1200, 800), (2400, 1600)}
    assert picture.stat().st_size > 10_000


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("item", "nothing"), "No item “nothing”"),
        (("feedback", "nothing", "like"), "No item “nothing”"),
        (("items", "--kind", "opera"), "no kind “opera”"),
        (("library", "add", "/no/such/folder"), "no folder"),
        (("library", "scan", "/no/such/folder"), "not in the library"),
    ],
)
def test_a_mistake_ends_with_status_1_and_one_sentence(
    inside: Command, words: tuple[str, ...], sentence: str
) -> None:
    done = inside.run(*words)
    assert done.returncode == 1
    assert done.stdout == ""
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    told = inside.run(*words, "--json")
    assert told.returncode == 1
    assert told.stderr == ""
    assert sentence in json.loads(told.stdout)["error"]


@pytest.mark.parametrize(
    "words",
    [
        ("no-such-command",),
        ("item",),
        ("feedback", "x", "adore"),
        ("items", "--limit", "0"),
        ("items", "--sort", "beauty"),
        ("gui", "--screenshot", "for-you"),
    ],
)
def test_wrong_usage_ends_with_status_2(inside_empty: Command, words: tuple[str, ...]) -> None:
    done = inside_empty.run(*words)
    assert done.returncode == 2
    assert done.stderr
    assert "Value error" not in done.stderr, "no words of a library"


def test_a_process_of_its_own_ends_with_the_same_status_and_sentence_in_any_locale(
    empty: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    mistake = empty.run("item", "nothing")
    assert (mistake.returncode, mistake.stdout) == (1, "")
    assert mistake.stderr.startswith("mediadesk: No item “nothing”")
    nowhere = subprocess.run(
        [*empty.arguments()[:3], "--data-dir", "", "items"],
        capture_output=True, text=True, check=False, cwd=empty.data,
    )  # fmt: skip
    assert (nowhere.returncode, nowhere.stdout) == (1, "")
    assert "An empty --data-dir is no folder" in nowhere.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("event", "PATH", "played", "--at", "yesterday"), "no time"),
        (("event", "PATH", "played", "--at", "0001-01-01"), "no time"),
        (("event", "PATH", "played", "--share", "7"), "between 0 and 1"),
        (("event", "PATH", "played", "--position", "nan"), "number of seconds"),
        (("play", "PATH", "--start", "inf"), "number of seconds"),
        (("items", "\udcff"), "not written in UTF-8"),
        (("item", "~nobody-here/x"), "No item"),
        (("library", "add", ""), "empty name"),
        (("import", "history", "nothing.csv"), "is no file that can be read"),
        (("import", "history", "PATH"), "no plugin reads files such as “Rain.mp3”"),
        (("plugins", "settings", "taste", "depth=3"), "no setting “depth”: it has none"),
        (("plugins", "page", "taste", "map"), "no page “map”: no plugin that works has one"),
    ],
)
def test_a_wrong_value_is_said_in_a_sentence(
    inside: Command, media: Path, words: tuple[str, ...], sentence: str
) -> None:
    done = inside.run(*(word.replace("PATH", str(media / "Rain.mp3")) for word in words))
    assert done.returncode == 1
    assert sentence in done.stderr


def test_there_is_no_picture_of_a_page_that_there_is_not(empty: Command) -> None:
    done = empty.run("gui", "--screenshot", "no-such-page", "x.png")
    assert done.returncode == 1
    assert "no-such-page" in done.stderr


def test_a_library_that_can_not_be_opened_is_said_in_a_sentence(tmp_path: Path) -> None:
    data = tmp_path / "bad"
    data.mkdir()
    (data / "library.db").write_bytes(b"This is no database, it is a poem." * 200)
    done = Command(data).run("items", "--json")
    assert done.returncode == 1
    assert "is damaged" in json.loads(done.stdout)["error"]


def test_wrong_settings_are_said_in_a_sentence(empty: Command) -> None:
    (empty.data / "settings.toml").write_text("colour = 'pink'")
    done = empty.run("items", "--json")
    assert done.returncode == 1
    assert "settings.toml" in json.loads(done.stdout)["error"]


def test_the_library_may_be_named_by_the_environment(
    inside: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIADESK_DATA_DIR", str(inside.data))
    words = inside.arguments("items", "--json")
    assert words[3:5] == ["--data-dir", str(inside.data)]
    done = subprocess.run([*words[:3], *words[5:]], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["items"] == inside.json("items")["items"]


def test_version_and_help_need_no_library(tmp_path: Path) -> None:
    command = Command(tmp_path / "none")
    assert command.text("--version").startswith("mediadesk ")
    assert "for-you" in command.text("--help")
    assert not command.data.exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can be without one")
def test_without_a_display_the_window_says_what_to_do_instead(tmp_path: Path) -> None:
    bare = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    }
    done = subprocess.run(
        Command(tmp_path).arguments(), capture_output=True, text=True, env=bare, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("mediadesk: There is no display")
