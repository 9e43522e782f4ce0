"""Checks that media files can be made, read and understood; each check raises or tells.

All is imported late: what can't be imported must fail one check, not the program.
"""

import os
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from mediadesk.selftest.modules import each_of

if TYPE_CHECKING:
    from av import AudioFrame, VideoFrame

_MEDIA = {  # the encoders of a file's picture and sound
    "Harbour.2019.mp4": ("libx264", "aac"),
    "Meadow.webm": ("libvpx-vp9", "libopus"),
    "Rain.mp3": ("", "libmp3lame"),
    "Snow.flac": ("", "flac"),
    "Wind.ogg": ("", "vorbis"),
}
_SUBTITLES = """1
00:00:00,100 --> 00:00:00,900
Die alten Fischer erzählen am Abend von der See.
"""
_RATE, _FRAMES = 48_000, 12


def check_media(folder: Path) -> str:
    """Make a file of each important codec and read it again."""
    from mediadesk.media import open_media

    media = folder / "media"
    media.mkdir()

    def use(name: str) -> None:
        _encode(media / name, *_MEDIA[name])
        with open_media(media / name) as container:
            for stream in container.streams:
                container.seek(0)
                if not any(container.decode(stream)):
                    raise ValueError(f"no {stream.type} in it")

    each_of(_MEDIA, use)
    codecs = [codec for pair in _MEDIA.values() for codec in pair if codec]
    return f"{', '.join(codecs)} written and read"


def check_library(folder: Path) -> str:
    """Have those files analysed, like one, and see that the panel has learnt from it."""
    from mediadesk.engine.engine import Engine
    from mediadesk.settings import Places

    media = folder / "media"
    (media / "Harbour.2019.srt").write_text(_SUBTITLES, encoding="utf-16")
    for file in media.iterdir():
        os.utime(file, (0, 0))  # what was written just now would be left alone for a while
    engine = Engine(Places.find(folder / "analysed"))
    try:
        engine.add_folder(str(media))
        status = engine.analyze(wait=True)
        if problems := [problem.sentence for problem in status.problems]:
            raise RuntimeError(" ".join(problems))
        panel = engine.feedback(engine.ids()[0], "like").after
        years = {view.year for view in engine.views(engine.ids())}
        rankers = {name for shelf in panel.shelves for card in shelf.items for name in card.rankers}
    finally:
        engine.close()
    if status.items != len(_MEDIA) or 2019 not in years or "taste" not in rankers:
        raise LookupError(f"{status.items} items of {years}, ranked by {rankers or 'nobody'}")
    return f"{status.items} items analysed and ranked by {', '.join(sorted(rankers))}"


def _encode(path: Path, picture: str, sound: str) -> None:
    """Write a second of grey pictures, unless there is no encoder for them, and of a tone."""
    import av

    with av.open(path, "w") as container:
        video = container.add_stream(picture, rate=_FRAMES) if picture else None
        # FFmpeg's own encoder of Vorbis works and is still called experimental
        audio = container.add_stream(sound, rate=_RATE, options={"strict": "experimental"})
        assert isinstance(audio, av.AudioStream)  # noqa: S101 - so that mypy knows
        audio.layout = "stereo"
        if isinstance(video, av.VideoStream):
            video.width, video.height, video.pix_fmt = 128, 72, "yuv420p"
            for number in range(_FRAMES):
                container.mux(video.encode(_grey(number)))
            container.mux(video.encode())
        container.mux(audio.encode(_tone()))
        container.mux(audio.encode())


def _grey(number: int) -> "VideoFrame":
    import av
    import numpy as np

    frame = av.VideoFrame.from_ndarray(np.full((72, 128, 3), 20 * number, np.uint8), format="rgb24")
    frame.pts, frame.time_base = number, Fraction(1, _FRAMES)
    return frame


def _tone() -> "AudioFrame":
    import av
    import numpy as np

    wave = np.sin(np.arange(_RATE) / 20).astype(np.float32)
    frame = av.AudioFrame.from_ndarray(np.stack([wave, wave]), format="fltp", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = _RATE, 0, Fraction(1, _RATE)
    return frame
