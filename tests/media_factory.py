"""Makes small real media files for tests: encoded pictures, sound, subtitles and tags."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.subtitles.stream import SubtitleStream
from av.subtitles.subtitle import SubtitleSet
from av.video.codeccontext import VideoCodecContext

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FPS = 10
_AUDIO_CODECS = {".mp3": "libmp3lame", ".flac": "flac", ".opus": "libopus", ".ogg": "libopus",
                 ".webm": "libopus", ".wav": "pcm_s16le", ".wma": "wmav2",
                 ".wv": "wavpack"}  # fmt: skip

_ASS_HEADER = b"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, \
Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, \
Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def clip(
    path: Path,
    *,
    seconds: float = 3,
    seed: int = 0,
    size: tuple[int, int] = (320, 180),
    audio: bool = True,
    title: str = "",
    subtitles: Sequence[tuple[float, float, str]] = (),
) -> Path:
    """Write a video at 10 frames a second with a keyframe each second, and give its path.

    The suffix chooses the container: .mp4, .mov and .mkv hold H.264, .webm VP9; sound is AAC, in
    .webm Opus. `size` is (width, height); pictures and sound differ with `seed`. `subtitles` are
    (start, end, text) in seconds, embedded as a track.
    """
    with av.open(path, "w") as container:
        if title:
            container.metadata["title"] = title
        video = container.add_stream(
            "libvpx-vp9" if path.suffix == ".webm" else "libx264",
            rate=_FPS,
            options={"preset": "ultrafast", "deadline": "realtime", "cpu-used": "8"}
            if path.suffix == ".webm"
            else {"preset": "ultrafast", "crf": "28"},
        )
        video.width, video.height = size
        video.pix_fmt = "yuv420p"
        video.gop_size = _FPS
        sound = None
        if audio:
            sound = container.add_stream(_AUDIO_CODECS.get(path.suffix, "aac"), rate=48000)
            sound.layout = "mono"
        texts = add_subtitles(container, path) if subtitles else None
        container.start_encoding()
        if texts is not None:
            _mux_subtitles(container, texts, subtitles)
        for picture in moving_pictures(seconds, seed, size):
            container.mux(video.encode(picture))
        container.mux(video.encode())
        if sound is not None:
            _mux_sound(container, sound, seconds, seed)
    return path


def film(
    path: Path,
    *,
    seconds: float = 8,
    audio: Sequence[tuple[str, str]] = (("eng", "Main"), ("deu", "Kommentar")),
    subtitles: Sequence[tuple[str, str]] = (("eng", "Full"), ("fra", "")),
    chapters: Sequence[tuple[float, str]] = (),
) -> Path:
    """Write a Matroska video with several (language, name) tracks, and give its path.

    Each track of subtitles has a line a second; `chapters` are (start in seconds, title).
    """
    with av.open(path, "w") as container:
        video = container.add_stream("libx264", rate=_FPS, options={"preset": "ultrafast"})
        video.width, video.height = 320, 180
        video.pix_fmt, video.gop_size = "yuv420p", _FPS
        sounds, texts = [], []
        for language, name in audio:
            sound = container.add_stream("aac", rate=48000)
            sound.layout = "mono"
            sound.metadata.update({"language": language, "title": name})
            sounds.append(sound)
        for language, name in subtitles:
            text = add_subtitles(container, path)
            text.metadata.update({"language": language} | ({"title": name} if name else {}))
            texts.append(text)
        _add_chapters(container, chapters, seconds)
        container.start_encoding()
        for language, text in zip(subtitles, texts, strict=True):
            lines = [
                (second, second + 0.9, f"{language[0]} {second}") for second in range(int(seconds))
            ]
            _mux_subtitles(container, text, lines)
        for picture in moving_pictures(seconds, 1, (320, 180)):
            container.mux(video.encode(picture))
        container.mux(video.encode())
        for seed, sound in enumerate(sounds):
            _mux_sound(container, sound, seconds, seed)
    return path


def song(
    path: Path,
    *,
    seconds: float = 3,
    seed: int = 0,
    title: str = "",
    artist: str = "",
    album: str = "",
    genre: str = "",
) -> Path:
    """Write sound with tags and give its path; the sound differs with `seed`.

    The suffix chooses the format: .mp3, .flac, .opus, .ogg (Opus), .wav, .wv, .wma, .m4a (AAC).
    """
    with av.open(path, "w") as container:
        tags = {"title": title, "artist": artist, "album": album, "genre": genre}
        container.metadata.update({key: value for key, value in tags.items() if value})
        sound = container.add_stream(_AUDIO_CODECS.get(path.suffix, "aac"), rate=48000)
        sound.layout = "mono"
        if path.suffix == ".wma":
            sound.bit_rate = 64_000  # it takes no more for one channel
        _mux_sound(container, sound, seconds, seed)
    return path


def picture(path: Path, *, size: tuple[int, int] = (400, 600), seed: int = 0) -> Path:
    """Write a picture of (width, height) as .jpg or .png and give its path."""
    codec, pixels = ("png", "rgb24") if path.suffix == ".png" else ("mjpeg", "yuvj420p")
    encoder = VideoCodecContext.create(codec, "w")
    encoder.width, encoder.height, encoder.pix_fmt = *size, pixels
    encoder.time_base = Fraction(1, 1)
    frame = next(moving_pictures(0.1, seed, size)).reformat(format=pixels)
    path.write_bytes(b"".join(map(bytes, encoder.encode(frame) + encoder.encode())))
    return path


def harmed(path: Path, begin: float, end: float, *, every: int = 1) -> Path:
    """Turn bits over in bytes of an MP4 file, between two shares of what its streams hold."""
    raw = bytearray(path.read_bytes())
    first = raw.index(b"mdat") + 4
    span = slice(*(first + round(share * (len(raw) - first)) for share in (begin, end)), every)
    raw[span] = bytes(each ^ 0xA5 for each in raw[span])
    path.write_bytes(raw)
    return path


def surprising(path: Path, share: float = 0.5) -> Path:
    """Make one tag behind a share of an FLV file one of a stream that was not there before."""
    raw = bytearray(path.read_bytes())
    at = 13  # behind the header
    while at < share * len(raw):
        at += 15 + int.from_bytes(raw[at + 1 : at + 4])
    raw[at] ^= 1  # sound is 8, pictures are 9
    path.write_bytes(raw)
    return path


def moving_pictures(seconds: float, seed: int, size: tuple[int, int]) -> Iterator[av.VideoFrame]:
    """Give the pictures of a video at 10 frames a second, others for each `seed`."""
    random = np.random.default_rng(seed)
    width, height = size
    waves, phases = random.uniform(2, 12, (3, 2)), random.uniform(0, 6, 3)
    across = np.outer(waves[:, 0], np.linspace(0, 1, width))
    down = np.outer(waves[:, 1], np.linspace(0, 1, height)) + phases[:, None]
    columns = np.stack([np.cos(across), np.sin(across)], axis=1)
    for n in range(max(1, round(seconds * _FPS))):
        rows = np.stack([np.sin(down + n / _FPS), np.cos(down + n / _FPS)], axis=2)
        channels = rows @ columns  # the sine of the sum; a sine for each pixel takes long
        picture = (127 + 120 * channels.transpose(1, 2, 0)).astype(np.uint8, order="C")
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = n, Fraction(1, _FPS)
        yield frame


def wave(seconds: float, seed: int) -> NDArray[np.int16]:
    """Give sound at 48 kHz, another for each `seed`: int16 [seconds × 48,000]."""
    random = np.random.default_rng(seed)
    times = np.arange(int(48000 * seconds)) / 48000
    notes = random.uniform(110, 1760, 4)
    tones = sum(
        np.sin(2 * np.pi * note * times) * np.abs(np.sin(np.pi * times * (n + 1) / 2))
        for n, note in enumerate(notes)
    )
    noise = random.normal(0, 0.05, len(times))
    return ((tones / 5 + noise) * 20000).astype(np.int16)


def _mux_sound(container: OutputContainer, stream: AudioStream, seconds: float, seed: int) -> None:
    frame = av.AudioFrame.from_ndarray(wave(seconds, seed)[None], format="s16", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = 48000, 0, Fraction(1, 48000)
    container.mux(stream.encode(frame))
    container.mux(stream.encode())


def _add_chapters(
    container: OutputContainer, chapters: Sequence[tuple[float, str]], seconds: float
) -> None:
    ends = [start for start, _ in chapters[1:]] + [seconds]
    container.set_chapters(
        [
            {
                "id": number,
                "start": int(start * 1000),
                "end": int(end * 1000),
                "time_base": Fraction(1, 1000),
                "metadata": {"title": title},
            }
            for number, ((start, title), end) in enumerate(
                zip(chapters, ends, strict=False), start=1
            )
        ]
    )


def add_subtitles(container: OutputContainer, path: Path) -> SubtitleStream:
    """Add a track of subtitles of the codec that a container of this suffix has."""
    codec = {".mp4": "mov_text", ".mov": "mov_text", ".webm": "webvtt"}.get(path.suffix, "subrip")
    stream = container.add_stream(codec)
    stream.codec_context.subtitle_header = _ASS_HEADER
    return stream


def _mux_subtitles(
    container: OutputContainer,
    stream: SubtitleStream,
    subtitles: Sequence[tuple[float, float, str]],
) -> None:
    for n, (start, end, text) in enumerate(subtitles):
        scale = 1 / stream.time_base
        line = f"{n},0,Default,,0,0,0,,{text}"
        packet = stream.codec_context.encode_subtitle(
            SubtitleSet.create(
                line.encode(), start=0, end=round((end - start) * scale), pts=round(start * scale)
            )
        )
        packet.stream = stream
        container.mux(packet)
