"""Damaged files are unreadable in one sentence or still media; nothing else ever escapes."""

import logging
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from media_factory import clip, song, surprising

from mediadesk.api import UnreadableError
from mediadesk.library import artwork, probe
from mediadesk.library.identify import identify
from mediadesk.media import open_media
from mediadesk.store.locations import Location

_SUFFIXES = (".mp4", ".mkv", ".webm", ".mp3", ".flac", ".ogg", ".m4a", ".wav")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    found = {}
    for suffix in _SUFFIXES:
        make = clip if suffix in {".mp4", ".mkv", ".webm"} else song
        found[suffix] = make(folder / f"a{suffix}", seconds=0.5, title="T").read_bytes()
    return found


_EDITS = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=8)), max_size=12
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(suffix=st.sampled_from(_SUFFIXES), cut=st.floats(0, 1), near=st.booleans(), edits=_EDITS)
def test_mutated_and_truncated_files_raise_nothing_else(
    tmp_path: Path,
    whole: dict[str, bytes],
    *,
    suffix: str,
    cut: float,
    near: bool,
    edits: list[tuple[float, bytes]],
) -> None:
    data = bytearray(whole[suffix])
    if cut > 0.5:
        del data[int(len(data) * cut) :]
    for share, content in edits:
        # The headers, where damage does most, are within the first kilobyte.
        at = int(share * min(len(data), 1024) if near else share * len(data))
        data[at : at + len(content)] = content
    path = tmp_path / f"damaged{suffix}"
    path.write_bytes(data)
    logging.disable(logging.WARNING)
    try:
        found = identify(Location(path=path, root=tmp_path, size=len(data), mtime_ns=1))
    except UnreadableError as error:
        assert str(path) in str(error)  # noqa: PT017 - both outcomes are right
    else:
        assert len(found.item.id) == 32
        assert 0 <= found.item.duration < 14 * 24 * 3600
    finally:
        logging.disable(logging.NOTSET)


def test_a_stream_that_turns_up_late_ends_the_packets_and_is_no_error(tmp_path: Path) -> None:
    path = surprising(clip(tmp_path / "a.flv", seconds=6), 0.9)
    with open_media(path) as container:
        assert len(list(probe.packets(container, container.streams.video[0]))) > 30


def test_a_file_whose_drive_goes_away_while_it_is_read_is_not_taken_for_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive = tmp_path / "drive"
    drive.mkdir()
    path = clip(drive / "a.mp4")
    is_alone = artwork.is_alone

    def gone(path: Path) -> bool:
        alone = is_alone(path)
        if drive.exists():
            drive.rename(tmp_path / "away")
        return alone

    monkeypatch.setattr(artwork, "is_alone", gone)
    with pytest.raises(UnreadableError, match="reconnect its drive"):
        identify(Location(path=path, root=drive, size=path.stat().st_size, mtime_ns=1))
