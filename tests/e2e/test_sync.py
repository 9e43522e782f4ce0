"""Three devices by the command alone: what is said on one is said on all."""

from pathlib import Path
from unittest.mock import patch

import pytest
from command import Inside
from filelock import FileLock
from forms import forms
from library_factory import analysed, copied

from mediadesk.sync import crypto
from mediadesk.sync.crypto import Key

DEVICE = "Anna’s old laptop"


@pytest.fixture
def devices(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Inside]:
    _, data = analysed(tmp_path_factory.getbasetemp())
    (tmp_path / "shared").mkdir()
    with patch("mediadesk.store.oplog.platform.node", return_value=DEVICE):
        made = [Inside(copied(data, tmp_path / name)) for name in ("desk", "laptop", "tablet")]
        for each in made:
            each.text("sync", "setup", str(tmp_path / "shared"))
            each.text("sync", "preview")  # it has a name from now on
    return made


def pair(device: Inside, key: str) -> None:
    """Type a key, which must not stand among the arguments of a process."""
    done = device.run("sync", "pair", answer=f"{key}\n")
    assert done.returncode == 0, done.stderr
    assert ", encrypted." in done.stdout
    assert key not in done.stdout


def shows(content: bytes, words: set[str]) -> set[str]:
    """Give the words that can be found in bytes."""
    return {word for word in words if any(form in content for form in forms(word))}


def item(device: Inside, number: int) -> str:
    return str(device.json("items")["items"][number]["id"])


def test_what_is_said_while_the_others_are_away_comes_to_all(devices: list[Inside]) -> None:
    desk, laptop, tablet = devices
    shared = Path(desk.json("sync", "status")["folder"])
    begun = desk.text("sync", "setup", str(shared), "--encrypt")
    key = desk.json("sync", "key")
    assert key["text"] in begun
    pair(laptop, key["text"])
    pair(tablet, key["text"])
    first, second = item(desk, 0), item(desk, 1)
    desk.text("rate", first, "4.5")
    laptop.text("tag", first, "--add", "holiday")
    laptop.text("note", second, "Seen with Anna.")
    laptop.text("edit", "title=The night of the storm", second)
    tablet.text("collection", "new", "Winter")
    tablet.text("collection", "add", "Winter", second)
    assert desk.json("sync", "preview")["preview"]
    assert not list(shared.iterdir())
    for device in (desk, laptop, tablet, desk, laptop):
        device.text("sync", "run")
    for device in devices:
        shown = device.json("item", first)
        assert shown["item"]["stars"] == 4.5
        assert shown["item"]["labels"] == ["holiday"]
        assert device.json("item", second)["note"] == "Seen with Anna."
        assert [one["name"] for one in device.json("collection", "list")] == ["Winter"]
        assert device.text("sync", "run") == "Everything is in step.\n"
    status = desk.json("sync", "status")
    assert [len(status["devices"]), status["encrypted"], status["problems"]] == [3, True, []]
    known = desk.json("items")["items"]
    words = {DEVICE, "Seen with Anna.", str(shared), *(each["title"] for each in known)}
    words |= {part for each in known for part in Path(each["path"]).parts}
    words = {each for each in words if len(each) >= 8}  # chance makes shorter ones
    files = {file: file.read_bytes() for file in shared.iterdir()}
    assert {file.suffix for file in files} == {".mdsync", ".mdpack", ".mdpanel"}
    opened = b"".join(Key(key["text"]).open(*file) for file in files.items())
    found = shows(opened, words)
    assert {DEVICE, "Seen with Anna.", "The night of the storm"} <= found & words
    for file, content in files.items():
        assert not shows(file.name.encode() + content, words)


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


