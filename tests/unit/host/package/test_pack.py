"""Packing: a source folder becomes what can be installed, the same bytes each time."""

import os
import time
import zipfile
from pathlib import Path

import pytest
import wheel_factory as factory

from mediadesk.api import UserError
from mediadesk.host import project
from mediadesk.host.package.bundle import open_package
from mediadesk.host.package.pack import pack
from mediadesk.host.package.wheel import read_wheel, unpack

SOURCE = "from mediadesk.api import hookimpl\n\n@hookimpl\ndef {kind}s():\n    return []\n"


@pytest.mark.parametrize("kind", ["extractor", "ranker", "tagger"])
def test_a_plugin_is_packed_reproducibly_and_can_be_installed(kind: str, tmp_path: Path) -> None:
    source = SOURCE.format(kind=kind)
    folder = factory.project(tmp_path / "a", f"my-{kind}", source=source)
    made = pack(folder, tmp_path / "out")
    assert made == tmp_path / "out" / f"mediadesk_my_{kind}-1.0-py3-none-any.whl"
    wheel = read_wheel(made)
    assert wheel.manifest == project.read(folder)
    unpack(wheel, tmp_path / "site")
    laid = tmp_path / "site" / f"mediadesk_my_{kind}" / "__init__.py"
    assert laid.read_text(encoding="utf-8") == source

    again = factory.project(tmp_path / "b", f"my-{kind}", source=source)
    os.utime(again / "pyproject.toml", (time.time() - 10**6,) * 2)
    assert pack(again, tmp_path / "again").read_bytes() == made.read_bytes()


def test_the_manifest_stands_in_record(tmp_path: Path) -> None:
    made = pack(factory.project(tmp_path / "a"), tmp_path / "out")
    with zipfile.ZipFile(made) as archive:
        names = archive.namelist()
        assert names[-2:] == [
            "mediadesk_tiny-1.0.dist-info/mediadesk.json",
            "mediadesk_tiny-1.0.dist-info/RECORD",
        ]
        assert "mediadesk.json,sha256=" in archive.read(names[-1]).decode()


def _house(tmp_path: Path) -> Path:
    house = tmp_path / "house"
    for version in ("1.0", "1.9", "2.0", "3.0rc1"):
        factory.library(house, "tiny-lib", version, requires=["deep-lib[more]>=1", "numpy"])
    factory.library(house, "tiny-lib", "1.9.1", tag="cp311-cp311-win_amd64")
    factory.library(
        house,
        "deep-lib",
        "1.5",
        requires=[
            'win-lib; sys_platform == "never"',
            'rest-lib; extra == "more"',
            'dev-lib; extra == "dev"',
            "tiny-lib",
        ],
    )
    factory.library(house, "rest-lib", "0.1")
    return house


def test_a_bundle_takes_the_newest_wheels_that_fit_and_what_they_need(tmp_path: Path) -> None:
    folder = factory.project(tmp_path / "a", requires=["mediadesk>=0.1", "numpy", "tiny-lib<2"])
    made = pack(folder, tmp_path / "out", wheelhouse=_house(tmp_path))
    assert made.name == "mediadesk_tiny-1.0.mdplugin"
    package = open_package(made, tmp_path / "staging")
    assert [(each.name, each.version) for each in package.bundled] == [
        ("deep-lib", "1.5"),
        ("rest-lib", "0.1"),
        ("tiny-lib", "1.9"),
    ]
    again = pack(folder, tmp_path / "again", wheelhouse=tmp_path / "house")
    assert again.read_bytes() == made.read_bytes()


def test_a_limit_that_is_met_late_is_kept_too(tmp_path: Path) -> None:
    house = _house(tmp_path)
    factory.library(house, "strict-lib", "1.0", requires=["tiny-lib==1.0"])
    folder = factory.project(tmp_path / "a", requires=["tiny-lib", "strict-lib"])
    package = open_package(pack(folder, tmp_path / "out", wheelhouse=house), tmp_path / "staging")
    assert ("tiny-lib", "1.0") in [(each.name, each.version) for each in package.bundled]


@pytest.mark.parametrize(
    ("requires", "says"),
    [
        (["absent-lib>=2"], "no wheel for “absent-lib>=2” that works here, which “mediadesk-tiny”"),
        (["tiny-lib>4"], r"“tiny-lib>4” that works here \(1.0, 1.9, 2.0, 3.0rc1 is there\)"),
        (["tiny-lib<2", "tiny-lib>=2"], "no wheel for “tiny-lib"),
    ],
)
def test_what_the_wheelhouse_lacks_is_named(requires: list[str], says: str, tmp_path: Path) -> None:
    folder = factory.project(tmp_path / "a", requires=requires)
    with pytest.raises(UserError, match=says):
        pack(folder, tmp_path / "out", wheelhouse=_house(tmp_path))
    assert not (tmp_path / "out").exists()


def test_of_another_build_backend_the_wheel_in_dist_is_taken(tmp_path: Path) -> None:
    folder = factory.project(tmp_path / "a", backend="flit_core.buildapi")
    with pytest.raises(UserError, match=r"build it with “flit_core\.buildapi” first"):
        pack(folder, tmp_path / "out")
    recipe = factory.plugin_recipe()
    for version in ("0.9", "1.0"):
        factory.library(
            folder / "dist",
            "mediadesk-tiny",
            version,
            files=recipe.files,
            requires=recipe.requires,
            entry_points=recipe.entry_points,
        )
    made = read_wheel(pack(folder, tmp_path / "out"))
    assert (made.name, made.version) == ("mediadesk-tiny", "1.0")
    assert made.manifest == project.read(folder)


def test_a_folder_that_can_not_be_built_is_a_sentence(tmp_path: Path) -> None:
    folder = factory.project(tmp_path / "a")
    file = folder / "pyproject.toml"
    file.write_text(file.read_text().replace('["mediadesk_tiny"]', '["nowhere"]'))
    with pytest.raises(UserError, match=r"can't be built|lacks the module"):
        pack(folder, tmp_path / "out")


def test_what_would_not_be_installed_is_not_packed(tmp_path: Path) -> None:
    folder = factory.project(tmp_path / "a")
    (folder / "numpy").mkdir()
    (folder / "numpy" / "__init__.py").write_text("")
    file = folder / "pyproject.toml"
    file.write_text(file.read_text().replace('["mediadesk_tiny"]', '["mediadesk_tiny", "numpy"]'))
    with pytest.raises(UserError, match="“numpy”, which is MediaDesk's own"):
        pack(folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_no_wheelhouse_and_no_project_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"pyproject\.toml"):
        pack(tmp_path / "nothing", tmp_path / "out")
    with pytest.raises(UserError, match="is no folder"):
        pack(factory.project(tmp_path / "a"), tmp_path / "out", wheelhouse=tmp_path / "none")
