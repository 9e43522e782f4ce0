"""Times finding duplicates: `python tests/benchmarks/bench_twins.py [--items 100000]`.

Items are synthetic: four fifths are songs of two to six minutes, the others videos of half a minute
to two hours; one in a hundred is another encoding of the one before. What is found of those is
told, and what is found that is none.
"""

import argparse
import time
from collections.abc import Sequence

import numpy as np

from mediadesk.api import Array, Kind, Moment, unit
from mediadesk.recommend.twins import pairs
from mediadesk.store.twins import Candidate

_DIMENSIONS = {"audio": 392, "keyframes": 1280}
_EACH = 100  # of so many items one is a twin


class Library:
    """Vectors of `count` items in both spaces, of which every hundredth is like the one before."""

    def __init__(self, count: int) -> None:
        random = np.random.default_rng(1)
        self._vectors = {}
        for name, dimensions in _DIMENSIONS.items():
            common = unit(random.standard_normal(dimensions).astype(np.float32))
            made = random.standard_normal((count, dimensions), dtype=np.float32)
            made[_EACH::_EACH] = made[_EACH - 1 : count - 1 : _EACH][: len(made[_EACH::_EACH])]
            made += random.standard_normal(made.shape, dtype=np.float32) * 0.2
            self._vectors[name] = unit(unit(made) + common)
        lengths = np.where(
            np.arange(count) % 5 > 0, random.uniform(120, 360, count),
            random.uniform(30, 7200, count),
        )  # fmt: skip
        lengths[_EACH::_EACH] = lengths[_EACH - 1 : count - 1 : _EACH][: len(lengths[_EACH::_EACH])]
        kinds = np.arange(count) % 5 > 0
        kinds[_EACH::_EACH] = kinds[_EACH - 1 : count - 1 : _EACH][: len(kinds[_EACH::_EACH])]
        self.items = sorted(
            (
                _item(number, song=bool(song), length=float(length))
                for number, (song, length) in enumerate(zip(kinds, lengths, strict=True))
            ),
            key=lambda item: item.duration,
        )

    def space(self, extractor: str, ids: Sequence[str]) -> tuple[Array, Array]:
        """Give the vectors of items, and the mean of all."""
        vectors = self._vectors[extractor]
        return vectors[[int(each) for each in ids]], vectors[:2000].mean(axis=0)

    def moments(self, item: str, extractor: str) -> list[Moment]:
        """Give one moment, that says what the whole says; of videos there is no picture."""
        return [Moment(start=0, end=3, vector=self._vectors[extractor][int(item)])]


def main() -> None:
    """Make a library, look for twins, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    count = parser.parse_args().items
    library = Library(count)
    cpu, wall = time.process_time(), time.perf_counter()
    found = pairs(
        library.items, space=library.space, moments=library.moments, apart=set(), most=2_000
    )
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    right = sum(abs(int(pair.one) - int(pair.other)) == 1 for pair in found)
    print(f"{count:,} items: {cpu:.1f} s CPU, {wall:.1f} s; {len(found):,} pairs, {right:,} right")


def _item(number: int, *, song: bool, length: float) -> Candidate:
    return Candidate(
        id=f"{number:08}", kind=Kind.SONG if song else Kind.FILM, title="", duration=length,
        year=None, artist="", series="", season=None, episode=None, height=0, rate=1.0,
        lossless=False, available=True, gone=False,
    )  # fmt: skip


if __name__ == "__main__":
    main()
