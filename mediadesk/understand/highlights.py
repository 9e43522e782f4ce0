"""Key moments of an item: a few that show what it is, each with why."""

from __future__ import annotations  # Array is a name for type checkers only

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mediadesk.api import Array, Feature, Item, Moment, said
from mediadesk.understand.sentences import whole, width
from mediadesk.understand.summary import summary

TYPICAL, NEW, TELLING = (
    "the most typical picture",
    "unlike all before it",
    "a line that sums it up",
)
_MOST = 8
_EACH = 10  # seconds: a short clip has fewer
_LONG = 1200  # seconds: what is longer has titles before and after it
_OPENING, _CLOSING = 0.02, 0.95
_UNLIKE = 0.5  # cosine to all earlier pictures at most
_RELEVANT = 0.7  # against diverse, as in Carbonell & Goldstein 1998
_SCORES = {TYPICAL: 1.0, NEW: 1.0, TELLING: 0.75}
_HEARD = 15.0  # seconds between a picture and what is said of it at most


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A moment that may be chosen: how relevant it is, 0..1, and its picture's vector, if any."""

    moment: Moment
    score: float
    vector: Array | None


def highlights(item: Item, known: Mapping[str, Feature]) -> tuple[Moment, ...]:
    """Give at most 8 moments, spread over the item, in the order of time.

    Each has a picture where the item has any, the sentence nearest to it that no other has, and why
    it is one.
    """
    shots = _shots(item, known.get("keyframes", Feature()))
    candidates = [*_telling(known, shots), *_typical(shots), *_new(shots)]
    most = min(_MOST, 1 + int(item.duration // _EACH))
    chosen = _diverse(candidates, most, reach=item.duration / _MOST)
    return tuple(sorted(_with_lines(chosen, said(known).moments), key=lambda each: each.start))


def _shots(item: Item, feature: Feature) -> list[Moment]:
    """Give the moments with a picture, without those of the titles of a long item."""
    shots = [each for each in feature.moments if each.image and each.vector is not None]
    if item.duration < _LONG:
        return shots
    opening, closing = _OPENING * item.duration, _CLOSING * item.duration
    return [each for each in shots if opening <= each.start <= closing]


def _typical(shots: Sequence[Moment]) -> Iterator[_Candidate]:
    """Give the picture that is most like all the others, where there are others."""
    if len(shots) > 1:
        vectors = _vectors(shots)
        n = int((vectors @ vectors.mean(axis=0)).argmax())
        yield _candidate(shots[n], TYPICAL, _SCORES[TYPICAL], vectors[n])


def _new(shots: Sequence[Moment]) -> Iterator[_Candidate]:
    """Give the pictures that nothing before them is like."""
    if len(shots) > 1:
        vectors = _vectors(shots)
        alike = np.tril(vectors @ vectors.T, -1).max(axis=1)
        for n in np.flatnonzero(alike <= _UNLIKE)[1:].tolist():  # nothing is before the first
            yield _candidate(shots[n], NEW, (1 - float(alike[n])) * _SCORES[NEW], vectors[n])


def _telling(known: Mapping[str, Feature], shots: Sequence[Moment]) -> Iterator[_Candidate]:
    """Give the sentences of the summary, with what is seen then, unless they are all there are."""
    starts = [each.start for each in shots]
    lines, sentences = _lines(known), summary(known)
    once = {str(each["text"]).casefold(): each for each in reversed(sentences)}.values()
    for sentence in once if len(lines) > len(sentences) else ():
        start = float(sentence["t"])
        end = min((line.end for line in lines if line.end > start), default=start)
        shot = shots[max(0, bisect_right(starts, start) - 1)] if shots else Moment(start=0, end=0)
        found = Moment(start=start, end=end, text=str(sentence["text"]), image=shot.image)
        yield _candidate(found, TELLING, _SCORES[TELLING], shot.vector)


def _lines(known: Mapping[str, Feature]) -> list[Moment]:
    """Give what is said, in the one language that is compared."""
    return [each for each in said(known).moments if each.text and each.vector is not None]


def _candidate(moment: Moment, why: str, score: float, vector: Array | None) -> _Candidate:
    return _Candidate(replace(moment, vector=None, why=why), score, vector)


def _vectors(shots: Sequence[Moment]) -> Array:
    return np.stack([each.vector for each in shots if each.vector is not None])


def _diverse(candidates: Sequence[_Candidate], most: int, *, reach: float) -> list[Moment]:
    """Choose by maximal marginal relevance; no picture is chosen twice for what it shows."""
    left, chosen = list(candidates), list[_Candidate]()
    while left and len(chosen) < most:
        values = [
            _RELEVANT * each.score
            - (1 - _RELEVANT) * max((_alike(each, own, reach) for own in chosen), default=0.0)
            for each in left
        ]
        best = left.pop(int(np.argmax(values)))
        chosen.append(best)
        left = [
            each
            for each in left
            if each.moment.why == TELLING or each.moment.image != best.moment.image
        ]
    return [each.moment for each in chosen]


def _alike(one: _Candidate, other: _Candidate, reach: float) -> float:
    """Give how much one repeats the other, 0..1: it looks the same, or comes soon after."""
    near = max(0.0, 1 - abs(one.moment.start - other.moment.start) / max(reach, 1e-9))
    if one.vector is None or other.vector is None:
        return near
    return max(near, float(one.vector @ other.vector))


def _with_lines(chosen: Sequence[Moment], passages: Sequence[Moment]) -> list[Moment]:
    """Add to each picture the sentence said then, or nearest to then; none is said of two."""
    left = _sentences([each for each in passages if each.text])
    quoted = [each.text.casefold() for each in chosen if each.text]
    found = dict(enumerate(chosen))
    near = sorted(
        (_between(moment, line), n, m)
        for n, moment in found.items()
        if not moment.text
        for m, line in enumerate(left)
    )
    for apart, n, m in near:
        text = left[m].text.casefold()
        if apart <= _HEARD and not found[n].text and not any(text in each for each in quoted):
            found[n] = replace(found[n], text=left[m].text)
            quoted.append(text)
    return list(found.values())


def _sentences(passages: Sequence[Moment]) -> list[Moment]:
    """Give the sentences of those of all passages that are compared.

    When each is said is guessed by how long they are.
    """
    found = []
    texts = [each.text for each in passages]
    for n, line in enumerate(passages):
        if line.vector is None:
            continue
        parts = whole(texts, n)
        second = (line.end - line.start) / max(1, sum(map(width, parts)))
        start = line.start
        for part in parts:
            end = start + width(part) * second
            found.append(Moment(start=start, end=end, text=part))
            start = end
    return found


def _between(moment: Moment, line: Moment) -> float:
    return max(line.start - moment.start, moment.start - line.end, 0.0)
