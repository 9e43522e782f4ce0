import hashlib
from pathlib import Path

import pytest

from mediadesk import resources
from mediadesk.api import ModelSpec, UserError
from mediadesk.models.catalogue import Model
from mediadesk.models.files import Builder, Files

SHIPPED = Model(
    name="shipped",
    task="image",
    size=4,
    licence="MIT",
    source="some-package==1",
    file="models/shipped.onnx",
    sha256=hashlib.sha256(b"good").hexdigest(),
)
BUILT = Model(
    name="built",
    task="text",
    size=5 << 20,
    licence="MIT",
    source="some-package==1",
    builder="maker",
    sha256="0123456789abcdef",
)


class Maker:
    def __init__(self) -> None:
        self.runs = 0
        self.available = True

    def build(self, path: Path) -> None:
        self.runs += 1
        path.write_bytes(b"model")


@pytest.fixture
def maker() -> Maker:
    return Maker()


@pytest.fixture
def files(tmp_path: Path, maker: Maker, monkeypatch: pytest.MonkeyPatch) -> Files:
    root = tmp_path / "resources"
    (root / "models").mkdir(parents=True)
    monkeypatch.setattr(resources, "path", lambda name: root / name)
    builder = Builder(lambda: maker.available, maker.build)
    return Files(tmp_path / "cache", {"maker": builder})


def test_a_whole_shipped_file_is_given_in_place(files: Files) -> None:
    resources.path(SHIPPED.file).write_bytes(b"good")
    assert files.installed(SHIPPED)
    assert files.path(SHIPPED) == resources.path(SHIPPED.file)


def test_a_missing_shipped_file_says_how_to_install_it(files: Files) -> None:
    assert not files.installed(SHIPPED)
    with pytest.raises(UserError, match=r"“shipped” is not installed.*shipped\.onnx.*install"):
        files.path(SHIPPED)


def test_a_damaged_shipped_file_is_refused_even_after_it_was_good(files: Files) -> None:
    path = resources.path(SHIPPED.file)
    path.write_bytes(b"good")
    files.path(SHIPPED)
    path.write_bytes(b"not good")
    with pytest.raises(UserError, match=r"shipped\.onnx” is damaged: install MediaDesk again"):
        files.path(SHIPPED)


def test_an_unchanged_file_is_hashed_once(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    resources.path(SHIPPED.file).write_bytes(b"good")
    files.path(SHIPPED)
    monkeypatch.setattr(hashlib, "file_digest", None)
    files.path(SHIPPED)


def test_a_model_is_built_once_and_kept(files: Files, maker: Maker, tmp_path: Path) -> None:
    path = files.path(BUILT)
    assert (files.path(BUILT), maker.runs) == (path, 1)
    again = Files(tmp_path / "cache", {"maker": Builder(lambda: False, maker.build)})
    assert (again.path(BUILT), maker.runs) == (path, 1)
    assert again.installed(BUILT)
    assert {p.name for p in path.parent.iterdir()} == {path.name, path.stem + ".sha256"}


@pytest.mark.parametrize("suffix", [".onnx", ".sha256"])
def test_a_damaged_built_file_is_built_again_once(files: Files, maker: Maker, suffix: str) -> None:
    path = files.path(BUILT)
    path.with_suffix(suffix).write_bytes(b"\xff damaged")
    assert files.path(BUILT).read_bytes() == b"model"
    files.path(BUILT)
    assert maker.runs == 2


def test_a_failed_build_leaves_nothing_behind(files: Files, maker: Maker, tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    files = Files(tmp_path / "cache", {"maker": Builder(lambda: True, fail)})
    with pytest.raises(UserError, match=r"can't be built in .*cache.*No space.*5 MB"):
        files.path(BUILT)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_model_without_its_package_says_how_to_install_it(files: Files, maker: Maker) -> None:
    maker.available = False
    assert not files.installed(BUILT)
    with pytest.raises(UserError, match="pip install some-package"):
        files.path(BUILT)


def test_a_plugins_own_file_is_described_by_its_content(files: Files, tmp_path: Path) -> None:
    own = tmp_path / "own.onnx"
    own.write_bytes(b"one")
    spec = ModelSpec(task="rank", name="own", file=own)
    first = files.own(spec)
    assert (first.id, first.size) == (f"own@{hashlib.sha256(b'one').hexdigest()[:12]}", 3)
    assert files.path(first) == own
    own.write_bytes(b"another")
    assert files.own(spec).id != first.id


def test_a_plugins_own_file_needs_a_name_and_must_exist(files: Files, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="needs a name"):
        files.own(ModelSpec(task="rank", file=tmp_path / "own.onnx"))
    with pytest.raises(UserError, match=r"own\.onnx.*install its plugin again"):
        files.own(ModelSpec(task="rank", name="own", file=tmp_path / "own.onnx"))
