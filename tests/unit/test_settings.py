"""Places and settings: found in order, read strictly, written whole."""

from dataclasses import replace
from pathlib import Path

import pytest

from mediadesk.api import UserError
from mediadesk.settings import Places, Settings, load, save


def test_a_named_folder_goes_before_the_environment_and_that_before_the_platforms_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIADESK_DATA_DIR", str(tmp_path / "environment"))
    assert Places.find(tmp_path / "named").data == tmp_path / "named"
    assert Places.find().data == tmp_path / "environment"
    assert Places.find().cache == tmp_path / "environment" / "cache"
    monkeypatch.delenv("MEDIADESK_DATA_DIR")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    assert Places.find().data != Places.find().cache
    assert Places.find().data.name == "mediadesk"


def test_a_relative_folder_and_a_tilde_become_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert Places.find(Path("here")).data == tmp_path / "here"
    assert Places.find(Path("~/there")).data == tmp_path / "home" / "there"


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load(tmp_path / "settings.toml") == Settings()


def test_what_is_saved_is_read_back_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    wanted = Settings(theme="dark", workers=3, profile="安娜", disabled_plugins=("a", "b"))
    path = tmp_path / "new" / "settings.toml"
    save(path, Settings())
    save(path, wanted)
    assert load(path) == wanted
    assert [each.name for each in path.parent.iterdir()] == ["settings.toml"]


def test_what_a_person_wrote_around_the_settings_stays(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(
        b"# mine\r\ntheme = 'dark'  # for the evening\r\n\r\n"
        b"disabled_plugins = ['a']  # they crash\r\n"
    )
    save(path, replace(load(path), disabled_plugins=("a", "b"), workers=2))
    assert path.read_bytes() == (
        b"# mine\r\ntheme = 'dark'  # for the evening\r\n\r\n"
        b'disabled_plugins = ["a", "b"]  # they crash\r\nworkers = 2\n'
    )


def test_what_is_as_usual_again_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('# mine\nlanguage = "zh_CN"\n')
    before = file.read_bytes()
    save(file, replace(load(file), disabled_plugins=("a",)))
    assert b"disabled_plugins" in file.read_bytes()
    save(file, replace(load(file), disabled_plugins=()))
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (b"colour = 'pink'", "in line 1, which is no setting: take that line out"),
        (
            b"# mine\n\nplugin_indx = ''",
            "in line 3, which is no setting: did you mean “plugin_index”",
        ),
        (b"# mine\r\nworkers = 'many'", "^“workers” in line 2 of .*got `str`.*: mend that line"),
        (b"disabled_plugins = [\n1]", "^“disabled_plugins.* in line 1 of .*got `int`.*: mend that"),
        (b"keys = {play = [1]}", "^“keys.* in line 1 of .*got `int`.*: mend that line"),
        (b"[keys]\n'open' = 3", "^“keys.* in line 1 of .*got `int`.*: mend that line"),
        (b"theme = 'dark'\nscale = \n", r"at line 2, .*mend or delete it"),
        (b"\xff\xfe", "mend or delete it"),
    ],
)
def test_a_wrong_file_is_named_in_a_sentence_with_the_remedy(
    tmp_path: Path, written: bytes, says: str
) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(written)
    with pytest.raises(UserError, match=says) as caught:
        load(path)
    assert str(path) in str(caught.value)


def test_a_file_that_can_not_be_read_is_said_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.mkdir()
    with pytest.raises(UserError, match="can't be read"):
        load(path)


def test_settings_that_can_not_be_written_are_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "settings.tmp").mkdir()
    with pytest.raises(UserError, match="can't be saved"):
        save(tmp_path / "settings.toml", Settings())