def test_who_has_encrypted_once_lays_nothing_open_though_the_key_is_lost(
    devices: list[Inside], tmp_path: Path
) -> None:
    desk, shared = devices[0], tmp_path / "shared"
    desk.text("sync", "setup", str(shared), "--encrypt")
    desk.text("rate", item(desk, 0), "3")
    kept = desk.data / "sync.key"
    for harms in ([kept.unlink], [kept.touch], [kept.unlink, kept.mkdir]):
        for harm in harms:
            harm()
        for words in (["run"], ["preview"], ["key"], ["setup", str(shared)]):
            refused = desk.run("sync", *words)
            assert refused.returncode == 1
            assert "mediadesk sync pair" in refused.stderr
            assert "mediadesk sync key --new" in refused.stderr
        status = desk.json("sync", "status")
        assert status["encrypted"]
        assert "mediadesk sync key --new" in status["problems"][0]
        assert not list(shared.iterdir())
    kept.rmdir()
    desk.text("sync", "key", "--new")
    assert not desk.json("sync", "status")["problems"]
    desk.text("sync", "run")
    assert all(map(crypto.is_sealed, shared.iterdir()))
    assert list(shared.iterdir())


def test_a_key_that_could_not_be_taken_is_not_missed(devices: list[Inside], tmp_path: Path) -> None:
    desk = devices[0]
    with FileLock(desk.data / "sync.lock"), patch("mediadesk.sync.alone._WAIT_S", 0.01):
        refused = desk.run("sync", "setup", str(tmp_path / "shared"), "--encrypt")
    assert "is being synced already" in refused.stderr
    status = desk.json("sync", "status")
    assert (status["encrypted"], status["problems"]) == (False, [])


def test_a_device_without_the_key_is_told_so_and_lays_nothing_open(
    devices: list[Inside], tmp_path: Path
) -> None:
    desk, laptop, _ = devices
    shared = tmp_path / "shared"
    assert "Nothing is encrypted yet" in desk.run("sync", "key").stderr
    laptop.text("rate", item(laptop, 0), "2")
    laptop.text("sync", "run")
    desk.text("sync", "setup", str(shared), "--encrypt")
    desk.text("rate", item(desk, 0), "3")
    assert "is not encrypted" in desk.text("sync", "run")
    refused = laptop.run("sync", "setup", str(shared), "--encrypt")
    assert "lacks the key: give it that with “mediadesk sync pair”" in refused.stderr
    laptop.text("rate", item(laptop, 0), "4")
    assert "lacks the key" in laptop.run("sync", "run").stderr
    assert "is encrypted: give this device the key" in str(laptop.json("sync", "status"))
    pair(laptop, desk.json("sync", "key")["text"])
    for device in (laptop, desk):
        device.text("sync", "run")
    assert desk.json("item", item(desk, 0))["item"]["stars"] == 4.0
    assert all(map(crypto.is_sealed, shared.iterdir()))
    desk.text("sync", "key", "--new")
    desk.text("sync", "run")
    assert "another key" in laptop.text("sync", "run")
    assert "another key" in laptop.text("sync", "status")
    assert "That is no key" in laptop.run("sync", "pair").stderr


def test_a_preview_says_what_would_change_and_an_undo_takes_that_back(
    devices: list[Inside],
) -> None:
    desk, laptop, _ = devices
    wanted, title = item(desk, 0), desk.json("items")["items"][0]["title"]
    laptop.text("rate", wanted, "4.5")
    laptop.text("tag", wanted, "--add", "holiday")
    laptop.text("profiles", "pin", "--new", "1111")
    laptop.text("sync", "devices", "rename", "Kitchen")
    laptop.text("sync", "run")
    told = desk.json("sync", "preview")
    found = {
        (each["title"], each["field"], each["old"], each["new"]) for each in told["differences"]
    }
    assert found == {
        (title, "stars (me)", "", "4.5"),
        (title, "tags", "", "holiday"),
        ("The household", "PIN", "", "set"),
        ("Device “Kitchen”", "name", "", "Kitchen"),
    }
    assert told["different"] == 4
    text = desk.text("sync", "preview")
    assert f"{title}: tags: nothing → holiday" in text
    assert "from “Kitchen”, 1 event of them. It would change" in text, "as it is called then"
    desk.text("sync", "run")
    laptop.text("note", wanted, "Seen")
    taken = desk.json("sync", "undo")
    assert taken["says"].startswith("Undone: 2 edits of “Kitchen” from ")
    for device in (laptop, desk, laptop):
        device.text("sync", "run")
    for device in (desk, laptop):
        shown = device.json("item", wanted)
        assert (shown["item"]["stars"], shown["item"]["labels"]) == (None, [])
        assert shown["note"] == "Seen"
    laptop.text("undo", taken["id"])
    for device in (laptop, desk):
        device.text("sync", "run")
        assert device.json("item", wanted)["item"]["stars"] == 4.5
    desk.text("sync", "undo")
    desk.text("sync", "undo")
    assert "No sync brought anything" in desk.run("sync", "undo").stderr


