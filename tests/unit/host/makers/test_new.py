"""New plugins: which can be made, and what is told about those that can't."""

from pathlib import Path

import pytest

from mediadesk.api import UserError
from mediadesk.host import project
from mediadesk.host.isolate.contract import HOOKS
from mediadesk.host.makers.new import KINDS, example, new


def test_there_is_a_kind_for_every_hook_and_the_page_keeps_their_order() -> None:
    assert set(KINDS.values()) == set(HOOKS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_manifest_and_implements_its_hook(kind: str, tmp_path: Path) -> None:
    made = new("my-plugin", kind, tmp_path)
    manifest = project.read(made)
    assert (manifest.name, manifest.module) == ("my-plugin", "mediadesk_my_plugin")
    assert manifest.summary
    source = (made / "mediadesk_my_plugin" / "__init__.py").read_text(encoding="utf-8")
    assert f"@hookimpl\ndef {KINDS[kind]}(" in source
    assert (made / "tests" / "test_mediadesk_my_plugin.py").is_file()
    assert {path.name for path in made.iterdir()} >= {"README.md", "LICENSE", ".github"}


@pytest.mark.parametrize("kind", KINDS)
def test_no_placeholder_is_left(kind: str) -> None:
    for path, content in example("my-plugin", kind).items():
        text = path + ("" if path.endswith(".onnx") else content.decode())
        assert not [word for word in ("NAME", "MODULE", "SUMMARY") if word in text], path


@pytest.mark.parametrize(
    "name", ["", "Tall", "two words", "a--b", "-a", "a_b", "9lives", "../up", "ü", "x" * 41]
)
def test_a_wrong_name_makes_nothing(name: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="can't be a plugin's name"):
        new(name, "ranker", tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_name_of_a_plugin_that_is_there_is_taken(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is called “tags”"):
        new("tags", "tagger", tmp_path)


def test_an_unknown_kind_lists_all(tmp_path: Path) -> None:
    with pytest.raises(UserError) as told:
        new("mine", "rankers", tmp_path)
    assert all(kind in str(told.value) for kind in KINDS)
    assert "did you mean “ranker”?" in str(told.value)


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "kept").write_text("kept")
    with pytest.raises(UserError, match="exists already"):
        new("mine", "ranker", tmp_path)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["kept"]


def test_a_place_that_can_hold_no_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="file"):
        new("mine", "ranker", tmp_path / "file")
    deep = tmp_path.joinpath(*["d"] * 1500)
    with pytest.raises(UserError, match=r"choose another folder\.$"):
        new("mine", "ranker", deep)
    assert not (tmp_path / "d").exists()


def test_the_workflow_downloads_all_libraries_but_mediadesk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    workflow = example("mine", "ranker")[".github/workflows/ci.yml"].decode()
    code = workflow.partition('python -c "')[2].partition('" > libraries.txt')[0]
    needed = ["MediaDesk>=1", "mediadesk[cluster]", "mediadesk-tools>=1", "tiny; sys_platform=='x'"]
    (tmp_path / "pyproject.toml").write_text(f"[project]\ndependencies = {needed}\n")
    monkeypatch.chdir(tmp_path)
    exec(code, {})  # noqa: S102 - it is ours
    assert capsys.readouterr().out.splitlines() == needed[2:]
