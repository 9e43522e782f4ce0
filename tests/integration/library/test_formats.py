"""Every common format of video and sound is taken: made here, encoded for real, and read."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import pytest
from library_factory import SHARED
from media_factory import moving_pictures, wave

import mediadesk_audio
import mediadesk_keyframes
from mediadesk.library.identify import identify
from mediadesk.media import GuardedMedia
from mediadesk.store.locations import Location

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.video.stream import VideoStream

_SECONDS = 1.2
# A name, how FFmpeg calls its container, and the codecs that such files have.
_VIDEOS = [
    ("phone.3gp", "3gp", "h263", "libopencore_amrnb"),
    ("camera.mts", "mpegts", "libx264", "ac3"),
    ("blu-ray.m2ts", "mpegts", "libx264", "pcm_bluray"),
    ("broadcast.ts", "mpegts", "mpeg2video", "mp2"),
    ("dvd.vob", "vob", "mpeg2video", "pcm_dvd"),
    ("old.mpg", "mpeg", "mpeg1video", "mp2"),
    ("bare.m2v", "mpeg2video", "mpeg2video", ""),
    ("tape.dv", "dv", "dvvideo", "pcm_s16le"),
    ("tape.avi", "avi", "dvvideo", "pcm_s16le"),
    ("old.divx", "avi", "msmpeg4v3", "libmp3lame"),
    ("windows.wmv", "asf", "wmv2", "wmav2"),
    ("windows.asf", "asf", "wmv1", "wmav1"),
    ("web.flv", "flv", "flv", "nellymoser"),
    ("web.f4v", "f4v", "libx264", "aac"),
    ("web.ogv", "ogg", "vp8", "libopus"),
    ("web.webm", "webm", "libvpx-vp9", "libopus"),
    ("mac.qt", "mov", "mjpeg", "adpcm_ima_qt"),
    ("studio.mov", "mov", "prores", "pcm_s16be"),
    ("archive.mkv", "matroska", "ffv1", "flac"),
]
_SOUNDS = [
    ("lossless.wv", "wv", "wavpack"),
    ("lossless.tta", "tta", "tta"),
    ("lossless.m4a", "mp4", "alac"),
    ("lossless.oga", "ogg", "flac"),
    ("studio.aiff", "aiff", "pcm_s16be"),
    ("studio.caf", "caf", "pcm_s16le"),
    ("studio.w64", "w64", "pcm_s16le"),
    ("book.m4b", "mp4", "aac"),
    ("radio.aac", "adts", "aac"),
    ("radio.mp2", "mp2", "mp2"),
    ("film.ac3", "ac3", "ac3"),
    ("film.mka", "matroska", "libopus"),
    ("song.opus", "opus", "libopus"),
    ("windows.wma", "asf", "wmav2"),
]
_SIZES = {"dvvideo": (720, 576)}
_PIXELS = {"mjpeg": "yuvj420p", "prores": "yuv422p10le"}
_RATES = {"libopencore_amrnb": 8000, "nellymoser": 44100, "wmav1": 44100, "wmav2": 44100}
_MONO = {"libopencore_amrnb", "nellymoser"}


def _look(path: Path) -> Location:
    return Location(path=path, root=path.parent, size=path.stat().st_size, mtime_ns=0)


@pytest.mark.parametrize(("name", "container", "video", "audio"), _VIDEOS)
def test_a_video_of_any_common_format_is_read_seen_and_heard(
    tmp_path: Path, name: str, container: str, video: str, audio: str
) -> None:
    path = tmp_path / name
    with av.open(path, "w", format=container) as file:
        pictures = file.add_stream(video, rate=25)
        pictures.width, pictures.height = _SIZES.get(video, (176, 144))
        pictures.pix_fmt = _PIXELS.get(video, "yuv420p")
        sound = _add_sound(file, audio) if audio else None
        file.start_encoding()
        _mux_pictures(file, pictures)
        if sound is not None:
            _mux_sound(file, sound)
    found = identify(_look(path))
    assert found.item.duration == pytest.approx(_SECONDS, abs=0.15)
    assert found.height == pictures.height
    assert bool(found.facts.get("Sound")) is bool(audio)
    (looks, *_) = mediadesk_keyframes.extractors()
    assert len(looks.prepare(found.item, GuardedMedia()).arrays["pixels"]) >= 1
    if audio:
        heard = mediadesk_audio.prepare(found.item, GuardedMedia())
        assert heard.data["loudness_lufs"] == pytest.approx(-17, abs=4)


@pytest.mark.parametrize(("name", "container", "codec"), _SOUNDS)
def test_sound_of_any_common_format_is_read_and_heard(
    tmp_path: Path, name: str, container: str, codec: str
) -> None:
    path = tmp_path / name
    with av.open(path, "w", format=container) as file:
        sound = _add_sound(file, codec)
        file.start_encoding()
        _mux_sound(file, sound)
    found = identify(_look(path))
    assert found.item.duration == pytest.approx(_SECONDS, abs=0.15)
    heard = mediadesk_audio.prepare(found.item, GuardedMedia())
    assert heard.data["loudness_lufs"] == pytest.approx(-17, abs=4)


@pytest.mark.parametrize(
    "name",
    [
        "mediafile/full.ape", "mediafile/full.mpc", "mediafile/full.dsf", "mediafile/full.wv",
        "tinytag/bitrate_present.spx", "tinytag/test.ogg", "tinytag/grouping.wma",
        "tinytag/silence.wma",
    ],
)  # fmt: skip
def test_real_music_of_formats_that_few_programs_write_is_taken(name: str) -> None:
    path = SHARED / "audio-tags" / name
    if not path.exists():
        pytest.skip("the shared media are not at hand")
    found = identify(_look(path))
    assert found.item.duration > 0
    if path.stem == "full":
        item = found.item
        told = (item.title, item.artist, item.album, item.year, item.disc, item.track)
        assert told == ("full", "the artist", "the album", 2001, 4, 2)


def _add_sound(file: OutputContainer, codec: str) -> AudioStream:
    sound = file.add_stream(codec, rate=_RATES.get(codec, 48000))
    sound.layout = "mono" if codec in _MONO else "stereo"
    if codec.startswith("wma"):
        sound.bit_rate = 96_000
    return sound


def _mux_pictures(file: OutputContainer, stream: VideoStream) -> None:
    size = stream.width, stream.height
    for number, picture in enumerate(moving_pictures(_SECONDS * 2.5, 1, size)):
        frame = picture.reformat(format=stream.pix_fmt)
        frame.pts, frame.time_base = number, Fraction(1, 25)
        file.mux(stream.encode(frame))
    file.mux(stream.encode())


def _mux_sound(file: OutputContainer, stream: AudioStream) -> None:
    frame = av.AudioFrame.from_ndarray(wave(_SECONDS, 1)[None], format="s16", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = 48000, 0, Fraction(1, 48000)
    resampler = av.AudioResampler(
        format=stream.format,
        layout=stream.layout,
        rate=stream.rate,
        frame_size=stream.codec_context.frame_size,
    )
    for part in (frame, None):
        for each in resampler.resample(part):
            file.mux(stream.encode(each))
    file.mux(stream.encode())
