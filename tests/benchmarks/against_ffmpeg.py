"""Times our code and the ffmpeg command in turn, by the CPU seconds of both."""

import argparse
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

FFMPEG = ["ffmpeg", "-v", "error", "-threads", "1"]
ROUNDS = 5


@contextmanager
def kept_folder(about: str | None) -> Iterator[Path]:
    """Give the folder that --folder names, else one that passes, and see that ffmpeg is there."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--folder", type=Path, help="where what is made is kept")
    named = parser.parse_args().folder
    if shutil.which("ffmpeg") is None:
        raise SystemExit("There is no ffmpeg command to compare with: install the package ffmpeg.")
    with tempfile.TemporaryDirectory() as passing:
        kept = named or Path(passing)
        kept.mkdir(parents=True, exist_ok=True)
        yield kept


def judge(met: Sequence[bool]) -> None:
    """End with an error where a target is missed."""
    if not all(met):
        raise SystemExit(f"{met.count(False)} of {len(met)} targets are missed.")


def run(*commands: list[str]) -> None:
    """Run commands and throw away what they write."""
    for command in commands:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def in_turn(
    ours: Callable[[], object], theirs: Callable[[], object], *, rounds: int = ROUNDS
) -> tuple[list[float], list[float]]:
    """Run both in turn and give the CPU seconds of each."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
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


def say(
    what: str, peer: str, taken: tuple[list[float], list[float]], at_most: float | None = None
) -> bool:
    """Print medians and the median of each round's ratio; tell whether that is low enough."""
    ours, theirs = taken
    ratio = median(own / other for own, other in zip(ours, theirs, strict=True))
    target = "" if at_most is None else f" (target {at_most})"
    print(
        f"{what}: {median(ours):.2f} s; {peer}: {median(theirs):.2f} s; ratio {ratio:.2f}{target}"
    )
    return at_most is None or ratio <= at_most
