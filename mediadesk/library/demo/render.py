"""Renders a clip: real pictures in motion, sound, and subtitles where they go inside the file."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.container import OutputContainer

from mediadesk.api import UserError
from mediadesk.library.demo import picture, sound
from mediadesk.library.demo.plan import Clip
from mediadesk.library.demo.subtitles import SENTENCE_S, cues

_VIDEO = {  # in order of preference; the options say "good enough, small, one thread"
    "libx264": {"preset": "veryfast", "crf": "25", "threads": "1"},
    "libopenh264": {"b": "700000"},
    "libvpx-vp9": {"crf": "34", "b": "0", "cpu-used": "8", "deadline": "realtime"},
    "mpeg4": {"q": "5"},
}
_LANGUAGES = {"en": "eng", "zh": "zho"}
_MILLISECOND = Fraction(1, 1000)
_AUDIO_FRAME = 1024


def render(clip: Clip, parts: Mapping[str, bytes], file: Path, *, container: str) -> None:
    """Write `clip` to `file` in a container format, ``mp4`` or ``matroska``.

    `parts` holds the pictures and the music by member. Every shot begins with a key frame.
    """
    seconds = SENTENCE_S * len(clip.lines["en"])
    wave = (
        sound.excerpt(parts[clip.music], seconds, clip.seed)
        if clip.music
        else sound.ambience(clip.ambience, seconds, clip.seed)
    )
    with av.open(f"file:{file}", "w", format=container) as output:
        output.metadata["title"] = clip.title
        output.metadata["date"] = str(clip.year)
        name = _encoder()
        # the casts say what PyAV's types leave open for a codec named at run time
        video = cast(
            av.VideoStream,
            output.add_stream(name, rate=picture.FRAMES_PER_S, options=_VIDEO[name]),
        )
        video.width, video.height, video.pix_fmt = picture.WIDTH, picture.HEIGHT, "yuv420p"
        audio = output.add_stream("aac", rate=sound.RATE, layout="mono")
        audio.bit_rate = 80_000
        if clip.embedded:
            _write_subtitles(output, clip, "mov_text" if container == "mp4" else "subrip")
        _write_sound(output, audio, wave)
        _write_pictures(output, video, [parts[name] for name in clip.pictures], clip.seed, seconds)


def _encoder() -> str:
    for name in _VIDEO:
        try:
            av.Codec(name, "w")
        except av.codec.codec.UnknownCodecError:
            continue
        return name
    raise UserError("This build of PyAV can write no video, so the clips are left out.")


def _write_pictures(
    output: OutputContainer,
    stream: av.VideoStream,
    pictures: list[bytes],
    seed: int,
    seconds: float,
) -> None:
    rng = np.random.default_rng(seed)
    shots = [picture.load(data) for data in pictures]
    if len(shots) < 3:
        shots *= 2  # seen twice, from another place
    at = 0
    for still in shots:
        for index, frame in enumerate(picture.shot(still, seconds / len(shots), rng)):
            frame.pts, frame.time_base = at, Fraction(1, picture.FRAMES_PER_S)
            if index == 0:
                frame.pict_type = av.video.frame.PictureType.I
            at += 1
            output.mux(stream.encode(frame))
    output.mux(stream.encode(None))


def _write_sound(output: OutputContainer, stream: av.AudioStream, wave: sound.Wave) -> None:
    for start in range(0, len(wave), _AUDIO_FRAME):
        block = np.ascontiguousarray(wave[None, start : start + _AUDIO_FRAME])
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
        frame.sample_rate, frame.pts = sound.RATE, start
        frame.time_base = Fraction(1, sound.RATE)
        output.mux(stream.encode(frame))
    output.mux(stream.encode(None))


def _write_subtitles(output: OutputContainer, clip: Clip, codec: str) -> None:
    streams = {}
    for language in clip.lines:
        stream = output.add_mux_stream(codec)
        stream.time_base = _MILLISECOND
        stream.metadata["language"] = _LANGUAGES[language]
        streams[language] = stream
    for language, stream in streams.items():
        for cue in cues(clip.lines[language]):
            text = cue.text.encode()
            # FFmpeg's mov_text is a length and the text; subrip is the text alone
            packet = av.Packet(len(text).to_bytes(2, "big") + text if codec == "mov_text" else text)
            packet.stream, packet.time_base = stream, _MILLISECOND
            packet.pts = packet.dts = round(cue.start * 1000)
            packet.duration = round((cue.end - cue.start) * 1000)
            packet.is_keyframe = True
            output.mux(packet)
