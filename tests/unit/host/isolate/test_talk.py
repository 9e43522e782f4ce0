"""Frames, messages, the finder of modules, proxies, and the log."""

from __future__ import annotations

import io
import logging
import sys
from pathlib import Path
from typing import Any

import pytest

from mediadesk.api import Item, Kind, Skip, UnreadableError, UserError
from mediadesk.host.isolate.errors import Died
from mediadesk.host.isolate.finder import Finder, own_file
from mediadesk.host.isolate.frames import MOST_BYTES, WireError, read_frame, write_frame
from mediadesk.host.isolate.launch import environment
from mediadesk.host.isolate.messages import Raised
from mediadesk.host.isolate.output import Output
from mediadesk.host.isolate.remote import Remote


def test_frames_come_whole_and_in_order(tmp_path: Path) -> None:
    sent = [b"", b"a", b"x" * 100_000]
    with (tmp_path / "pipe").open("wb", buffering=0) as out:
        for frame in sent:
            write_frame(out, frame)
    with (tmp_path / "pipe").open("rb", buffering=0) as into:
        assert [read_frame(into) for _ in sent] == sent
        assert read_frame(into) is None


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\x01\x00", "a message of 1 bytes"),
        (b"\xff\xff\xff\xff", "4,294,967,295 bytes"),
        (b"\x05\x00\x00\x00abc", "ends early"),
    ],
)
def test_a_broken_frame_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "pipe").write_bytes(content)
    with (tmp_path / "pipe").open("rb", buffering=0) as into, pytest.raises(WireError, match=told):
        read_frame(into)


def test_a_frame_that_is_too_long_is_not_sent(tmp_path: Path) -> None:
    with (tmp_path / "pipe").open("wb", buffering=0) as out:
        with pytest.raises(ValueError, match="more than 64 MiB"):
            write_frame(out, bytes(MOST_BYTES + 1))
        assert out.tell() == 0


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Skip("s"), Skip),
        (UnreadableError("u"), UnreadableError),
        (UserError("u"), UserError),
        (Died("crash", "it crashed"), UserError),
        (UnicodeError("v"), ValueError),
        (KeyError("k"), RuntimeError),
    ],
)
def test_errors_cross_as_what_a_caller_can_tell_apart(
    error: Exception, kind: type[Exception]
) -> None:
    found = Raised.of(error).error()
    assert type(found) is kind
    assert str(error) in str(found)


def test_long_and_odd_texts_of_errors_are_cut_and_mended() -> None:
    assert len(Raised.of(UserError("x" * 10_000)).text) == 2_000
    assert Raised.of(UserError("\ud800")).text == "\ufffd"
    hostile = Raised(kind="x" * 1_000, name="y" * 1_000, text="z" * 10_000)
    assert len(str(hostile.error())) == 80 + 2 + 2_000


def test_a_plugins_module_is_found_before_all_but_what_is_provided(tmp_path: Path) -> None:
    for name in ("json", "numpy", "psutil", "some_module"):
        (tmp_path / f"{name}.py").touch()
    (tmp_path / "filelock").mkdir()  # no package
    finder = Finder([tmp_path / "none", tmp_path])
    for name in ("psutil", "some_module"):
        spec = finder.find_spec(name)
        assert spec is not None
        assert spec.origin == str(tmp_path / f"{name}.py")
    for name in ("json", "numpy", "sys", "__main__", "filelock", "not_there"):
        assert finder.find_spec(name) is None
    assert finder.find_spec("some_module.part", [str(tmp_path)]) is None
    assert finder not in sys.meta_path


def test_a_module_that_loads_another_of_its_name_from_within_finds_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As OpenCV does: its package takes itself away and imports the compiled `cv2` inside it."""
    root, elsewhere = tmp_path / "plugin", tmp_path / "elsewhere"
    (root / "vision").mkdir(parents=True)
    (root / "vision/__init__.py").touch()
    (root / "vision/vision.py").touch()
    elsewhere.mkdir()
    (elsewhere / "vision.py").touch()
    finder = Finder([root])

    def origin() -> str | None:
        spec = finder.find_spec("vision")
        return spec.origin if spec else None

    monkeypatch.setattr(sys, "path", [str(elsewhere), *sys.path, str(root)])
    assert origin() == str(root / "vision/__init__.py")
    monkeypatch.setattr(sys, "path", [str(elsewhere), str(root / "vision"), *sys.path])
    assert origin() == str(root / "vision/vision.py")
    monkeypatch.setattr(sys, "path", [elsewhere, str(root / "vision"), *sys.path])
    assert origin() == str(root / "vision/vision.py"), "a `Path` among them is passed over"


def test_a_file_of_the_plugin_lies_in_one_of_its_folders(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    (tmp_path / "two/model.onnx").touch()
    (tmp_path / "secret").touch()
    (tmp_path / "one/way_out").symlink_to(tmp_path / "secret")
    roots = [tmp_path / "one", tmp_path / "two"]
    real = (tmp_path / "two/model.onnx").resolve()
    assert own_file(Path("model.onnx"), roots) == real
    assert own_file(tmp_path / "two/model.onnx", roots) == real
    for name in ("../secret", "way_out", "/dev/zero", ".", "no"):
        with pytest.raises(ValueError, match="no file in the plugin's folder"):
            own_file(Path(name), roots)


def test_a_proxy_sends_values_and_keeps_the_rest(tmp_path: Path) -> None:
    asked: list[tuple[str, list[object]]] = []

    def ask(method: str, values: Any) -> str:  # noqa: ANN401
        asked.append((method, list(values)))
        return "answer"

    part: Any = Remote("extractors", {"name": "n", "version": 1}, ask)
    film = Item(id="i", kind=Kind.FILM, title="t", path=None)
    assert part.prepare(film, object()) == "answer"
    assert part.prepare(item=film, media=object()) == "answer"
    assert part.encode([], run=dict) == "answer"
    assert asked == [("prepare", [film]), ("prepare", [film]), ("encode", [[]])]
    assert (part.name, part.version) == ("n", 1)
    assert not hasattr(part, "tag")
    with pytest.raises(TypeError, match="prepare takes item, media; got item"):
        part.prepare(film)


def test_the_log_keeps_what_was_printed_and_does_not_grow_for_ever(tmp_path: Path) -> None:
    file = tmp_path / "new/plugin.log"
    output = Output(file)
    output.take("Käuzchen 100 %s\n".encode())
    output.take(b"\xff no newline")
    assert file.read_text("utf-8") == "Käuzchen 100 %s\n\ufffd no newline"
    for _ in range(50):
        output.take(b"x" * 65_535 + b"\n")
    output.close()
    sizes = [path.stat().st_size for path in file.parent.iterdir()]
    assert len(sizes) == 2
    assert max(sizes) <= 1 << 20


def test_a_log_that_can_not_be_written_harms_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    output = Output(tmp_path / "file/plugin.log")
    with caplog.at_level(logging.WARNING):
        output.take(b"lost\n")
    output.close()
    assert "can't be written" in caplog.text


def test_a_guest_knows_language_and_clock_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "TZ", "SECRET", "LD_PRELOAD", "PYTHONSTARTUP", "LCARS"):
        monkeypatch.setenv(name, "x")
    found = environment(tmp_path)
    assert found["LC_ALL"] == found["TZ"] == "x"
    assert not found.keys() & {"SECRET", "LD_PRELOAD", "PYTHONSTARTUP", "LCARS"}
    assert io.DEFAULT_BUFFER_SIZE > 0
