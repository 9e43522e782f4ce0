"""Bundles: one plugin and what it needs, in one file."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import wheel_factory as factory

from mediadesk.api import UserError
from mediadesk.host.package.archive import Caps
from mediadesk.host.package.bundle import open_package


def test_a_bundle_gives_the_plugin_and_the_others(tmp_path: Path) -> None:
    path = factory.bundle(
        tmp_path,
        factory.plugin(tmp_path, requires=("tiny-lib",)),
        [factory.library(tmp_path), factory.library(tmp_path, "other-lib", "3.1")],
    )
    package = open_package(path, tmp_path / "staging")
    assert package.plugin.manifest is not None
    assert package.plugin.manifest.name == "tiny"
    assert [(each.name, each.version) for each in package.bundled] == [
        ("tiny-lib", "1.0"),
        ("other-lib", "3.1"),
    ]
    assert package.size == path.stat().st_size
    assert all(each.path.is_relative_to(tmp_path / "staging") for each in package.bundled)


def test_a_plugins_wheel_alone_is_a_package_too(tmp_path: Path) -> None:
    path = factory.plugin(tmp_path)
    package = open_package(path, tmp_path / "staging")
    assert (package.plugin.path, package.bundled) == (path, ())
    assert package.sha256 == package.plugin.sha256
    assert not (tmp_path / "staging").exists()


def _zip(*wheels: str) -> Callable[[Path], Path]:
    """A bundle with wheels under other names than its own."""

    def make(folder: Path) -> Path:
        own = factory.plugin(folder).read_bytes()
        return factory.zipped(folder / "tiny-1.0.mdplugin", [(each, own) for each in wheels])

    return make


_OWN = "mediadesk_tiny-1.0-py3-none-any.whl"


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_zip(), "one plugin, and this one 0"),
        (_zip(_OWN, "mediadesk_more-1.0-py3-none-any.whl"), "one plugin, and this one 2"),
        (_zip(_OWN, "README.md"), "“README.md” does not belong"),
        (_zip(_OWN, "wheels/setup.py"), "does not belong"),
        (_zip(_OWN, "wheels/deep/a-1.0-py3-none-any.whl"), "does not belong"),
        (_zip(_OWN, "../a-1.0-py3-none-any.whl"), "leads outside"),
        (_zip(_OWN, f"wheels/{_OWN}"), "second plugin"),
        (_zip("mediadesk_other-1.0-py3-none-any.whl"), "one folder"),
        (_zip(_OWN, *(f"wheels/a{n}-1.0-py3-none-any.whl" for n in range(100))), "100 files"),
        (lambda folder: factory.bundle(folder, factory.library(folder)), "no plugin"),
        (factory.library, "no plugin"),
        (
            lambda folder: factory.bundle(
                folder,
                factory.plugin(folder),
                [factory.library(folder), factory.library(folder, version="2.0")],
            ),
            "“tiny-lib” twice",
        ),
        (
            lambda folder: factory.bundle(
                folder, factory.plugin(folder), [factory.EVIL["link"].make(folder)]
            ),
            "is a link",
        ),
        (
            lambda folder: factory.bundle(
                folder, factory.plugin(folder), [factory.EVIL["numpy"].make(folder)]
            ),
            "“numpy”",
        ),
        (
            lambda folder: factory.patched(
                factory.bundle(folder, factory.plugin(folder)), lambda data: data[:-40]
            ),
            "no zip file",
        ),
        (lambda folder: factory.project(folder / "x") / "pyproject.toml", ".whl or .mdplugin"),
    ],
)
def test_what_is_no_bundle_is_refused_and_writes_nothing_elsewhere(
    make: Callable[[Path], Path], says: str, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    path = make(tmp_path / "in")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UserError, match=says):
        open_package(path, tmp_path / "staging")
    after = [each for each in tmp_path.rglob("*") if "staging" not in each.parts]
    assert sorted(after) == before


def test_a_bundle_is_no_way_round_the_caps(tmp_path: Path) -> None:
    big = [("big_lib.bin", bytes(range(256)) * 8)]
    others = [factory.library(tmp_path, f"big{n}", files=big) for n in range(3)]
    path = factory.bundle(tmp_path, factory.plugin(tmp_path), others)
    with pytest.raises(UserError, match="unpacked it is larger"):
        open_package(path, tmp_path / "one", Caps(unpacked=7000))
    assert len(open_package(path, tmp_path / "two").bundled) == 3


def test_a_bomb_inside_a_bundle_is_not_unpacked(tmp_path: Path) -> None:
    bomb = factory.EVIL["bomb"].make(tmp_path)
    path = factory.bundle(tmp_path, factory.plugin(tmp_path), [bomb])
    assert zipfile.is_zipfile(path)
    with pytest.raises(UserError, match="swells"):
        open_package(path, tmp_path / "staging")
    written = sum(each.stat().st_size for each in (tmp_path / "staging").rglob("*.whl"))
    assert written < 100_000
