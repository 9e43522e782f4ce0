"""Times reading key frames: `python tests/benchmarks/bench_frames.py [--folder DIR]`.

Against the ffmpeg command, in turn and in one run, on 1080p H.264 and HEVC made of the demo
library: all key frames of three minutes against `-skip_frame nokey`, and sixteen of an hour against
sixteen calls with `-ss`, at the same key frames and at times of no key frame. All is made 256 lines
high, in RGB, on one thread; seconds are CPU seconds, ratios ours to theirs. Targets, which it ends
by: 1.0 or less, and 0.2 or less. Last what the extractor takes for the hour, and the memory that it
adds.

With --folder the videos, which take some minutes to make, are kept there.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import cast

sys.path.insert(0, str(Path(__file__).parents[1]))

import av
import numpy as np
import platformdirs
import psutil
from av import VideoFrame
from av.video.stream import VideoStream
from worker_peaks import peak

from mediadesk.api import Array, Item, Kind
from mediadesk.library import demo
from mediadesk.media import GuardedMedia
from mediadesk_keyframes import Keyframes
from mediadesk_keyframes.frames import looks
from mediadesk_keyframes.pictures import upright

SIZE, FPS, SECONDS, KEYS = (1920, 1080), 25, 28, 125
THREE_MINUTES, HOUR = 6, 128  # times as long as what is encoded
CODECS = {
    "H.264": ("libx264", {"preset": "veryfast", "crf": "21"}),
    "HEVC": ("libx265", {"preset": "ultrafast", "crf": "24", "x265-params": "log-level=none"}),
}
SMALL = (455, 256)
ROUNDS = 5
ALL_AT_MOST, SIXTEEN_AT_MOST = 1.0, 0.2  # times the CPU seconds of the ffmpeg command
MEDIA = GuardedMedia()


def main() -> None:
    """Make the videos and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where the videos are kept")
    folder = parser.parse_args().folder
    if shutil.which("ffmpeg") is None:
        raise SystemExit("There is no ffmpeg command to compare with: install the package ffmpeg.")
    with tempfile.TemporaryDirectory() as passing:
        kept = folder or Path(passing)
        kept.mkdir(parents=True, exist_ok=True)
        missed = []
        for name in CODECS:
            short, hour = (made(kept, name, times) for times in (THREE_MINUTES, HOUR))
            missed += [compare_all(name, short) > ALL_AT_MOST]
            missed += [ratio > SIXTEEN_AT_MOST for ratio in compare_sixteen(name, hour)]
            extract(name, hour)
    if any(missed):
        raise SystemExit(f"{sum(missed)} of {len(missed)} targets are missed.")


def compare_all(name: str, path: Path) -> float:
    """All key frames of a video, one after the other; give the ratio."""
    command = [*FFMPEG, "-skip_frame", "nokey", "-i", str(path), *OUT, "-fps_mode", "passthrough"]
    ours, theirs = list(pictures(path, 1000)), decoded([*command, "-"])
    same(ours, theirs)
    own, other = in_turn(lambda: list(pictures(path, 1000)), partial(run, [*command, "-"]))
    return say(f"{name}, all {len(ours)} key frames", own, "ffmpeg -skip_frame nokey", other)


def compare_sixteen(name: str, path: Path) -> list[float]:
    """Sixteen frames spread over a video; give the ratios."""
    with MEDIA.open(path) as container:
        seconds = [second for second, _ in looks(container, 16)]

    def commands(shift: float) -> list[list[str]]:
        at = (f"{second + shift:.3f}" for second in seconds)
        return [[*FFMPEG, "-ss", one, "-i", str(path), *OUT, "-frames:v", "1", "-"] for one in at]

    exact, between = commands(0.0), commands(KEYS / FPS / 2)
    same(list(pictures(path, 16)), np.concatenate([decoded(one) for one in exact]))
    ratios = []
    for what, peer in (("at the same key frames", exact), ("between key frames", between)):
        own, other = in_turn(lambda: list(pictures(path, 16)), partial(run, *peer))
        ratios += [say(f"{name}, 16 frames of an hour", own, f"16 × ffmpeg -ss {what}", other)]
    return ratios


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


FFMPEG = ["ffmpeg", "-v", "error", "-threads", "1"]
OUT = ["-vf", f"scale={SMALL[0]}:{SMALL[1]}:flags=area", "-pix_fmt", "rgb24", "-f", "rawvideo"]


def pictures(path: Path, most: int) -> Iterator[Array]:
    """Read frames as the plugin does."""
    with MEDIA.open(path) as container:
        for _, frame in looks(container, most):
            if frame is not None:
                yield upright(frame)


def run(*commands: list[str]) -> None:
    """Run commands and throw away what they write."""
    for command in commands:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def decoded(command: list[str]) -> Array:
    """Give the pictures that a command writes, uint8 [n, h, w, 3]."""
    written = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(written, np.uint8).reshape(-1, SMALL[1], SMALL[0], 3)


def same(ours: list[Array], theirs: Array) -> None:
    """Make sure that the same frames are compared."""
    apart = np.abs(np.stack(ours).astype(int) - theirs).mean(axis=(1, 2, 3)).max()
    if apart > 2:
        raise SystemExit(f"These are other frames: {apart:.1f} grey levels apart.")


def in_turn(
    ours: Callable[[], object], theirs: Callable[[], object]
) -> tuple[list[float], list[float]]:
    """Run both in turn and give the CPU seconds of each."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for call, seconds in zip((ours, theirs), taken, strict=True):
            before = used()
            call()
            seconds.append(used() - before)
    return taken


def used() -> float:
    """Give the CPU seconds of this process and of those that it ran."""
    own, others = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def say(what: str, ours: list[float], peer: str, theirs: list[float]) -> float:
    """Print medians and the median of each round's ratio; give the latter."""
    ratio = median(own / other for own, other in zip(ours, theirs, strict=True))
    print(f"{what}: {median(ours):.2f} s; {peer}: {median(theirs):.2f} s; ratio {ratio:.2f}")
    return ratio


def made(folder: Path, name: str, times: int) -> Path:
    """Give a video of real pictures, so many times as long as what is encoded."""
    codec, options = CODECS[name]
    once, target = folder / f"{codec}.mp4", folder / f"{codec}-{times}.mp4"
    if not once.exists():
        half = folder / "half.mp4"
        with av.open(half, "w") as container:
            stream = cast(VideoStream, container.add_stream(codec, rate=FPS, options=options))
            stream.width, stream.height = SIZE
            stream.pix_fmt, stream.gop_size = "yuv420p", KEYS
            for frame in scenes():
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
        half.rename(once)
    if not target.exists():
        repeat(once, target, times)
    return target


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
        stream = new.add_stream_from_template(track)
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
