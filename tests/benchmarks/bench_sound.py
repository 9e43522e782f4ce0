"""Times reading sound: `python tests/benchmarks/bench_sound.py [--folder DIR]`.

Against the ffmpeg command, in turn and in one run, on five minutes of a song of the demo library in
several formats: the stretches that the extractor reads and their loudness against calls with `-ss`
at the same places, and all that it does before the model hears them (pitches and tempo, too)
against decoding the whole file. Theirs is mono float32 at 16 kHz like ours, on one thread; seconds
are CPU seconds, ratios ours to theirs. Last an hour of it, and the memory that it adds. Targets,
which it ends by: 1.0 or less for the stretches; 0.35 or less of the whole file (to read windows was
seen to cost 0.12 to 0.23 of reading all, without what is measured of them here); 64 MB or less for
an hour, all of which would be 230 MB.

With --folder the files, which take a minute to make, are kept there.
"""

import os
import subprocess
import sys
from functools import partial
from multiprocessing import get_context
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as the command does
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import platformdirs
import psutil
from against_ffmpeg import FFMPEG, in_turn, judge, kept_folder, run, say, used
from worker_peaks import peak

from mediadesk.api import Array, Item, Kind
from mediadesk.library import demo
from mediadesk.media import GuardedMedia
from mediadesk_audio import prepare
from mediadesk_audio.sound import heard
from mediadesk_audio.windows import RATE, WINDOW, Heard

SECONDS, TIMES = 300, 12  # of what is encoded, and how often an hour has it
FORMATS = {
    "MP3": (".mp3", ["libmp3lame", "-b:a", "192k"]),
    "AAC": (".m4a", ["aac", "-b:a", "192k"]),
    "Opus": (".opus", ["libopus", "-b:a", "128k"]),
    "FLAC": (".flac", ["flac"]),
    "AC-3, 5.1": (".mka", ["ac3", "-b:a", "448k", "-ac", "6"]),
}
AS_OURS = ["-ac", "1", "-ar", str(RATE), "-f", "f32le"]
STRETCHES_AT_MOST, WHOLE_AT_MOST = 1.0, 0.35  # times the CPU seconds of the ffmpeg command
MEGABYTES_AT_MOST = 64.0
ALIKE = 0.95  # the correlation of the same sound: the resamplers are not the same
MEDIA = GuardedMedia()


def main() -> None:
    """Make the files and print the figures."""
    with kept_folder(__doc__) as kept:
        met = []
        for name in FORMATS:
            short, hour = made(kept, name)
            met += [compare_stretches(name, short), compare_whole(name, short)]
            met += [extract(name, hour)]
    judge(met)


def compare_stretches(name: str, path: Path) -> bool:
    """The same sound, from the same places; tell whether the target is met."""
    found = read(path)
    starts, length = found.starts[::3], str(3 * WINDOW // RATE)
    commands = [
        [*FFMPEG, "-ss", f"{at:.3f}", "-t", length, "-i", str(path), *AS_OURS, "-"] for at in starts
    ]
    for ours, command in zip(found.stretches, commands, strict=True):
        written = subprocess.run(command, check=True, capture_output=True).stdout
        same(ours, np.frombuffer(written, np.float32))
    taken = in_turn(lambda: read(path), partial(run, *commands))
    count = len(starts)
    return say(f"{name}, {count} stretches", f"{count} × ffmpeg -ss", taken, STRETCHES_AT_MOST)


def compare_whole(name: str, path: Path) -> bool:
    """All that the extractor does with a file, and the whole of it decoded; the same."""
    item = Item(id="x", kind=Kind.SONG, title="", path=path)
    command = [*FFMPEG, "-i", str(path), *AS_OURS, "-"]
    taken = in_turn(lambda: prepare(item, MEDIA), partial(run, command))
    return say(f"{name}, the extractor", "ffmpeg, the whole file", taken, WHOLE_AT_MOST)


def extract(name: str, path: Path) -> bool:
    """What the extractor takes for an hour, in a process of its own; the same."""
    with get_context("spawn").Pool(1) as pool:
        count, seconds, megabytes = pool.apply(prepared, [path])
    print(
        f"{name}, the extractor, an hour: {count} windows in {seconds:.2f} s, "
        f"{megabytes:.0f} MB more at the peak (target {MEGABYTES_AT_MOST:.0f})"
    )
    return megabytes <= MEGABYTES_AT_MOST


def prepared(path: Path) -> tuple[int, float, float]:
    """Give how many windows there are, and the CPU seconds and the megabytes that they took."""
    own = psutil.Process()
    before, begun = peak(own), used()
    sample = prepare(Item(id="x", kind=Kind.RECORDING, title="", path=path), MEDIA)
    return len(sample.times), used() - begun, (peak(own) - before) / 1e6


def read(path: Path) -> Heard:
    """Read the stretches as the plugin does."""
    with MEDIA.open(path) as container:
        return heard(container)


def same(ours: Array, theirs: Array) -> None:
    """Make sure that the same sound is compared, [n] and [m] samples, some milliseconds apart."""
    size = len(ours) + len(theirs)
    spectra = [np.fft.rfft(each - each.mean(), size) for each in (ours, theirs)]
    product = np.fft.irfft(spectra[0] * spectra[1].conj(), size)
    near = np.r_[product[: RATE // 10], product[-RATE // 10 :]].max()
    alike = near / (len(theirs) * ours.std() * theirs.std())
    if alike < ALIKE:
        raise SystemExit(f"This is other sound: it correlates by {alike:.2f} only.")


def made(folder: Path, name: str) -> tuple[Path, Path]:
    """Give five minutes and an hour of a song, over and over again."""
    suffix, codec = FORMATS[name]
    short = folder / f"five minutes{suffix}"
    hour = short.with_name("hour.flac.mka" if suffix == ".flac" else f"hour{suffix}")
    if not short.exists():
        encoded = ["-t", str(SECONDS), "-vn", "-ar", "48000", "-c:a", *codec]
        repeat(song(), short, -1, encoded)
    if not hour.exists():  # in Matroska, for FLAC itself numbers what is in it
        repeat(short, hour, TIMES - 1, ["-c", "copy"])
    return short, hour


def repeat(source: Path, target: Path, times: int, options: list[str]) -> None:
    """Have ffmpeg write a file so many times more, without an end if they are fewer than none."""
    half = target.with_name(f"half {target.name}")
    run([*FFMPEG, "-y", "-stream_loop", str(times), "-i", str(source), *options, str(half)])
    half.rename(target)


def song() -> Path:
    """Give the first song of the demo library."""
    kept = platformdirs.user_cache_path("mediadesk", appauthor=False) / "demo-library"
    library = demo.build(Path(os.environ.get("MEDIADESK_DEMO_DIR", kept)), say=print)
    return library / min(path for path in demo.themes(library) if path.endswith(".ogg"))


if __name__ == "__main__":
    main()
