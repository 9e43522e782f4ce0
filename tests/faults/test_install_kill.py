"""kill -9 and a full disk while plugins change: what counts is the old or the new, and whole."""

import base64
import csv
import hashlib
import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import install_factory
import pytest
import wheel_factory

from mediadesk.api import UserError
from mediadesk.host.install import Installed, Installer
from mediadesk.host.package import signature

VICTIM = Path(__file__).parents[1] / "install_victim.py"
ROUNDS = 80
FILES = 2


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Signed bundles of four versions, each with a library of several files."""
    folder = tmp_path_factory.mktemp("packages")
    secret = install_factory.key(folder / "key")
    made = {}
    for version in ("0.9", "1.0", "2.0", "3.0"):
        wheels = folder / version
        files = [(f"tiny_lib/m{n}.py", f"V = {version!r}\n".encode() * 99) for n in range(FILES)]
        library = wheel_factory.library(wheels, "tiny-lib", version, files=files)
        own = wheel_factory.plugin(wheels, version=version, requires=["tiny-lib"])
        made[version] = wheel_factory.bundle(folder, own, [library])
        signature.sign(made[version], secret)
    return made


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where there is such a thing: hundreds of copies are made and deleted."""
    memory = Path("/dev/shm")  # noqa: S108 - where Linux has it
    with TemporaryDirectory(dir=memory if memory.is_dir() else tmp_path) as folder:
        yield Path(folder)


@pytest.fixture
def base(packages: dict[str, Path], work: Path) -> Path:
    """A plugins folder with version 1.0, and 0.9 to go back to."""
    desk = Installer(work / "base")
    for version in ("0.9", "1.0"):
        done = desk.install(desk.plan(str(packages[version]), network=False).token)
    (done.data / "notes.txt").write_text("mine", encoding="utf-8")
    desk.close()
    return work / "base"


