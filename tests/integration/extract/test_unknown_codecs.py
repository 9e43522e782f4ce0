"""Tracks in codecs that FFmpeg does not know: extractors that read files say it in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from media_factory import clip

from mediadesk.api import Item, Kind, Skip, UnreadableError
from mediadesk.media import GuardedMedia
from mediadesk_audio import Audio
from mediadesk_colourmap.frames import pictures
from mediadesk_keyframes import Keyframes
from mediadesk_subtitles import Subtitles

CODECS = (b"V_MPEG4/ISO/AVC", b"A_AAC", b"S_TEXT/")


def odd(folder: Path, *codecs: bytes) -> Item:
    """A video with pictures, sound and subtitles, of which these are in no known codec."""
    whole = clip(folder / "clip.mkv", subtitles=[(0.5, 2.5, "Said inside.")]).read_bytes()
    for codec in codecs:
        assert codec in whole
        whole = whole.replace(codec, codec[:2] + b"z" * len(codec[2:]))
    (folder / "odd.mkv").write_bytes(whole)
    return Item(id="odd", kind=Kind.CLIP, title="", path=folder / "odd.mkv", duration=3)


@pytest.mark.parametrize(
    ("extractor", "codec"), list(zip((Keyframes(), Audio(), Subtitles()), CODECS, strict=True))
)
def test_a_track_of_an_unknown_codec_gives_nothing_and_others_are_read(
    tmp_path: Path, extractor: Keyframes | Audio | Subtitles, codec: bytes
) -> None:
    others = set(CODECS) - {codec}
    assert extractor.prepare(odd(tmp_path, *others), GuardedMedia())
    with pytest.raises((Skip, UnreadableError)):
        extractor.prepare(odd(tmp_path, codec), GuardedMedia())


def test_the_colour_map_skips_pictures_of_an_unknown_codec(tmp_path: Path) -> None:
    path = odd(tmp_path, CODECS[0]).path
    assert path is not None
    with GuardedMedia().open(path) as container, pytest.raises(Skip, match="decoded"):
        pictures(container, 8, 3)
