"""A setting that is to be the same on all devices is, and no other one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mediadesk.api import UserError
from mediadesk.engine import messages
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import Limits
from mediadesk.settings import EVERYWHERE
from mediadesk.store import registers
from mediadesk.store.merging import Row
from mediadesk.store.registers import Edit
from mediadesk.sync.entries import is_sound

Open = Callable[..., Engine]


def test_what_is_set_for_all_devices_comes_to_all_and_goes_on_from_each(
    engine: Engine, open_engine: Open, tmp_path: Path
) -> None:
    (shared := tmp_path / "shared").mkdir()
    heard = list[str]()
    other = open_engine(tmp_path / "other")
    other._on_change = lambda each: heard.extend(each.what)
    engine.theme("dark")
    engine.desktop(keys={"mute": ["Q"]}, scale=130)
    engine.everywhere("theme", on=True)
    assert engine.everywhere("keys", on=True) == {
        "theme": True, "keys": True, "gentle_on_battery": False
    }  # fmt: skip
    engine.working.pace(gentle_on_battery=False)
    engine.privacy.network(on=False)
    for each in (engine, other):
        each.syncing.setup(str(shared))
        each.syncing.run()
    assert other.theme() == "dark"
    assert "settings" in heard
    assert (other.desktop().keys, other.desktop().scale) == ({"mute": ("Q",)}, 100)
    assert other.working.pace(), "only here"
    assert other.privacy.network(), "only here"
    other.theme("light")
    other.syncing.run()
    engine.syncing.run()
    assert engine.theme() == "light"
    other.everywhere("theme", on=False)
    for each in (other, engine):
        each.syncing.run()
    engine.theme("contrast")
    for each in (engine, other):
        each.syncing.run()
    assert (other.theme(), other.everywhere("theme")["theme"]) == ("light", False)


def test_what_another_process_takes_over_is_told_where_the_library_is_open(
    engine: Engine, open_engine: Open, tmp_path: Path
) -> None:
    (shared := tmp_path / "shared").mkdir()
    window, other = open_engine(), open_engine(tmp_path / "other")
    heard = list[str]()
    window._on_change = lambda each: heard.extend(each.what)
    other.theme("dark")
    other.everywhere("theme", on=True)
    other.syncing.setup(str(shared))
    other.syncing.run()
    engine.syncing.setup(str(shared))
    engine.syncing.run()
    window._look_for_work()
    assert window.theme() == "dark"
    assert {"settings", "sync"} <= set(heard)
    heard.clear()
    window._look_for_work()
    assert "settings" not in heard, "nothing is another one now"


def test_who_has_limits_sets_nothing_for_all_devices(engine: Engine) -> None:
    engine.everywhere("theme", on=True)
    engine.profiles.set_pin("2468")
    engine.profiles.add("kid")
    engine.profiles.limit("kid", Limits(max_age=6), pin="2468")
    engine.profiles.use("kid")
    with pytest.raises(UserError, match="“kid” has limits, and this is the same on all devices"):
        engine.theme("dark")
    assert engine.theme() == "system"
    assert engine.desktop(keys={"mute": ["Q"]}, scale=130).scale == 130, "that is this one's alone"


def test_what_was_set_by_hand_is_told_at_the_next_start(
    engine: Engine, open_engine: Open, tmp_path: Path
) -> None:
    engine.everywhere("theme", on=True)
    engine.close()
    (tmp_path / "data" / "settings.toml").write_text('theme = "dark"\n')
    (shared := tmp_path / "shared").mkdir()
    again, other = open_engine(), open_engine(tmp_path / "other")
    for each in (again, other):
        each.syncing.setup(str(shared))
        each.syncing.run()
    assert other.theme() == "dark"


def test_taking_a_sync_back_leaves_the_settings(
    engine: Engine, open_engine: Open, tmp_path: Path
) -> None:
    (shared := tmp_path / "shared").mkdir()
    other = open_engine(tmp_path / "other")
    engine.theme("dark")
    engine.everywhere("theme", on=True)
    for each in (engine, other):
        each.syncing.setup(str(shared))
        each.syncing.run()
    with pytest.raises(UserError, match="No sync brought anything"):
        other.syncing.undo()
    assert other.everywhere()["theme"]


@pytest.mark.parametrize("name", ["network", "sync_folder", "plugin_index", "profile", "x"])
def test_no_other_setting_can_be_set_for_all(engine: Engine, name: str) -> None:
    with pytest.raises(UserError, match="can't be set for all devices: choose one of theme, keys"):
        engine.everywhere(name, on=True)


@pytest.mark.parametrize(
    ("name", "value", "sound"),
    [
        ("theme", '"dark"', True),
        ("theme", "null", True),
        ("theme", '"pink"', False),
        ("keys", '{"mute": ["M"]}', True),
        ("keys", '{"mute": "M"}', False),
        ("gentle_on_battery", "1", False),
        ("of a newer one", "1", True),
    ],
)
def test_what_no_device_could_set_is_refused(name: str, value: str, *, sound: bool) -> None:
    row: Row = ("a", 1, 1, "set", "setting", name, value, None, "", None)
    assert is_sound(row) is sound


def test_a_network_switch_that_another_device_says_is_for_all_is_not_turned(
    engine: Engine,
) -> None:
    engine.privacy.network(on=False)
    edit = Edit(item="setting", field="network", value=True)
    engine._store.write(lambda db: registers.write(db, [edit]))
    engine._store.write(lambda db: engine._everywhere.follow(db, ["setting"]))
    assert not engine.privacy.network()


def test_the_looks_that_may_come_are_those_that_there_are() -> None:
    assert EVERYWHERE["theme"].__args__ == messages.LOOKS
