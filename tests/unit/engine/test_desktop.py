"""What the window asks about the disk, and what a person sets for it."""

from pathlib import Path

import pytest

from mediadesk.api import UserError
from mediadesk.engine import desktop
from mediadesk.engine.engine import Engine
from mediadesk.settings import Places, Settings, load, save, seen


def test_what_is_dropped_is_told_apart_by_what_it_is(tmp_path: Path) -> None:
    show, plugin, film = tmp_path / "My.Show.S01", tmp_path / "mood", tmp_path / "film.mkv"
    for folder in (show, plugin):
        folder.mkdir()
    for file in (plugin / "pyproject.toml", film, tmp_path / "mood.WHL"):
        file.touch()
    here, told = tmp_path / "here.mkv", {tmp_path / "here.mkv": "a", tmp_path / "here.nfo": ""}
    dropped = [show, plugin, film, tmp_path / "mood.WHL", here, here.with_suffix(".nfo"), here]
    found = desktop.sort_out([*map(str, dropped)], told.get)
    assert found.folders == (str(show),)
    assert found.plugins == (str(plugin), str(tmp_path / "mood.WHL"))
    assert (found.items, found.waiting) == (("a",), (str(tmp_path / "here.nfo"),))
    assert found.around == (str(tmp_path),)


def test_only_usual_folders_that_are_there_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "films").mkdir()
    monkeypatch.setattr("platformdirs.user_videos_path", lambda: tmp_path / "films")
    monkeypatch.setattr("platformdirs.user_music_path", lambda: tmp_path / "none")
    assert desktop.usual_folders() == (str(tmp_path / "films"),)


def test_what_is_set_for_the_window_is_kept(tmp_path: Path) -> None:
    places = Places.find(tmp_path)
    engine = Engine(places)
    try:
        engine.desktop(keys={"like": ["G, L"]}, guided=True)
        engine.desktop(scale=130)
        engine.theme("contrast")
        with pytest.raises(UserError, match="130"):
            engine.desktop(scale=7)
        with pytest.raises(UserError, match="contrast"):
            engine.theme("pink")
        now = engine.desktop(tray=True)
        assert (now.scale, now.keys, now.tray, now.guided) == (130, {"like": ("G, L",)}, True, True)
    finally:
        engine.close()
    assert load(places.settings).keys == {"like": ("G, L",)}
    assert seen(places.settings) == ("contrast", 130)


def test_look_and_scale_are_seen_in_a_hurry_and_what_is_wrong_is_told(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    assert seen(file) == ("system", 100)
    save(file, Settings(theme="light"))
    assert seen(file) == ("light", 100)
    file.write_text("scale = 'big'")
    with pytest.raises(UserError, match="scale"):
        seen(file)
    file.write_text("scale =")
    with pytest.raises(UserError, match="mend or delete"):
        seen(file)
