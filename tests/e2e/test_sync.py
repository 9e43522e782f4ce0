"""Three devices by the command alone: what is said on one is said on all."""

from pathlib import Path

import pytest
from command import Inside
from library_factory import analysed, copied


@pytest.fixture
def devices(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Inside]:
    _, data = analysed(tmp_path_factory.getbasetemp())
    made = [Inside(copied(data, tmp_path / name)) for name in ("desk", "laptop", "tablet")]
    (tmp_path / "shared").mkdir()
    for each in made:
        each.text("sync", "setup", str(tmp_path / "shared"))
    return made


def item(device: Inside, number: int) -> str:
    return str(device.json("items")["items"][number]["id"])


def test_what_is_said_while_the_others_are_away_comes_to_all(devices: list[Inside]) -> None:
    desk, laptop, tablet = devices
    first, second = item(desk, 0), item(desk, 1)
    desk.text("rate", first, "4.5")
    laptop.text("tag", first, "--add", "holiday")
    laptop.text("note", second, "Seen with Anna.")
    tablet.text("collection", "new", "Winter")
    tablet.text("collection", "add", "Winter", second)
    told = desk.json("sync", "preview")
    assert told["preview"]
    assert not (list(Path(told["folder"]).glob("*.mdsync")))
    for device in (desk, laptop, tablet, desk, laptop):
        device.text("sync", "run")
    for device in devices:
        shown = device.json("item", first)
        assert shown["item"]["stars"] == 4.5
        assert shown["item"]["labels"] == ["holiday"]
        assert device.json("item", second)["note"] == "Seen with Anna."
        assert [one["name"] for one in device.json("collection", "list")] == ["Winter"]
        assert device.text("sync", "run") == "Everything is in step.\n"
    assert len(desk.json("sync", "status")["devices"]) == 3


def test_an_act_of_another_device_is_taken_back_by_name_only(devices: list[Inside]) -> None:
    desk, laptop, _ = devices
    wanted = item(desk, 0)
    laptop.text("tag", wanted, "--add", "oops")
    for device in (laptop, desk):
        device.text("sync", "run")
    assert "nothing to take back" in desk.run("undo").stderr
    act = next(one["id"] for one in desk.json("changes") if "oops" in one["says"])
    desk.text("undo", act)
    for device in (desk, laptop):
        device.text("sync", "run")
        assert "oops" not in str(device.json("item", wanted)["tags"])


def test_wrong_folders_get_a_sentence(devices: list[Inside], tmp_path: Path) -> None:
    desk = devices[0]
    assert "is no folder" in desk.run("sync", "setup", str(tmp_path / "nowhere")).stderr
    assert "others must not share" in desk.run("sync", "setup", str(desk.data)).stderr
    assert "others must not share" in desk.run("sync", "setup", str(desk.data.parent)).stderr
    (tmp_path / "shared").rename(tmp_path / "unplugged")
    refused = desk.run("sync", "run")
    assert refused.returncode == 1
    assert "plug its drive in" in refused.stderr
    assert desk.text("sync", "setup", "").startswith("Nothing is shared.")
    assert "No folder is shared yet" in desk.run("sync", "run").stderr
