"""From `new` to a checked package: every kind of plugin, and what a check finds wrong with some."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

import pytest
import wheel_factory

from mediadesk.api import Array, ModelSpec
from mediadesk.host.makers.check import check
from mediadesk.host.makers.new import KINDS, new
from mediadesk.host.makers.report import Report
from mediadesk.host.package.pack import pack
from mediadesk.host.package.wheel import read_wheel

ROOT = Path(__file__).parents[3]
_LOOSE = "S101,D1,INP001,ANN,ARG002"  # as in our own tests; a protocol's argument may be unused


def no_run(spec: ModelSpec, arrays: Mapping[str, Array]) -> NoReturn:
    raise AssertionError(f"{spec} was run on {list(arrays)}")


def told(report: Report, level: str) -> list[str]:
    return [f"{f.what}: {f.sentence}" for f in report.findings if f.level == level]


def run(*command: str, cwd: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("made")
    return {kind: new(f"a-{kind}", kind, folder) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_plugin_is_clean(kind: str, made: dict[str, Path]) -> None:
    run("ruff", "check", "--no-cache", ".", cwd=made[kind])
    run("ruff", "format", "--no-cache", "--check", ".", cwd=made[kind])
    ours = ("--no-cache", "--config", str(ROOT / "pyproject.toml"), "--extend-ignore", _LOOSE)
    run("ruff", "check", *ours, ".", cwd=made[kind])


def test_new_plugins_are_typed(made: dict[str, Path], tmp_path: Path) -> None:
    modules = [str(next(folder.glob("mediadesk_*"))) for folder in made.values()]
    run("mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), *modules, cwd=tmp_path)


@pytest.mark.parametrize("kind", ["extractor", "model-catalogue"])
def test_a_new_plugins_tests_pass_by_plain_pytest(kind: str, made: dict[str, Path]) -> None:
    run("pytest", "-q", "-p", "no:cacheprovider", cwd=made[kind])


def test_the_tests_of_all_kinds_pass(made: dict[str, Path], tmp_path: Path) -> None:
    folders = [str(folder) for folder in made.values()]
    paths = "pythonpath=" + " ".join(folders)
    options = ("-q", "-p", "no:cacheprovider", "--import-mode=importlib", "-o", paths)
    run("pytest", *options, "--rootdir", str(tmp_path), *folders, cwd=tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_plugin_packs_and_passes_the_check(
    kind: str, made: dict[str, Path], tmp_path: Path
) -> None:
    wheel = read_wheel(pack(made[kind], tmp_path))
    assert wheel.manifest is not None
    assert wheel.manifest.name == f"a-{kind}"
    assert wheel.top_level == (wheel.manifest.module,)
    report = check(wheel.path, run=no_run)
    assert not told(report, "error") + told(report, "warning")
    assert report.ok
    assert any(finding.what.startswith(KINDS[kind]) for finding in report.findings)


def test_the_model_of_the_template_is_what_its_recipe_builds(made: dict[str, Path]) -> None:
    before = next(made["model-catalogue"].glob("*/colours.onnx")).read_bytes()
    subprocess.run([sys.executable, "build_model.py"], cwd=made["model-catalogue"], check=True)
    assert next(made["model-catalogue"].glob("*/colours.onnx")).read_bytes() == before


def test_a_part_may_run_a_model_of_the_catalogue_in_a_check(tmp_path: Path) -> None:
    def embed(spec: ModelSpec, arrays: Mapping[str, Array]) -> Mapping[str, Array]:
        assert spec == ModelSpec(task="voice")
        return {"twice": arrays["grey"].astype("float32") * 2}

    folder = broken(
        "extractor",
        tmp_path,
        swap("__init__.py", "    model = None", '    model = ModelSpec(task="voice")'),
        swap("__init__.py", "    Media,\n", "    Media,\n    ModelSpec,\n"),
        swap("__init__.py", "grey.mean()", 'run({"grey": grey})["twice"].mean() / 2'),
    )
    assert not told(check(folder, run=embed), "error")


Change = Callable[[Path], None]


def swap(file: str, old: str, new: str) -> Change:
    """Replace text in the file of a plugin's folder that ends so."""

    def change(folder: Path) -> None:
        (path,) = (each for each in folder.rglob("*") if each.name == file)
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is no longer in {path}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


def broken(kind: str, folder: Path, *changes: Change) -> Path:
    made = new("broken", kind, folder)
    for change in changes:
        change(made)
    return made


def code(old: str, new: str) -> Change:
    return swap("__init__.py", old, new)


def project(old: str, new: str) -> Change:
    return swap("pyproject.toml", old, new)


