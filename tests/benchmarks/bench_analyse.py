"""Times the analysis of real clips: `python tests/benchmarks/bench_analyse.py [--clips 40]`.

One file at a time (a step begins when the one before is saved) against the usual way (as many
workers as cores, while the models run beside them), each in a process of its own, in turn. Wall
time counts from the folder's being added till all of it is understood; processes and models are
up by then. Target on two cores: at least 1.6 times as fast, or it ends with a sentence. It needs a
calm machine: the CPU seconds of others are told.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as the command does, for the workers too
sys.path.insert(0, str(Path(__file__).parents[1]))

import platformdirs
import psutil
from library_factory import rest
from media_factory import clip
from worker_peaks import WorkerPeaks

from mediadesk.engine.engine import Engine
from mediadesk.extract import pipeline
from mediadesk.library import demo
from mediadesk.settings import Places

_MIB = 1 << 20
_TARGET = 1.6
Figures = dict[str, float]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--way", choices=["one", "usual"], help=argparse.SUPPRESS)
    parser.add_argument("--media", type=Path, help="a folder of videos instead of the demo's")
    chosen = parser.parse_args()
    if chosen.way:
        print(json.dumps(timed(chosen.media, is_usual=chosen.way == "usual")))
        return
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as temporary:
        media = Path(temporary, "media")
        count = gather(chosen.media, media, chosen.clips)
        found: dict[str, list[Figures]] = {"one": [], "usual": []}
        for _ in range(chosen.rounds):
            for way, figures in found.items():
                figures.append(apart(media, way))
                print(f"{way}: {told(figures[-1], count)}")
    one, usual = (min(each["seconds"] for each in found[way]) for way in ("one", "usual"))
    print(f"{count} clips: {one:.1f} s one at a time, {usual:.1f} s as usual: {one / usual:.2f} ×")
    if one / usual < _TARGET:
        raise SystemExit(f"It should be {_TARGET} × on a calm machine with two cores.")


def gather(source: Path | None, target: Path, count: int) -> int:
    """Copy `count` clips with their subtitles; give how many there were."""
    if source is None:
        source = demo.build(
            platformdirs.user_cache_path("mediadesk", appauthor=False) / "demo-library", say=print
        )
    target.mkdir()
    clips = [p for p in sorted(source.rglob("*")) if p.suffix in {".mp4", ".mkv"}][:count]
    for path in clips:
        for each in path.parent.glob(f"{path.stem}.*"):
            shutil.copy(each, target)
    rest(*target.iterdir())
    return len(clips)


def apart(media: Path, way: str) -> Figures:
    """Time one way in a fresh process."""
    command = [sys.executable, __file__, "--way", way, "--media", str(media)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: Figures = json.loads(answer.stdout.splitlines()[-1])
    return figures


def timed(media: Path, *, is_usual: bool) -> Figures:
    """Analyse a folder here; give seconds, CPU seconds and peaks of memory in bytes."""
    pipeline._GENTLE_SECONDS = 0.0  # the breaks are for the person, not for the machine
    cache = platformdirs.user_cache_path("mediadesk", appauthor=False)
    with tempfile.TemporaryDirectory() as temporary:
        data, first = Path(temporary, "data"), Path(temporary, "first")
        data.mkdir()
        first.mkdir()
        for n in range(4):  # one for each process, so that all have begun
            clip(first / f"{n}.mp4", seed=n)
        rest(*first.iterdir())
        if not is_usual:
            (data / "settings.toml").write_text("workers = 1\n")
        engine = Engine(Places(data=data, cache=cache))
        try:
            engine.working.playing(on=not is_usual)  # beside a film one step is taken at a time
            engine.add_folder(str(first))
            engine.analyze(wait=True)
            with WorkerPeaks() as peaks:
                began, used, own = time.perf_counter(), cpu(), time.process_time()
                busy = busy_seconds()
                engine.add_folder(str(media))
                status = engine.analyze(wait=True)
                seconds = time.perf_counter() - began
                figures = {"seconds": seconds, "cpu": cpu() - used}
                figures["engine cpu"] = time.process_time() - own
                figures["others"] = busy_seconds() - busy - figures["cpu"]
            if any(work.failed for work in status.work):
                raise RuntimeError(status.problems[0].sentence)
            return figures | {"workers": len(peaks.by_process), "peak": peaks.most}
        finally:
            engine.close()


def cpu() -> float:
    """Give the CPU seconds of this process and its children so far."""
    me = psutil.Process()
    times = [each.cpu_times() for each in (me, *me.children())]
    return sum(each.user + each.system for each in times)


def busy_seconds() -> float:
    """Give the CPU seconds of all processes of this machine so far."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - getattr(times, "iowait", 0.0)


def told(figures: Figures, count: int) -> str:
    """Say the figures of one run."""
    return (
        f"{figures['seconds']:.1f} s wall, CPU {figures['cpu']:.1f} s, of it in the engine "
        f"{figures['engine cpu']:.1f} s ({1000 * figures['cpu'] / count:.0f} ms a clip), "
        f"beside {figures['others']:.1f} s of others, {figures['workers']:.0f} workers, "
        f"{figures['peak'] / _MIB:.0f} MiB each at most"
    )


if __name__ == "__main__":
    main()
