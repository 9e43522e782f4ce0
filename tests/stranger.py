"""What a stranger does: makes a plugin with a library, signs it, and somebody installs it."""

from __future__ import annotations

import json
from pathlib import Path

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


def check_it_contributes(program: Command, bundle: Path, folder: Path) -> None:
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
