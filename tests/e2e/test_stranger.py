"""A stranger's plugin, from a file, in the program from source and in the packaged one."""

from __future__ import annotations

import json
from pathlib import Path

import plugin_packages
import pytest
from command import Command
from library_factory import rest
from media_factory import clip
from plugin_packages import READ_HISTORY, READ_MEDIA, project
from wheel_factory import library

SOURCE = """
import colourlib

class Light:
    name, version, kinds, model = "light", 1, VIDEO, None
    def prepare(self, item, media):
        with media.open(item.path) as container:
            frame = next(container.decode(video=0))
            return Sample(arrays={"grey": frame.to_ndarray(format="gray")})
    def encode(self, samples, run):
        shares = [float(sample.arrays["grey"].mean()) / 255 for sample in samples]
        return [
            Feature(
                summary=unit(np.array([share, 1 - share], np.float32)),
                tags={f"light by {colourlib.VERSION}": 0.9},
                data={"light": share},
            )
            for share in shares
        ]

class ByLight:
    name, model = "by-light", None
    def rank(self, request, run):
        if "light" not in request.blocks: return Scores(values=np.zeros(len(request.candidates)))
        values = request.blocks["light"].candidates[:, 0]
        return Scores(values=values, causes=(Cause(text="It is full of light"),))

@hookimpl
def extractors(): return [Light()]
@hookimpl
def rankers(): return [ByLight()]
"""


def signed_bundle(folder: Path, maker: Command) -> Path:
    """Make the plugin with the library it needs, as its maker does."""
    house = folder / "wheels"
    house.mkdir()
    library(house, "colourlib", "1.5")
    made = project(
        folder,
        "light",
        SOURCE,
        requires=("colourlib<2",),
        permissions=READ_MEDIA | READ_HISTORY,
    )
    maker.text("plugins", "pack", str(made), "--wheelhouse", str(house), "--out", str(folder))
    (bundle,) = folder.glob("*.mdplugin")
    maker.text("plugins", "keygen", str(folder / "key"))
    maker.text("plugins", "sign", str(bundle), "--key", str(folder / "key" / "mediadesk.key"))
    return bundle


def check(program: Command, bundle: Path, folder: Path) -> None:
    media = folder / "media"
    media.mkdir()
    for n, title in enumerate(("Harbour", "Meadow", "Forest", "Station")):
        clip(media / f"{title}.mp4", seed=n, title=title)
    rest(*media.iterdir())
    program.text("library", "add", str(media))

    refused = program.run("plugins", "install", str(bundle), "--json")
    assert refused.returncode == 1
    assert "consent" in json.loads(refused.stdout)["error"]
    plan = program.json("plugins", "install", str(bundle), "--dry-run")
    assert (plan["action"], plan["signature"]) == ("install", "new")
    assert plan["bundled"] == ["colourlib 1.5"]
    assert [grant["permission"] for grant in plan["permissions"]] == ["read-media", "read-history"]
    done = program.json("plugins", "install", str(bundle), "--yes")
    assert (done["state"], done["provides"]) == ("ready", ["extractor light", "ranker by-light"])

    status = program.json("analyze", "--wait")
    assert {w["extractor"]: w["done"] for w in status["work"]}["light"] == 4
    assert not status["problems"]
    item = program.json("items")["items"][0]
    assert "light by 1.5" in program.json("item", item["id"])["tags"]
    panel = program.json("feedback", item["id"], "like")
    cards = [card for shelf in panel["shelves"] for card in shelf["items"]]
    assert cards
    assert all("by-light" in card["rankers"] for card in cards)
    why = program.json("why", cards[0]["id"])
    assert "It is full of light" in [reason["text"] for reason in why["reasons"]]
    page = program.json("plugins", "info", "light")
    assert page["signer"]
    assert {use["part"] for use in page["usage"]} >= {"light"}
    assert not page["faults"]


@pytest.fixture
def bundle(empty: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MEDIADESK_KEY_PASSWORD", "")
    return signed_bundle(tmp_path, empty)


def test_it_shows_up_in_for_you_and_why(empty: Command, bundle: Path, tmp_path: Path) -> None:
    check(empty, bundle, tmp_path)


def test_it_does_so_in_the_packaged_program(bundle: Path, frozen: Command, tmp_path: Path) -> None:
    check(frozen, bundle, tmp_path)


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
