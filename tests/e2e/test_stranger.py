"""A stranger's plugin, from a file, through the command; and wrong input at every prompt."""

from __future__ import annotations

import json
from pathlib import Path

import plugin_packages
from command import Command
from stranger import check_it_contributes


def test_it_shows_up_in_for_you_and_why(
    inside_empty: Command, empty: Command, bundle: Path, tmp_path: Path
) -> None:
    check_it_contributes(inside_empty, bundle, tmp_path)
    panel = empty.json("for-you")  # in a process of its own, as a person runs it
    cards = [card for shelf in panel["shelves"] for card in shelf["items"]]
    assert cards
    assert all("by-light" in card["rankers"] for card in cards)


def test_wrong_input_at_every_prompt_gets_a_sentence(inside_empty: Command, tmp_path: Path) -> None:
    (tmp_path / "broken.whl").write_bytes(b"no wheel")
    for words in (
        ("install", str(tmp_path / "nothing.whl")),
        ("install", str(tmp_path / "broken.whl")),
        ("install", str(tmp_path)),
        ("install", "ftp://example.org/x.whl"),
        ("install", "https://example.org/x.whl"),
        ("install", "unheard-of"),
        ("install", "taste"),
        ("install", str(tmp_path / "broken.whl"), "--wheelhouse", "nowhere"),
        ("update", str(tmp_path)),
        ("info", "unheard-of"),
        ("enable", "unheard-of"),
        ("remove", "taste"),
        ("rollback", "taste"),
        ("settings", "taste", "a"),
        ("price", "unheard-of"),
        ("page", "taste"),
        ("offers",),
        ("new", "Bad Name", "--kind", "extractor", "--folder", str(tmp_path)),
        ("new", "fine", "--kind", "toaster", "--folder", str(tmp_path)),
        ("pack", str(tmp_path)),
        ("check", str(tmp_path)),
        ("sign", str(tmp_path / "broken.whl"), "--key", str(tmp_path / "nokey")),
        ("info", ""),
        ("info", "\udcff"),
        ("page", "\u202eetsat"),
        ("install", "x" * 5_000),
        ("remove", "unheard-of", "--data", "burn"),
        ("budget", "taste", "noon"),
    ):
        done = inside_empty.run("plugins", *words)
        assert done.returncode == 1, (words, done)
        said = done.stderr or done.stdout
        assert 20 < len(said.strip()) < 2_000, words
        assert "Something went wrong" not in said, words
        assert "\u202e" not in said


def test_plugins_are_left_out_by_a_safe_start(inside_empty: Command, tmp_path: Path) -> None:
    made = plugin_packages.of_template("panel", tmp_path)
    inside_empty.text("plugins", "install", str(made), "--yes")
    states = {p["name"]: p["state"] for p in inside_empty.json("plugins", "list")}
    assert states["my-panel"] == "ready"
    safe = json.loads(inside_empty.text("--safe", "plugins", "list", "--json"))
    assert {p["name"]: p["state"] for p in safe}["my-panel"] == "switched off"


def test_a_folder_with_a_typo_stops_no_command_and_can_be_removed(
    inside_empty: Command, tmp_path: Path
) -> None:
    folder = plugin_packages.project(tmp_path, "light", "")
    inside_empty.text("plugins", "install", str(folder), "--yes")
    project = folder / "pyproject.toml"
    project.write_text(project.read_text().replace("[project]", "[project]\ndescription = 5"))
    assert "Plugin light: damaged" in inside_empty.run("doctor").stdout
    assert "light" in inside_empty.text("--safe", "plugins", "list")
    page = inside_empty.json("plugins", "info", "light")
    assert page["plugin"]["state"] == "damaged"
    assert "[project.description]" in page["plugin"]["problem"]
    settings = inside_empty.data / "settings.toml"
    settings.write_text("# mine\nwheelhouse = '~nobody-of-that-name/wheels'\n")
    inside_empty.text("plugins", "disable", "light")
    assert settings.read_text().startswith("# mine\n")
    inside_empty.text("plugins", "remove", "light")
    assert "light" not in {p["name"] for p in inside_empty.json("plugins", "list")}
    project.write_text(project.read_text().replace("description = 5\n", ""))
    inside_empty.text("plugins", "install", str(folder), "--dry-run")  # whoever's home that is
