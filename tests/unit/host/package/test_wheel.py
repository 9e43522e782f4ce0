"""Strangers' wheels: good ones are read and unpacked as they are, every trick is refused."""

import dataclasses
import shutil
import tempfile
from collections.abc import Callable
from importlib.metadata import Distribution
from pathlib import Path

import pytest
import wheel_factory as factory
from hypothesis import given, settings
from hypothesis import strategies as st

from mediadesk.api import UserError
from mediadesk.host.package.wheel import Caps, Wheel, read_wheel, unpack

ROOT = Path(__file__).parents[4]


def tree(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def test_a_library_says_what_it_is_and_brings(tmp_path: Path) -> None:
    path = factory.library(
        tmp_path,
        "Tiny.Lib",
        "1.0.post1",
        files=[("tiny_lib/__init__.py", b"X = 1\n"), ("extra.py", b""), ("LICENCE.txt", b"free")],
        requires=["numpy>=1", 'other; extra == "more"'],
    )
    wheel = read_wheel(path)
    assert (wheel.name, wheel.version) == ("tiny-lib", "1.0.post1")
    assert wheel.top_level == ("extra", "tiny_lib")
    assert wheel.requires == ("numpy>=1", 'other; extra == "more"')
    assert wheel.requires_python == ">=3.11"
    assert wheel.manifest is None
    assert wheel.size == path.stat().st_size
    unpack(wheel, tmp_path / "out")
    laid = tree(tmp_path / "out")
    assert laid["tiny_lib/__init__.py"] == b"X = 1\n"
    assert wheel.unpacked == sum(map(len, laid.values()))


def test_a_plugin_is_read_with_its_manifest_and_can_be_found_once_unpacked(tmp_path: Path) -> None:
    recipe = dataclasses.replace(
        factory.plugin_recipe(),
        requires=["mediadesk>=0.1", "numpy", 'pytest; extra == "dev"'],
    )
    wheel = read_wheel(factory.write(tmp_path, recipe))
    assert wheel.manifest == recipe.manifest
    unpack(wheel, tmp_path / "site")
    (found,) = Distribution.discover(path=[str(tmp_path / "site")])
    (point,) = found.entry_points
    assert (point.group, point.name, point.value) == ("mediadesk", "tiny", "mediadesk_tiny")


def test_bytecode_is_left_out_and_nothing_is_made_executable(tmp_path: Path) -> None:
    program = factory.link("tiny_lib/tool", 0o100000)  # an ordinary file with all rights
    wheel = read_wheel(
        factory.library(
            tmp_path,
            files=[
                ("tiny_lib/__init__.py", b""),
                (program, b"#!/bin/sh\n"),
                ("tiny_lib/__pycache__/__init__.cpython-311.pyc", b"not what the source says"),
            ],
        )
    )
    unpack(wheel, tmp_path / "out")
    assert not (tmp_path / "out" / "tiny_lib" / "__pycache__").exists()
    assert (tmp_path / "out" / "tiny_lib" / "tool").stat().st_mode & 0o111 == 0


def test_what_is_not_for_the_python_path_is_left_out_of_a_library(tmp_path: Path) -> None:
    wheel = read_wheel(
        factory.library(
            tmp_path,
            files=[
                ("tiny_lib-1.0.data/platlib/tiny_lib/__init__.py", b""),
                ("tiny_lib-1.0.data/data/share/man/man1/tiny.1", b"manual"),
                ("tiny_lib-1.0.data/scripts/tiny", b"#!python\n"),
                ("tiny.pth", b"import os\n"),
            ],
        )
    )
    unpack(wheel, tmp_path / "out")
    assert wheel.top_level == ("tiny_lib",)
    roots = {name.split("/")[0] for name in tree(tmp_path / "out")}
    assert roots == {"tiny_lib", "tiny_lib-1.0.dist-info"}


@pytest.mark.parametrize("trick", factory.EVIL)
def test_every_trick_is_refused_with_its_reason_and_nothing_is_written(
    trick: str, tmp_path: Path
) -> None:
    path = factory.EVIL[trick].make(tmp_path / "in")
    before = tree(tmp_path)
    with pytest.raises(UserError) as refused:
        read_wheel(path)
    told = str(refused.value)
    assert path.name in told
    assert factory.EVIL[trick].says in told
    assert str(tmp_path) not in told
    assert told.isprintable()
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("caps", "says"),
    [
        (Caps(archive=100), "larger than"),
        (Caps(files=3), "more than 3 files"),
        (Caps(unpacked=100), "unpacked it is larger"),
        (Caps(single=100), "“big.bin” in it is larger"),
        (Caps(path=20), "longer than 20 bytes"),
        (Caps(text=10), "larger than"),
        (Caps(small=100, ratio=3), "swells to more than 3 times"),
    ],
)
def test_each_cap_holds(caps: Caps, says: str, tmp_path: Path) -> None:
    path = factory.library(tmp_path, files=[("tiny_lib.py", b""), ("big.bin", bytes(1000))])
    assert read_wheel(path).unpacked > 1000
    with pytest.raises(UserError, match=says):
        read_wheel(path, caps)


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"“tiny-1.0-py3-none-any.whl” can't be read"):
        read_wheel(tmp_path / "tiny-1.0-py3-none-any.whl")


