"""What is known of a person, taken along and erased, where something goes wrong on the way."""

import errno
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from mediadesk.api import UserError
from mediadesk.engine.engine import Engine
from mediadesk.engine.kept import KeptPanels
from mediadesk.engine.messages import Limits, Panel
from mediadesk.store import Store, erasing, personal, profiles
from mediadesk.sync.exchange import exchange

Open = Callable[..., Engine]


def test_who_is_erased_half_looks_no_more_and_can_be_erased_again(
    engine: Engine, open_engine: Open, tmp_path: Path
) -> None:
    engine.profiles.add("anna")
    engine.profiles.use("anna")
    (tmp_path / "data" / "backups").mkdir()
    (tmp_path / "data" / "backups" / "library-1.db").mkdir()  # which can't be deleted as a file
    with pytest.raises(UserError, match=r"“anna” is erased .* delete it yourself"):
        engine.privacy.erase("anna")
    engine.close()
    (tmp_path / "data" / "backups" / "library-1.db").rmdir()
    again = open_engine()
    assert again.profiles.names() == ("me",)
    assert again.privacy.erase("anna").profile == "anna"
    assert again.profiles.names() == ("me",)


def test_what_stops_the_scouring_keeps_nobody_who_is_erased(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.profiles.add("anna")
    engine.profiles.use("anna")

    def full(_: Store) -> None:
        raise UserError("The disk is full: free some space.")

    monkeypatch.setattr(Store, "scour", full)
    with pytest.raises(UserError, match="disk is full"):
        engine.privacy.erase("anna")
    assert engine.profiles.names() == ("me",)


def test_who_was_erased_on_another_device_is_in_no_panel_that_is_kept_here(
    engine: Engine, tmp_path: Path
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    other = Store(tmp_path / "other" / "library.db")
    other.write(partial(profiles.add, name="anna"))
    other.write(partial(erasing.erase, profile="anna"))
    exchange(other, shared, settle=lambda _db, _items: None)
    kept = KeptPanels(tmp_path / "data" / "cache" / "panels")
    kept.keep(Panel(profile="anna", took_ms=1.0, shelves=()), "mark")
    engine.syncing.setup(str(shared))
    engine.syncing.run()
    assert kept.find("anna", "mark") is None


def test_the_only_person_can_be_erased_and_is_somebody_new(engine: Engine) -> None:
    for _ in range(2):
        engine.privacy.erase("me")
        assert engine.profiles.names() == ("me",)


def test_who_looks_stays_who_it_is_when_another_is_erased(engine: Engine) -> None:
    for name in ("anna", "bert"):
        engine.profiles.add(name)
    engine.privacy.erase("bert")
    assert engine.profiles.names() == ("me", "anna")


def test_after_an_erasing_nobody_with_limits_looks(engine: Engine) -> None:
    engine.profiles.set_pin("1234")
    for name in ("aaron", "zoe"):
        engine.profiles.add(name)
    for child in ("me", "aaron"):
        engine.profiles.limit(child, Limits(blocked_tags=("blood",)), pin="1234")
    engine.profiles.use("zoe", pin="1234")
    engine.profiles.add("yara")
    engine.privacy.erase("zoe")
    assert engine.profiles.names()[0] == "yara"


def test_the_group_that_looks_may_go_with_its_last_member(engine: Engine) -> None:
    for name in ("anna", "bert"):
        engine.profiles.add(name)
    engine.profiles.add("both", members=("anna", "bert"))
    engine.profiles.use("both")
    for name in ("anna", "bert"):
        engine.privacy.erase(name)
    assert engine.profiles.names() == ("me",)


def test_an_export_that_fails_leaves_nothing_in_the_way_of_the_next(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(personal, "write_json", full)
        with pytest.raises(UserError, match="No space left"):
            engine.privacy.export(str(tmp_path / "mine"))
    assert len(engine.privacy.export(str(tmp_path / "mine")).files) == 2
    with pytest.raises(UserError, match="is there already"):
        engine.privacy.export(str(tmp_path / "mine"))


def test_nothing_is_exported_into_the_library_where_no_erasing_finds_it(
    engine: Engine, tmp_path: Path
) -> None:
    for place in ("data", "data/backups/mine"):
        with pytest.raises(UserError, match="is of the library itself: name another"):
            engine.privacy.export(str(tmp_path / place))
    assert not [*(tmp_path / "data").rglob("personal*")]


def test_an_export_tells_nobody_the_pin_who_could_try_them_all(
    engine: Engine, tmp_path: Path
) -> None:
    engine.profiles.set_pin("2468")
    told = (tmp_path / "data" / "pin.json").read_text()
    files = engine.privacy.export(str(tmp_path / "mine")).files
    secrets = [json.loads(told)[name] for name in ("salt", "hash")]
    assert not [one for one in secrets for file in files if one.encode() in Path(file).read_bytes()]
