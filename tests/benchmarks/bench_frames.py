"""Times reading key frames: `python tests/benchmarks/bench_frames.py [--folder DIR]`.

On 1080p H.264, HEVC and AV1 made of the demo library; all is made 256 lines high, in RGB, on one
thread, in turn and in one run. Seconds are CPU seconds, ratios ours to theirs, and it ends with an
error where a target is missed:

- all key frames of three minutes, against the ffmpeg command that decodes no others (1.0 or less;
  Debian's heeds `-skip_frame` not for AV1, so there it is asked to read no others) and against
  decoding them with PyAV and nothing else (1.15);
- sixteen frames of an hour, against sixteen calls of ffmpeg with `-ss`, at the same key frames and
  at times of no key frame (0.2), and against PyAV that seeks and decodes (1.2);
- the shots of a minute, against `ffmpeg -vf fps=1`, which has no target.

Beside these, the floor: opening a file with its index, and reading its packets; and what the
extractor takes for the hour, and the memory that it adds.

With --folder the videos, which take some minutes to make, are kept there.
"""

import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import islice, takewhile
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import cast

sys.path.insert(0, str(Path(__file__).parents[1]))

import av
import numpy as np
import platformdirs
import psutil
from against_ffmpeg import FFMPEG, in_turn, judge, kept_folder, run, say, used
from av import VideoFrame
from av.container import OutputContainer
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream
from worker_peaks import peak

from mediadesk.api import Array, Item, Kind
from mediadesk.library import demo
from mediadesk.media import GuardedMedia
from mediadesk_keyframes import Keyframes
from mediadesk_keyframes.frames import looks
from mediadesk_keyframes.pictures import centre, pictures, upright
from mediadesk_keyframes.shots import chosen, looked

SIZE, FPS, SECONDS, KEYS = (1920, 1080), 25, 28, 125
THREE_MINUTES, HOUR = 6, 128  # times as long as what is encoded
CODECS = {
    "H.264": ("libx264", {"preset": "veryfast", "crf": "21"}),
    "HEVC": ("libx265", {"preset": "ultrafast", "crf": "24", "x265-params": "log-level=none"}),
    "AV1": ("libsvtav1", {"preset": "10", "crf": "30"}),
}
KEYS_ONLY = {"AV1": ["-discard", "nokey"]}
SMALL = (455, 256)
ALL_AT_MOST, SIXTEEN_AT_MOST = 1.0, 0.2  # times the CPU seconds of the ffmpeg command
SEEKING_AT_MOST = 1.2  # times those of PyAV alone
DECODING_AT_MOST = 1.15
MANY = 9  # rounds, where a few hundredths decide
MEDIA = GuardedMedia()


def main() -> None:
    """Make the videos and print the figures."""
    with kept_folder(__doc__) as kept:
        os.environ["SVT_LOG"] = "1"  # else the encoder of AV1 tells all about itself
        met = []
        for name in CODECS:
            short, hour = (made(kept, name, times) for times in (THREE_MINUTES, HOUR))
            met += [*compare_all(name, short), *compare_sixteen(name, hour)]
            shots(name, short)
            floor(name, hour)
            extract(name, hour)
    judge(met)


def compare_all(name: str, path: Path) -> Iterator[bool]:
    """All key frames of a video, one after the other; tell which targets are met."""
    only = KEYS_ONLY.get(name, ["-skip_frame", "nokey"])
    command = [*FFMPEG, *only, "-i", str(path), *OUT, "-fps_mode", "passthrough", "-"]
    ours, theirs = list(plugin(path, 1000)), decoded(command)
    same(ours, theirs)
    what, own = f"{name}, all {len(ours)} key frames", partial(all_of, plugin, path, 1000)
    for peer, call, at_most in (
        (f"ffmpeg {' '.join(only)}", partial(run, command), ALL_AT_MOST),
        ("decoding alone", partial(all_of, keys, path), DECODING_AT_MOST),
    ):
        yield say(what, peer, in_turn(own, call, rounds=MANY), at_most)