def test_a_wheel_that_changed_after_it_was_read_is_not_unpacked(tmp_path: Path) -> None:
    wheel = read_wheel(factory.library(tmp_path, files=[("tiny_lib.py", b"X = 1\n")]))
    factory.library(tmp_path, files=[("tiny_lib.py", b"X = 2\n")])
    with pytest.raises(UserError, match="has changed since it was read"):
        unpack(wheel, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_no_wheel_writes_over_the_file_of_another(tmp_path: Path) -> None:
    one = read_wheel(factory.library(tmp_path, "one", files=[("common.py", b"1")]))
    two = read_wheel(factory.library(tmp_path, "two", files=[("common.py", b"2")]))
    unpack(one, tmp_path / "out")
    with pytest.raises(UserError, match=r"“common.py” of “two-1.0.*File exists"):
        unpack(two, tmp_path / "out")
    assert (tmp_path / "out" / "common.py").read_bytes() == b"1"


def test_the_size_is_counted_again_while_writing(tmp_path: Path) -> None:
    wheel = read_wheel(factory.library(tmp_path))
    with pytest.raises(UserError, match="larger than it was"):
        unpack(dataclasses.replace(wheel, unpacked=5), tmp_path / "out")


def test_wheels_that_pip_itself_is_made_of_are_accepted(tmp_path: Path) -> None:
    import ensurepip

    bundled = sorted(Path(ensurepip.__file__).parent.glob("_bundled/pip-*.whl"))
    if not bundled:
        pytest.skip("this Python brings no wheel of pip")
    wheel = read_wheel(bundled[0])
    unpack(wheel, tmp_path)
    assert (tmp_path / "pip" / "__main__.py").is_file()
    assert wheel.top_level == ("pip",)


@pytest.mark.parametrize(
    "name",
    [
        "audio",
        "episodes",
        "history",
        "keyframes",
        "next",
        "subtitles",
        "tags",
        "taste",
        "together",
    ],
)
def test_the_first_party_plugins_wheels_are_accepted(name: str, tmp_path: Path) -> None:
    from hatchling.builders.wheel import WheelBuilder

    builder = WheelBuilder(str(ROOT / "plugins" / name))
    built = next(builder.build(directory=str(tmp_path), versions=["standard"]))
    wheel = read_wheel(Path(built))
    assert wheel.top_level == (f"mediadesk_{name}",)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> tuple[Wheel, dict[str, bytes]]:
    folder = tmp_path_factory.mktemp("good")
    wheel = read_wheel(factory.plugin(folder))
    unpack(wheel, folder / "out")
    return wheel, tree(folder / "out")


Change = Callable[[bytes], bytes]


def _flip(where: float, bit: int) -> Change:
    def change(data: bytes) -> bytes:
        at = int(where * len(data))
        return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :] if data else data

    return change


def _splice(where: float, remove: int, insert: bytes) -> Change:
    def change(data: bytes) -> bytes:
        at = int(where * len(data))
        return data[:at] + insert + data[at + remove :]

    return change


_places = st.floats(0, 1, exclude_max=True)
_changes = st.one_of(
    st.builds(_flip, _places, st.integers(0, 7)),
    st.builds(_splice, _places, st.integers(0, 40), st.binary(max_size=20)),
    st.builds(lambda where: lambda data: data[: int(where * len(data))], _places),
)


@settings(max_examples=300, deadline=None)
@given(changes=st.lists(_changes, min_size=1, max_size=4))
def test_a_damaged_wheel_is_refused_or_gives_the_same_files(
    good: tuple[Wheel, dict[str, bytes]], changes: list[Change]
) -> None:
    wheel, files = good
    data = wheel.path.read_bytes()
    for change in changes:
        data = change(data)
    folder = Path(tempfile.mkdtemp())
    try:
        path = folder / wheel.path.name
        path.write_bytes(data)
        try:
            read = read_wheel(path)
        except UserError:
            return
        unpack(read, folder / "out")
        assert tree(folder / "out") == files
        assert read.manifest == wheel.manifest
    finally:
        shutil.rmtree(folder)
