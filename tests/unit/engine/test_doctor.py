"""What the doctor says of playing."""

from __future__ import annotations

import sys

import pytest

from mediadesk.api import UserError
from mediadesk.engine import doctor
from mediadesk.play import vlc


@pytest.fixture(autouse=True)
def without_qt_multimedia(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "find_spec", lambda _: None)
    monkeypatch.setenv("DISPLAY", ":9")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


def test_without_libvlc_it_names_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vlc", None)
    found = doctor._player()
    assert not found.ok
    assert "libvlc5" in found.found
    assert found.remedy


def test_with_libvlc_it_tells_its_version_and_on_wayland_alone_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    try:
        version = vlc.version()
    except UserError as error:
        pytest.skip(str(error))
    good = doctor._player()
    assert (good.ok, good.found, good.remedy) == (True, f"libVLC {version}", "")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert doctor._player().ok  # there is XWayland
    monkeypatch.delenv("DISPLAY")
    bad = doctor._player()
    assert not bad.ok
    assert "QT_QPA_PLATFORM=xcb" in bad.found
    assert "XWayland" in bad.remedy


def test_qt_multimedia_plays_where_libvlc_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vlc", None)
    monkeypatch.setattr(doctor, "find_spec", lambda _: object())
    good = doctor._player()
    assert good.ok
    assert good.found == "Qt Multimedia; libVLC, which knows files of subtitles, is not here"