def test_a_device_is_named_revoked_told_so_and_allowed_again(devices: list[Inside]) -> None:
    desk, laptop, _ = devices
    wanted = item(desk, 0)
    laptop.text("rate", wanted, "2")
    for device in (laptop, desk):
        device.text("sync", "run")
    desk.text("sync", "devices", "rename", "Desktop")
    own, other = desk.json("sync", "devices")["devices"]
    assert (own["name"], own["mine"], other["name"]) == ("Desktop", True, DEVICE)
    desk.text("sync", "devices", "rename", "Laptop", "--device", other["id"][:8])
    assert "revoke itself" in desk.run("sync", "devices", "revoke", "Desktop").stderr
    assert "There is no device “Cellar”" in desk.run("sync", "devices", "revoke", "Cellar").stderr
    assert desk.run("sync", "devices", "revoke").returncode == 2
    refused = desk.run("sync", "devices", "revoke", "Laptop", "--new-key")
    assert "Nothing is encrypted" in refused.stderr
    assert "can still read" in desk.text("sync", "devices", "revoke", "Laptop")
    desk.text("sync", "run")
    assert "“Desktop” has revoked this device" in laptop.text("sync", "run")
    assert [each["name"] for each in laptop.json("sync", "devices")["devices"]] == [
        "Laptop", "Desktop",
    ]  # fmt: skip
    laptop.text("rate", wanted, "5")
    for device in (laptop, desk):
        device.text("sync", "run")
    assert desk.json("item", wanted)["item"]["stars"] == 2.0
    assert "Laptop: 1 edit" in desk.text("sync", "devices")
    assert "revoked" in desk.text("sync", "devices")
    desk.text("sync", "devices", "allow", "Laptop")
    for device in (desk, laptop):
        device.text("sync", "run")
        assert device.json("item", wanted)["item"]["stars"] == 5.0
    assert "revoked" not in laptop.text("sync", "run")


def test_with_another_key_a_revoked_device_reads_nothing_any_more(
    devices: list[Inside], tmp_path: Path
) -> None:
    desk, laptop, tablet = devices
    desk.text("sync", "setup", str(tmp_path / "shared"), "--encrypt")
    for device in (laptop, tablet):
        pair(device, desk.json("sync", "key")["text"])
    laptop.text("rate", item(laptop, 0), "2")
    for device in (laptop, tablet, desk, laptop):
        device.text("sync", "run")
    lost = next(each["id"] for each in desk.json("sync", "devices")["devices"] if not each["mine"])
    told = desk.text("sync", "devices", "revoke", lost, "--new-key")
    assert "until you pair your other devices anew" in told
    desk.text("rate", item(desk, 0), "3")
    desk.text("sync", "run")
    shared = tmp_path / "shared"
    whose = f"What “{DEVICE}” laid into “{shared}” is encrypted with another key"
    for verb in ("run", "run", "preview", "status"):
        told = laptop.text("sync", verb)
        assert told.count("another key") == 1, "of each device once, whatever it laid"
        assert whose in told
        assert "which a revoked device is not given" in told
        assert "in step" not in told, "though nothing else was new"
    assert laptop.json("item", item(laptop, 0))["item"]["stars"] == 2.0
    pair(tablet, desk.json("sync", "key")["text"])
    tablet.text("sync", "run")
    assert tablet.json("item", item(tablet, 0))["item"]["stars"] == 3.0