_RANK = "    def rank(self, request: RankRequest, run: Run) -> Scores:\n"
_DIE = "        import ctypes; ctypes.string_at(0)\n"
WRONG: dict[str, tuple[str, str, Change, str]] = {
    "NaN": ("ranker", "error", code("1 - alike.max(axis=1)", "np.nan"), "finite"),
    "impure": (
        "ranker", "error", code("0)\n        return", "0) + np.random.rand()\n        return"),
        "second time",
    ),
    "crash": ("ranker", "error", code(_RANK, _RANK + _DIE), "SIGSEGV"),
    "hang": (
        "ranker", "error", code(_RANK, _RANK + "        while True: pass\n"), "2 seconds"
    ),
    "bug": ("ranker", "error", code(_RANK, _RANK + "        {}['x']\n"), "KeyError"),
    "at import": ("shelf", "error", code('id="short"', "id=1 + '1'"), "TypeError"),
    "wrong type": (
        "ranker", "error", code("return Scores(values=values,", "return dict(values=values,"),
        "TypeError",
    ),
    "vector": ("extractor", "error", code("unit(shares)", "np.float32(shares)"), "length 1"),
    "no media": (
        "extractor", "error",
        project('read-media = "looks at pictures of your videos"\n', ""), "“read-media”",
    ),
    "garbage": ("importer", "error", code("(KeyError, ValueError, csv.Error)", "OSError"),
                "can't decode"),
    "ids": ("shelf", "error", code("tuple(short[:20])", "('nobody',)"), "not in the request"),
    "colour": ("panel", "error", code('"#2f9e8f"', '"green"'), "green"),
    "beyond": ("panel", "error", code("/ longest", "/ 100"), "outside"),
    "lost": ("transport", "error", code("read_bytes()", "read_bytes() + b'?'"), "came back"),
    "not ONNX": (
        "model-catalogue", "error",
        lambda folder: next(folder.rglob("*.onnx")).write_bytes(b"no"), "no ONNX file",
    ),
    "program": ("player", "error", code('program="mpv"', 'program="vlc"'), "“vlc”"),
    "no reason": (
        "shelf", "error", project("chooses from what you have not seen yet", ""), "no reason"
    ),
    "another API": ("shelf", "error", project(">=1.0,<2", ">=2"), "needs the plugin API"),
    "nothing": (
        "shelf", "error", code("return [ShortOnes(context)]", "return []"), "offers nothing"
    ),
    "no Python": ("shelf", "error", code("return [", "return [["), "is no Python"),
    "twice": (
        "tagger", "error", code("return [Outdoors()]", "return [Outdoors(), Outdoors()]"),
        "“broken”",
    ),
    "ours": ("tagger", "error", code('name = "broken"', 'name = "tags"'), "“tags”"),
    "unused": (
        "tagger", "warning",
        project("title = ", 'permissions = { write-data = "likes to" }\ntitle = '), "write-data",
    ),
    "network": (
        "tagger", "warning",
        project(
            "title = ",
            'permissions = { network = { hosts = ["example.org"], reason = "x" } }\ntitle = ',
        ),
        "network example.org",
    ),
    "words": ("shelf", "warning", project('"Short enough for a break"', '"Another"'),
              "“Short enough for a break” is not translated into zh_CN"),
    "label": ("shelf", "warning", project('title = "At most this many minutes"\n', ""), "no title"),
    "README": ("tagger", "warning", project('readme = "README.md"\n', ""), "README"),
    "licence": (
        "tagger", "warning",
        project('license = "MIT"\nlicense-files = ["LICENSE"]', "license-files = []"), "licence",
    ),
    "no default": ("player", "warning", project("default = false", "# none"), "no default"),
    "deprecated": (
        "tagger", "warning",
        code("        return [self._tags", "        import warnings\n\n        warnings.warn("
             '"use another", DeprecationWarning, 1)\n        return [self._tags'),
        "log: mediadesk_broken/__init__.py:27: DeprecationWarning: use another",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "level", "change", "sentence"), WRONG.values(), ids=WRONG)
def test_a_check_names_what_is_wrong(
    kind: str, level: str, change: Change, sentence: str, tmp_path: Path
) -> None:
    report = check(broken(kind, tmp_path, change), run=no_run)
    assert any(sentence in line for line in told(report, level)), report
    assert report.ok == (not told(report, "error"))


def test_a_library_comes_from_the_wheelhouse_or_is_named(tmp_path: Path) -> None:
    folder = broken(
        "tagger",
        tmp_path,
        project('["mediadesk"]', '["mediadesk", "tiny-lib"]'),
        code("from mediadesk.api", "import tiny_lib  # noqa: F401\nfrom mediadesk.api"),
    )
    report = check(folder, run=no_run)
    assert "tiny-lib" in told(report, "error")[0]
    house = wheel_factory.library(tmp_path / "house").parent
    assert check(folder, run=no_run, wheelhouse=house).ok
    assert check(pack(folder, tmp_path, wheelhouse=house), run=no_run).ok


def test_what_is_no_plugin_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no plugin")
    for source in (tmp_path, tmp_path / "notes.txt", tmp_path / "nowhere.whl"):
        report = check(source, run=no_run)
        assert not report.ok
        assert source.name in report.findings[-1].sentence
