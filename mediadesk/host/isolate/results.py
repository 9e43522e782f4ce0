"""What results must be beyond their types: an answer to what was asked, in numbers that add up.

Guests are held to it at every call, and so are `plugins check` and what runs inside MediaDesk.
"""

import numpy as np

from mediadesk.api import Array, Feature, RankRequest, Scores

LARGEST = 1e9
"""Of a score or share; sums and squares of larger ones drown all others."""
CLOSE = 1e-3
"""How far shares may miss their value, as a part of the largest of the numbers: float32 adds up."""
OTHER_CAUSES = ("year", "age", "quality", "crowd", "order")
"""What a cause may name beside the blocks of the request."""
_LONGEST = 300


def check_scores(scores: Scores, request: RankRequest) -> None:
    """See that a ranker's scores answer the request, and that their reasons are there.

    Raises:
        ValueError: saying what was given and what was expected.
    """
    count = len(request.candidates)
    values = np.asarray(scores.values)
    each = f"it did not give each of {count} candidates a number"
    if values.shape != (count,):
        raise ValueError(f"{each}: the scores have the shape {values.shape}, not ({count},)")
    largest = _largest(f"{each}: the scores", values)
    if not 0 <= scores.confidence <= 1:
        raise ValueError(f"its confidence is {scores.confidence}, which is not within 0..1")
    known = {"", *OTHER_CAUSES, *request.blocks}
    for cause in scores.causes:
        if len(cause.text) > _LONGEST or not cause.text.isprintable():
            raise ValueError(f"the cause {cause.text[:40]!r} is no line of {_LONGEST} characters")
        if cause.block not in known:
            blocks = ", ".join(sorted(request.blocks)) or "none"
            raise ValueError(
                f"a cause names the block “{cause.block[:40]}”, and the request has {blocks}"
            )
    if scores.shares is not None:
        _check_shares(scores, values, largest, opinions=len(request.history))
    if scores.without is not None:
        left, expected = np.asarray(scores.without), (len(request.without), count)
        if left.shape != expected:
            raise ValueError(f"“without” has the shape {left.shape}, not {expected}")
        _largest("“without”", left)


class Dimensions:
    """How long the vectors of each extractor are: the first that can be kept decides."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def expect(self, extractor: str, length: int) -> None:
        """Say how long the vectors of an extractor are that are stored already."""
        self._known[extractor] = length

    def check(self, extractor: str, feature: Feature) -> None:
        """See that all vectors of a feature that can be kept are as long as those before.

        Raises:
            ValueError: saying what was given and what was expected.
        """
        vectors = [("summary", feature.summary)]
        vectors += [("moment", moment.vector) for moment in feature.moments]
        lengths = [(of, len(vector)) for of, vector in vectors if vector is not None]
        if not lengths:
            return
        expected = self._known.get(extractor, lengths[0][1])
        for of, length in lengths:
            if length != expected:
                raise ValueError(
                    f"a {of} has a vector of {length:,} numbers, and {expected:,} are expected, as "
                    "before: another length needs another version of the extractor"
                )
        self._known[extractor] = expected


def _check_shares(scores: Scores, values: Array, largest: float, *, opinions: int) -> None:
    shares = np.asarray(scores.shares)
    if shares.ndim != 2 or len(shares) != len(values):
        raise ValueError(f"the shares have the shape {shares.shape}, not ({len(values)}, k)")
    largest = max(largest, _largest("the shares", shares))
    _check_index("cause", scores.cause, shares, least=0, end=len(scores.causes))
    if scores.seed is not None:
        _check_index("seed", scores.seed, shares, least=-1, end=opinions)
    off = np.abs(np.einsum("ij->i", shares, dtype=np.float64) - values)
    if off.size and off.max() > CLOSE * largest:
        row = int(off.argmax())
        raise ValueError(
            f"the shares of candidate {row} add up to {shares[row].sum():.6g}, and its score is "
            f"{values[row]:.6g}"
        )


def _largest(what: str, numbers: Array) -> float:
    """Give the largest of some numbers, whatever its sign, if all are numbers that can be used."""
    if numbers.dtype.kind not in "fiu":
        raise ValueError(f"{what} are of the type {numbers.dtype}")
    least, most = numbers.min(initial=0), numbers.max(initial=0)
    if not -LARGEST <= least <= most <= LARGEST:  # a NaN is both the least and the most
        odd = most if least >= -LARGEST else least
        raise ValueError(f"{what} hold {odd}, which is not within ±{LARGEST:g}")
    return float(max(-float(least), most))


def _check_index(name: str, index: Array | None, shares: Array, *, least: int, end: int) -> None:
    found = np.asarray(index)
    if found.shape != shares.shape or found.dtype.kind not in "iu":
        raise ValueError(
            f"“{name}” has the shape {found.shape} and the type {found.dtype}, not that of the "
            f"shares, {shares.shape}, in whole numbers"
        )
    if found.size and not least <= found.min() <= found.max() < end:
        raise ValueError(
            f"“{name}” points to what is not there: it goes from {found.min()} to {found.max()}, "
            f"and {least} to {end - 1} are there"
        )
