"""A stranger's plugin, from a file, through the command; and wrong input at every prompt."""

from __future__ import annotations

import json
from pathlib import Path

import plugin_packages
from command import Command
from stranger import check_it_contributes


def test_it_shows_up_in_for_you_and_why(empty: Command, bundle: Path, tmp_path: Path) -> None:
    check_it_contributes(empty, bundle, tmp_path)


def test_wrong_input_at_every_prompt_gets_a_sentence(empty: Command, tmp_path: Path) -> None:
    (tmp_path / "broken.whl").write_bytes(b"no wheel")
    for words in (
        ("install", str(tmp_path / "nothing.whl")),
        ("install", str(tmp_path / "broken.whl")),
        ("install", str(tmp_path)),
        ("install", "ftp://example.org/x.whl"),
        ("install", "https://example.org/x.whl"),
        ("install", "unheard-of"),
        ("install", "taste"),
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
    ):
        done = empty.run("plugins", *words)
        assert done.returncode == 1, (words, done)
        said = done.stderr or done.stdout
        assert len(said.strip()) > 20, words
        assert "Something went wrong" not in said, words


def test_plugins_are_left_out_by_a_safe_start(empty: Command, tmp_path: Path) -> None:
    made = plugin_packages.of_template("panel", tmp_path)
    empty.text("plugins", "install", str(made), "--yes")
    states = {p["name"]: p["state"] for p in empty.json("plugins", "list")}
    assert states["my-panel"] == "ready"
    safe = json.loads(empty.text("--safe", "plugins", "list", "--json"))
    assert {p["name"]: p["state"] for p in safe}["my-panel"] == "switched off"