def compare_sixteen(name: str, path: Path) -> Iterator[bool]:
    """Sixteen frames spread over a video; tell which targets are met."""
    with MEDIA.open(path) as container:
        seconds = [second for second, _ in looks(container, 16)]

    def commands(shift: float) -> list[list[str]]:
        at = (f"{second + shift:.3f}" for second in seconds)
        return [[*FFMPEG, "-ss", one, "-i", str(path), *OUT, "-frames:v", "1", "-"] for one in at]

    exact, between = commands(0.0), commands(KEYS / FPS / 2)
    ours = list(plugin(path, 16))
    same(ours, np.concatenate([decoded(one) for one in exact]))
    same(ours, np.stack(list(sought(path, seconds))))
    what, own = f"{name}, 16 frames of an hour", partial(all_of, plugin, path, 16)
    for peer, call, at_most in (
        ("16 × ffmpeg -ss at the same key frames", partial(run, *exact), SIXTEEN_AT_MOST),
        ("16 × ffmpeg -ss between key frames", partial(run, *between), SIXTEEN_AT_MOST),
        ("PyAV alone", partial(all_of, sought, path, seconds), SEEKING_AT_MOST),
    ):
        yield say(what, peer, in_turn(own, call), at_most)


def shots(name: str, path: Path) -> None:
    """The shots of a minute, by its key frames and by a frame each second."""
    command = [*FFMPEG, "-t", "60", "-i", str(path), "-vf", "fps=1,scale=455:256", "-f", "null"]

    def own() -> None:
        with MEDIA.open(path) as container:
            minute = takewhile(lambda look: look[0] < 60, pictures(container, 1000))
            seen = [(second, centre(seen)) for second, seen in minute if seen is not None]
        chosen(looked(*zip(*seen, strict=True)), 16)

    say(
        f"{name}, shots of a minute",
        "ffmpeg -vf fps=1",
        in_turn(own, partial(run, [*command, "-"]), rounds=1),
    )


def floor(name: str, path: Path) -> None:
    """How far sixteen frames are from what can't be saved."""
    took = {
        "open + index": in_turn(partial(read, path), partial(all_of, plugin, path, 16)),
        "reading all packets": in_turn(
            partial(read, path, whole=True), partial(all_of, plugin, path, 16)
        ),
    }
    for what, (least, own) in took.items():
        print(
            f"{name}, the floor of an hour: {what} {median(least):.2f} s; "
            f"16 frames take {median(own):.2f} s"
        )


def extract(name: str, path: Path) -> None:
    """What the plugin does with a video before the model sees it, in a process of its own."""
    with get_context("spawn").Pool(1) as pool:
        count, seconds, megabytes = pool.apply(prepared, [path])
    print(
        f"{name}, the extractor, an hour: {count} pictures in {seconds:.2f} s, "
        f"{megabytes:.0f} MB more at the peak"
    )


def prepared(path: Path) -> tuple[int, float, float]:
    """Give how many pictures there are, and the CPU seconds and the memory that they took."""
    item = Item(id="x", kind=Kind.FILM, title="", path=path, duration=HOUR * SECONDS)
    own = psutil.Process()
    before, begun = peak(own), used()
    sample = Keyframes().prepare(item, MEDIA)
    return len(sample.times), used() - begun, (peak(own) - before) / 1e6


OUT = ["-vf", f"scale={SMALL[0]}:{SMALL[1]}:flags=area", "-pix_fmt", "rgb24", "-f", "rawvideo"]


def plugin(path: Path, most: int) -> Iterator[Array]:
    """Read pictures as the plugin does."""
    with MEDIA.open(path) as container:
        for _, picture in pictures(container, most):
            if picture is not None:
                yield picture


def all_of(give: Callable[..., Iterator[object]], *arguments: object) -> None:
    """Take all that is given, keeping none."""
    deque(give(*arguments), maxlen=0)