def victims(mode: str, work: Path, **orders: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """Let processes be killed; give what they left behind."""
    file = work / "orders.json"
    file.write_text(json.dumps({"work": str(work), **orders}), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, VICTIM, mode, file], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    rounds: list[dict[str, Any]] = json.loads(done.stdout)
    return rounds


def check_whole(found: Installed) -> None:
    """Compare the files of a version with what the wheels say they should be."""
    assert found.state == "ready", found.problem
    records = sorted(found.root.glob("*.dist-info/RECORD"))
    assert len(records) == 2
    expected = set()
    for record in records:
        with record.open(encoding="utf-8", newline="") as file:
            for path, checksum, _ in csv.reader(file):
                expected.add(path)
                if checksum:
                    digest = hashlib.sha256((found.root / path).read_bytes()).digest()
                    told = base64.urlsafe_b64encode(digest).decode().rstrip("=")
                    assert checksum == f"sha256={told}", path
    here = {str(each.relative_to(found.root)) for each in found.root.rglob("*") if each.is_file()}
    assert here == expected


def check_clean(folder: Path) -> None:
    """Nothing is there but what counts, what a rollback brings, and data."""
    roots = {each.name for each in folder.iterdir()}
    assert roots <= {".lock", ".staging", "tiny", "trust.json"}
    assert not any(each.is_dir() for each in folder.glob(".staging/*"))
    plugin = folder / "tiny"
    if not plugin.exists():
        return
    if not (plugin / "current.json").exists():
        assert {each.name for each in plugin.iterdir()} == {"data"}
        return
    assert {each.name for each in plugin.iterdir()} == {"current.json", "data", "versions"}
    told = json.loads((plugin / "current.json").read_text(encoding="utf-8"))
    versions = {each.name for each in (plugin / "versions").iterdir()}
    assert versions == {told["current"], told["previous"]}


def check(folder: Path, outcomes: set[str | None]) -> str | None:
    """Check what a victim left, let the next start tidy it, and check again."""
    desk = Installer(folder)
    before = [each.version for each in desk.installed()]
    assert (before or [None])[0] in outcomes
    for each in desk.installed():
        check_whole(each)
    desk.recover()
    assert [each.version for each in desk.installed()] == before
    for each in desk.installed():
        check_whole(each)
        assert (each.data / "notes.txt").read_text(encoding="utf-8") == "mine"
    check_clean(folder)
    desk.close()
    return (before or [None])[0]


@pytest.mark.parametrize(
    ("action", "new", "least"),
    [
        ("install", "2.0", 60),
        ("rollback", "0.9", 3),
        ("remove", None, 20),
        ("remove all", None, 20),
    ],
)
def test_killed_before_any_change_on_disk_it_is_the_old_or_the_new(
    base: Path,
    packages: dict[str, Path],
    work: Path,
    *,
    action: str,
    new: str | None,
    least: int,
) -> None:
    old = "1.0"
    rounds = victims("steps", work, base=str(base), action=action, packages=[str(packages["2.0"])])
    assert len(rounds) > least
    found = [check(Path(each["folder"]), {old, new}) for each in rounds]
    for each, outcome in zip(rounds, found, strict=True):
        left = Path(each["folder"], "tiny").exists()
        assert left == (outcome is not None or action == "remove")
    assert [each["killed"] for each in rounds] == [True] * (len(rounds) - 1) + [False]
    assert found == sorted(found, key=lambda each: each != old), "it changes at one step"
    assert {found[0], found[-1]} == {old, new}
    last = Installer(Path(rounds[0]["folder"]))
    assert last.install(last.plan(str(packages["3.0"]), network=False).token).version == "3.0"
    last.close()


def test_killed_at_random_moments_it_is_the_old_or_the_new(
    base: Path, packages: dict[str, Path], work: Path
) -> None:
    rounds = victims(
        "moments",
        work,
        base=str(base),
        packages=[str(packages["2.0"]), str(packages["3.0"])],
        rounds=ROUNDS,
        seed=3,
    )
    assert len(rounds) == ROUNDS
    found = [check(Path(each["folder"]), {"1.0", "2.0", "3.0"}) for each in rounds]
    assert {"2.0", "3.0"} <= set(found)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own, where this process may mount one."""
    folder.mkdir()
    size = f"size={megabytes}m"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def large(folder: Path, version: str, megabytes: int) -> Path:
    noise = hashlib.shake_128(version.encode()).digest(megabytes << 20)
    recipe = wheel_factory.plugin_recipe(version=version)
    files = [*recipe.files, ("mediadesk_tiny/data.bin", noise)]
    return wheel_factory.write(folder, wheel_factory.replace(recipe, files=files))


@pytest.mark.parametrize(
    ("size", "says"),
    [(30, "needs 46 MB in .* make some space"), (58, "can't be looked into .* free some space")],
)
def test_a_full_disk_leaves_the_old_version(tmp_path: Path, size: int, says: str) -> None:
    with small_disk(tmp_path / "disk", 60) as disk:
        desk = Installer(disk / "plugins")
        desk.install(desk.plan(str(large(tmp_path, "1.0", 5)), network=False).token)
        update = large(tmp_path, "2.0", size)
        try:
            with pytest.raises(UserError, match=says):
                desk.install(desk.plan(str(update), network=False).token)
        finally:
            desk.close()
        (found,) = desk.installed()
        assert (found.version, found.state) == ("1.0", "ready")
        assert (found.root / "mediadesk_tiny" / "data.bin").stat().st_size == 5 << 20
        assert not list(disk.glob("plugins/.staging/*"))
        assert len(list(disk.glob("plugins/tiny/versions/*"))) == 1


def test_files_that_may_not_grow_leave_the_old_version(tmp_path: Path) -> None:
    desk = Installer(tmp_path / "plugins")
    desk.install(desk.plan(str(large(tmp_path, "1.0", 1)), network=False).token)
    plan = desk.plan(str(large(tmp_path, "2.0", 2)), network=False)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    try:
        with pytest.raises(UserError, match="can't be"):
            desk.install(plan.token)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    (found,) = desk.installed()
    assert (found.version, found.state) == ("1.0", "ready")
    desk.close()
    assert not list((tmp_path / "plugins" / ".staging").iterdir())
