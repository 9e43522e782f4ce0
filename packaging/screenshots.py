"""Joins clips of the demo library to a film and a series, for pictures of what is in long ones.

Usage: python packaging/screenshots.py DEMO-LIBRARY FOLDER
"""

import sys
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import numpy as np
import pysubs2

_CLIP_S = 18.2  # a bit longer than the pictures of a clip, for those that are kept back
_RATE = 44_100
_NFO = """<movie>
  <title>The Long Way Round</title><originaltitle>La vuelta larga</originaltitle>
  <year>2024</year><genre>Documentary</genre><genre>Travel</genre>
  <plot>A year on the road in fifty-five short looks at what people built, and at what lives
without them.</plot>
  <director>Ana Lindqvist</director><credits>Tomás Okafor</credits>
  <country>Iceland</country><country>Peru</country><studio>Slow Lane Pictures</studio>
  <set><name>Ways</name></set>
  <actor><name>Mirja Salonen</name><role>Narrator</role></actor>
  <actor><name>Rafael de la Vega y Montenegro</name><role>The guide</role></actor>
  <actor><name>林小雨</name><role>The driver</role></actor>
{cast}</movie>
"""
_EPISODE = """<episodedetails>
  <title>Close up {0}</title><showtitle>Wild Lives Close Up</showtitle>
  <season>1</season><episode>{0}</episode><year>2025</year>
  <director>Ana Lindqvist</director><actor><name>Mirja Salonen</name></actor>
</episodedetails>
"""
_CAST = "  <actor><name>{name}</name></actor>\n"
_OTHERS = (
    "Ada Brandt", "Bo Castell", "Cleo Dvořák", "Dag Eriksen", "Esi Fofana", "Finn Gallo",
    "Gwen Hughes", "Hana Ito", "Ivo Jansen", "Jun Kim", "Kai Larsen", "Lena Mäkelä",
)  # fmt: skip


def main(library: Path, folder: Path) -> None:
    """Write a film of all clips, and three episodes that begin and end alike."""
    themes = [each for each in sorted((library / "Videos").iterdir()) if each.name != "Shorts"]
    clips = [clip for each in themes for clip in sorted(each.glob("*.mp4"))]
    songs = sorted(library.glob("Music/**/*.ogg"))
    film = folder / "The Long Way Round (2024)" / "The Long Way Round (2024).mkv"
    film.parent.mkdir(parents=True)
    write(film, clips)
    write_subtitles(film.with_suffix(".en.srt"), clips)
    cast = "".join(_CAST.format(name=name) for name in _OTHERS)
    film.with_suffix(".nfo").write_text(_NFO.format(cast=cast), encoding="utf-8")
    for number in range(3):
        episode = folder / "Wild Lives Close Up" / f"Wild Lives Close Up S01E0{number + 1}.mkv"
        episode.parent.mkdir(exist_ok=True)
        episode.with_suffix(".nfo").write_text(_EPISODE.format(number + 1), encoding="utf-8")
        own = clips[12 + number * 9 : 21 + number * 9]
        write(episode, [*clips[:2], *own, *clips[2:4]], opening=songs[0], closing=songs[1])


def write(
    target: Path, clips: Sequence[Path], *, opening: Path | None = None, closing: Path | None = None
) -> None:
    """Write clips one behind the other; a song is heard with the first two, and the last two."""
    songs = {0: opening, len(clips) - 2: closing}
    with av.open(str(target), "w") as output:
        with av.open(str(clips[0])) as first:
            pictures = output.add_stream_from_template(first.streams.video[0])
        sound = output.add_stream("aac", rate=_RATE, layout="mono")
        ready = av.AudioFifo()
        skipped = 0
        for number, clip in enumerate(clips):
            _copy_pictures(output, pictures, clip, number * _CLIP_S)
            song = songs.get(number)
            if skipped:
                skipped -= 1
                continue
            seconds = 2 * _CLIP_S if song else _CLIP_S
            skipped = 1 if song else 0
            ready.write(_heard(song or clip, round(seconds * _RATE)))
            for frame in _blocks(ready):
                output.mux(sound.encode(frame))
        output.mux(sound.encode(None))


def _copy_pictures(
    output: av.container.OutputContainer, stream: av.VideoStream, clip: Path, start: float
) -> None:
    with av.open(str(clip)) as source:
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is None or packet.pts is None:
                continue
            later = round(Fraction(start) / packet.time_base)
            packet.pts, packet.dts, packet.stream = packet.pts + later, packet.dts + later, stream
            output.mux(packet)


def _heard(source: Path, count: int) -> av.AudioFrame:
    """Give so many samples of what is heard in a file, and silence behind its end."""
    resampler = av.AudioResampler("fltp", "mono", _RATE)
    parts, left = [], count
    with av.open(str(source)) as opened:
        for frame in opened.decode(audio=0):
            for each in resampler.resample(frame):
                parts.append(each.to_ndarray()[:, :left])
                left -= parts[-1].shape[1]
            if left <= 0:
                break
    wave = np.concatenate([*parts, np.zeros((1, max(0, left)), np.float32)], axis=1)
    made = av.AudioFrame.from_ndarray(np.ascontiguousarray(wave), format="fltp", layout="mono")
    made.sample_rate = _RATE
    return made


def _blocks(ready: av.AudioFifo) -> Iterator[av.AudioFrame]:
    while (frame := ready.read(1024)) is not None:
        yield frame


def write_subtitles(target: Path, clips: Sequence[Path]) -> None:
    """Write what is said in the clips, where it lies beside them, one behind the other."""
    whole = pysubs2.SSAFile()
    for number, clip in enumerate(clips):
        beside = clip.with_suffix(".en.srt")
        if beside.is_file():
            own = pysubs2.load(str(beside))
            own.shift(s=number * _CLIP_S)
            whole.events += own.events
    whole.save(str(target))


if __name__ == "__main__":
    main(*(Path(each) for each in islice(sys.argv, 1, 3)))