def keys(path: Path) -> Iterator[VideoFrame]:
    """Decode all key frames by the shortest way."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        for key in [entry.timestamp for entry in stream.index_entries if entry.is_keyframe]:
            container.seek(key, stream=stream)
            packet = next(container.demux(stream))
            yield from (*stream.decode(packet), *stream.decode(None))
            stream.codec_context.flush_buffers()


def sought(path: Path, seconds: Sequence[float]) -> Iterator[Array]:
    """Decode the key frames of some seconds as one does with PyAV."""
    with av.open(str(path)) as container:
        container.streams.video[0].codec_context.thread_count = 1
        reformatter = VideoReformatter()
        for second in seconds:
            container.seek(round(second * av.time_base))
            yield upright(next(container.decode(video=0)), reformatter, Fraction(1))


def read(path: Path, *, whole: bool = False) -> None:
    """Open a video and ask for its index, and read all of its pictures if wanted."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        len(stream.index_entries)
        if whole:
            deque(container.demux(stream), maxlen=0)


def decoded(command: list[str]) -> Array:
    """Give the pictures that a command writes, uint8 [n, h, w, 3]."""
    written = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(written, np.uint8).reshape(-1, SMALL[1], SMALL[0], 3)


def same(ours: list[Array], theirs: Array) -> None:
    """Make sure that the same frames are compared."""
    apart = np.abs(np.stack(ours).astype(int) - theirs).mean(axis=(1, 2, 3)).max()
    if apart > 2:
        raise SystemExit(f"These are other frames: {apart:.1f} grey levels apart.")


def made(folder: Path, name: str, times: int) -> Path:
    """Give a video of real pictures, so many times as long as what is encoded."""
    once, target = (folder / f"{CODECS[name][0]}{end}.mp4" for end in ("", f"-{times}"))
    if not once.exists():
        half = folder / "half.mp4"
        with av.open(half, "w") as container:
            stream = added(container, name)
            for frame in scenes():
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
        half.rename(once)
    if not target.exists():
        repeat(once, target, times)
    return target


def added(container: OutputContainer, name: str) -> VideoStream:
    """Add the stream that a video is encoded to."""
    codec, options = CODECS[name]
    stream = cast(VideoStream, container.add_stream(codec, rate=FPS, options=options))
    (stream.width, stream.height), stream.pix_fmt = SIZE, "yuv420p"
    stream.gop_size = KEYS
    return stream


def scenes() -> Iterator[VideoFrame]:
    """Give frames of clips of the demo library, with the grain of a camera."""
    kept = platformdirs.user_cache_path("mediadesk", appauthor=False) / "demo-library"
    library = demo.build(Path(os.environ.get("MEDIADESK_DEMO_DIR", kept)), say=print)
    random = np.random.default_rng(1)
    grain = random.normal(0, 3, (6, SIZE[1], SIZE[0])).astype(np.int8)
    clips = sorted(path for path in demo.themes(library) if path.endswith((".mp4", ".mkv")))[::9]
    each = FPS * SECONDS // len(clips) + 1
    count = 0
    for clip in clips:
        with av.open(str(library / clip)) as container:
            for frame in islice(container.decode(video=0), each):
                planes = frame.reformat(*SIZE, "yuv420p", interpolation="LANCZOS").to_ndarray()
                light = planes[: SIZE[1]].astype(np.int16) + grain[count % len(grain)]
                planes[: SIZE[1]] = light.clip(0, 255)
                drawn = VideoFrame.from_ndarray(planes, format="yuv420p")
                drawn.pts, drawn.time_base = count, Fraction(1, FPS)
                count += 1
                yield drawn


def repeat(source: Path, target: Path, times: int) -> None:
    """Write the packets of a video several times over."""
    with av.open(source) as old, av.open(target, "w") as new:
        (track,) = old.streams.video
        stream = new.add_stream_from_template(track, opaque=True)  # what libdav1d decodes, too
        for n in range(times):
            old.seek(0)
            for packet in old.demux(track):
                if packet.pts is None or packet.dts is None or track.duration is None:
                    continue
                packet.pts += n * track.duration
                packet.dts += n * track.duration
                packet.stream = stream
                new.mux(packet)


if __name__ == "__main__":
    main()
