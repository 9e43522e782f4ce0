"""The packaged program, as packaging/build.sh makes it: run where there is no Python.

Building takes a minute and more, so this runs only when MEDIADESK_FROZEN names the executable; only
the self-test, which the packaged program has for its own sake, runs from source too.
"""

import json
import subprocess
import sys
from pathlib import Path

from command import Frozen
from library_factory import rest, subtitles
from media_factory import clip, song
from stranger import check_it_contributes


def check_self_test(program: list[str], folder: Path) -> None:
    done = subprocess.run(
        [*program, "--self-test", "--json"],
        capture_output=True, text=True, timeout=240, cwd=folder, check=False,
    )  # fmt: skip
    results = {result["name"]: result for result in json.loads(done.stdout)}
    assert not [result for result in results.values() if not result["ok"]]
    assert done.returncode == 0
    assert results.keys() >= {"Modules", "Models", "Media", "Library", "Window", "Player"}


def test_the_self_test_finds_everything_in_its_place(frozen: Frozen, tmp_path: Path) -> None:
    check_self_test(frozen.arguments()[:1], tmp_path)


def test_the_self_test_finds_everything_from_source(tmp_path: Path) -> None:
    check_self_test([sys.executable, "-m", "mediadesk"], tmp_path)


def test_from_a_folder_to_shelves_with_reasons(frozen: Frozen, tmp_path: Path) -> None:
    media = tmp_path / "media"
    media.mkdir()
    clip(media / "The.Harbour.2019.1080p.mp4", seed=1)
    subtitles(media / "The.Harbour.2019.1080p.en.srt", "The boats come home.", "Gulls cry.")
    clip(media / "Meadow.webm", seed=2)
    song(media / "Rain.mp3", seed=3, title="Rain", artist="Anna", genre="Folk")
    rest(*media.iterdir())

    frozen.json("library", "add", str(media))
    status = frozen.json("analyze", "--wait")
    assert status["items"] == 3
    assert not status["problems"]
    assert all(work["waiting"] == work["failed"] == 0 for work in status["work"])
    assert {item["title"] for item in frozen.json("items")["items"]} >= {"The Harbour", "Rain"}
    cards = [card for shelf in frozen.json("for-you")["shelves"] for card in shelf["items"]]
    assert cards
    assert all(card["reasons"] for card in cards)


def test_the_doctor_finds_all_but_perhaps_a_player(frozen: Frozen) -> None:
    checks = json.loads(frozen.run("doctor", "--json").stdout)
    assert len(checks) > 8
    assert {check["name"] for check in checks if not check["ok"]} <= {"Player"}
    plugins = {plugin["name"]: plugin["state"] for plugin in frozen.json("plugins", "list")}
    assert (
        plugins.items() >= dict.fromkeys(("audio", "keyframes", "tags", "taste"), "ready").items()
    )


def test_the_reference_of_the_plugin_interface_is_made_from_its_sources(frozen: Frozen) -> None:
    assert "class Extractor(Protocol)" in frozen.text("plugins", "reference")


def test_a_picture_of_the_window_is_taken(frozen: Frozen, tmp_path: Path) -> None:
    picture = tmp_path / "window.png"
    frozen.text("gui", "--screenshot", "settings", str(picture), "--theme", "dark")
    assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert picture.stat().st_size > 10_000


def test_a_strangers_plugin_with_a_library_shows_up_in_for_you_and_why(
    frozen: Frozen, bundle: Path, tmp_path: Path
) -> None:
    check_it_contributes(frozen, bundle, tmp_path)
