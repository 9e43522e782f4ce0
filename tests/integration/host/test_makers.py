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


def test_new_plugins_are_clean(made: dict[str, Path]) -> None:
    folders = [str(folder) for folder in made.values()]
    cwd = Path(folders[0]).parent
    run("ruff", "check", "--no-cache", *folders, cwd=cwd)
    run("ruff", "format", "--no-cache", "--check", *folders, cwd=cwd)
    ours = ("--no-cache", "--config", str(ROOT / "pyproject.toml"), "--extend-ignore", _LOOSE)
    run("ruff", "check", *ours, "--config", f"src = {folders}", *folders, cwd=cwd)


def test_new_plugins_are_typed(made: dict[str, Path], tmp_path: Path) -> None:
    modules = [str(next(folder.glob("mediadesk_*"))) for folder in made.values()]
    run("mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), *modules, cwd=tmp_path)


def test_a_new_plugins_tests_pass_by_plain_pytest(made: dict[str, Path]) -> None:
    run("pytest", "-q", "-p", "no:cacheprovider", cwd=made["ranker"])


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
WRONG: dict[str, tuple[str, Change, str]] = {
    "NaN": ("ranker", code("unlike - usual", "np.nan"), "nan"),
    "crash": ("ranker", code(_RANK, _RANK + _DIE), "SIGSEGV"),
    "hang": ("ranker", code(_RANK, _RANK + "        while True: pass\n"), "2 seconds"),
    "bug": ("ranker", code(_RANK, _RANK + "        {}['x']\n"), "KeyError"),
    "at import": ("shelf", code('id="short"', "id=1 + '1'"), "TypeError"),
    "wrong type": (
        "ranker", code("return Scores(values=values,", "return dict(values=values,"), "TypeError"
    ),
    "by length": (
        "extractor", code("unit(shares)", "np.eye(len(grey), dtype=np.float32)[0]"),
        "This is of “dark.mp4”.",
    ),
    "no media": (
        "extractor", project('read-media = "looks at pictures of your videos"\n', ""),
        "“read-media”",
    ),
    "no reason": ("shelf", project("chooses from what you have not seen yet", ""), "no reason"),
    "another API": ("shelf", project(">=1.0,<2", ">=2"), "needs the plugin API"),
    "nothing": ("shelf", code("return [ShortOnes(context)]", "return []"), "offers nothing"),
    "no Python": ("shelf", code("return [", "return [["), "is no Python"),
    "ours": ("tagger", code('name = "broken"', 'name = "tags"'), "“tags”"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "change", "sentence"), WRONG.values(), ids=WRONG)
def test_a_check_names_what_is_wrong(
    kind: str, change: Change, sentence: str, tmp_path: Path
) -> None:
    report = check(broken(kind, tmp_path, change), run=no_run)
    assert any(sentence in line for line in told(report, "error")), report
    assert not report.ok


def test_all_that_is_wrong_around_the_code_is_named_at_once(tmp_path: Path) -> None:
    imports = (
        "import mediadesk.engine.messages  # noqa: F401",
        "from mediadesk import store  # noqa: F401",
        "from mediadesk.api import testing  # noqa: F401",
    )
    folder = broken(
        "player",
        tmp_path,
        code('"""Plays', "\n".join(["if 0:", *(f"    {line}" for line in imports), '"""Plays'])),
        code('program="mpv"', 'program="vlc"'),
        code('name="broken"', 'name="broken", kinds=frozenset()'),
    )
    errors = told(check(folder, run=no_run), "error")
    assert [line.partition(":")[0] for line in errors] == [
        "papers", "papers", "permissions", "players",
    ]  # fmt: skip
    assert "“mediadesk.engine.messages”" in errors[0]
    assert "“mediadesk.store”" in errors[1]
    assert "“vlc”" in errors[2]
    assert "kinds are" in errors[3]


def test_all_that_could_be_better_is_named_at_once(tmp_path: Path) -> None:
    more = 'write-data = "likes to"\nnetwork = { hosts = ["example.org"], reason = "x" }\n'
    folder = broken(
        "shelf",
        tmp_path,
        project("read-history =", more + "read-history ="),
        project('"Short enough for a break"', '"Another"'),
        project('"Short ones" =', '"Short" ='),
        project('title = "At most this many minutes"\n', ""),
        project("default = ", "# default = "),
        project('readme = "README.md"\n', ""),
        project('license = "MIT"\nlicense-files = ["LICENSE"]', "license-files = []"),
        code('    name = "broken"', '    name = "broken_Shelf"'),
        code('context.settings["minutes"]', 'context.settings.get("minutes", 20)'),
        code(
            "    def shelves(self, request: ShelfRequest) -> Sequence[ShelfDraft]:\n",
            "    def shelves(self, request: ShelfRequest) -> Sequence[ShelfDraft]:\n"
            "        import warnings\n"
            '        warnings.warn("use another", DeprecationWarning, 1)\n',
        ),
    )
    report = check(folder, run=no_run)
    assert report.ok, report
    warnings = "\n".join(told(report, "warning"))
    for sentence in (
        "permission “write-data” and seems not to use it",
        "permission “network example.org” and seems not",
        "“Short enough for a break” is not translated into zh_CN",
        "“Short ones” is not translated into zh_CN",
        "setting “minutes” has no title",
        "setting “minutes” has no default",
        "no README",
        "no licence",
        "such as “broken-shelf”",
        "DeprecationWarning: use another",
    ):
        assert sentence in warnings


def test_title_and_description_are_missed(tmp_path: Path) -> None:
    folder = broken(
        "tagger",
        tmp_path,
        project("title = ", "# title = "),
        project("description = ", "# description = "),
        code("return [Outdoors()]", "return [Outdoors(), Outdoors()]"),
    )
    report = check(folder, run=no_run)
    title, description = told(report, "warning")
    assert "no title" in title
    assert "no description" in description
    assert "“broken” is what “broken” has already" in told(report, "error")[0]


def test_a_ranker_is_tried_with_the_vectors_of_its_own_plugin(tmp_path: Path) -> None:
    folder = broken(
        "ranker",
        tmp_path,
        project('read-history = "', 'read-media = "looks"\nread-history = "'),
        code("import numpy", "from itertools import islice\nimport numpy"),
        code("Scores, hookimpl", "Scores, hookimpl, VIDEO, Sample, Feature, unit"),
        code("@hookimpl\n", EXTRACTOR + "\n\n@hookimpl\n"),
        code(_RANK, _RANK + '        own = request.blocks.get("light")\n'
             '        assert own is None, f"seen: {own.candidates.shape[1]}"\n'),
    )  # fmt: skip
    (error,) = told(check(folder, run=no_run), "error")
    assert error.startswith("rankers: broken: It raises AssertionError: seen: 3")


EXTRACTOR = """
class Light:
    name, version, kinds, model = "light", 1, VIDEO, None
    def prepare(self, item, media):
        with media.open(item.path) as container:
            return Sample(data={"n": sum(1 for _ in container.decode(video=0))})
    def encode(self, samples, run):
        return [Feature(summary=unit(np.array([s.data["n"], 1, 1]))) for s in samples]

@hookimpl
def extractors():
    return [Light()]
"""


def test_a_library_comes_from_the_wheelhouse_or_is_named(tmp_path: Path) -> None:
    folder = broken(
        "tagger",
        tmp_path,
        project('["mediadesk"]', '["mediadesk", "tiny-lib"]'),
        code("from mediadesk.api", "import tiny_lib  # noqa: F401\nfrom mediadesk.api"),
    )
    (why,) = told(check(folder, run=no_run, settings="my.toml"), "error")
    assert "needs tiny-lib, " in why
    assert why.endswith("or set “wheel_index” or “wheelhouse” in “my.toml” (here: --wheelhouse).")
    (why,) = told(check(folder, run=no_run, wheel_index="https://example.org/simple"), "error")
    assert why.endswith("no network: give a folder with the wheels that the plugin needs (here: "
                        "--wheelhouse).")  # fmt: skip
    house = wheel_factory.library(tmp_path / "house").parent
    assert check(folder, run=no_run, wheelhouse=house).ok
    assert check(pack(folder, tmp_path, wheelhouse=house), run=no_run).ok


def test_what_is_no_plugin_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no plugin")
    for source in (tmp_path, tmp_path / "notes.txt", tmp_path / "nowhere.whl"):
        report = check(source, run=no_run)
        assert not report.ok
        assert source.name in report.findings[-1].sentence
