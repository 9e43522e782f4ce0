"""Whether sentences that mean the same are near to each other, in one language and across two."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from mediadesk.api import Array, Run
from mediadesk.engine.evaluating.measures import Measure, estimate, left_out, share

TRANSLATED = {"zh": "text/tatoeba.cmn-eng.cmn", "en": "text/tatoeba.cmn-eng.eng"}
"""Files of the evaluation data: a sentence a line, the same in both."""

JUDGED = {"en": "text/stsb-en-dev.csv", "zh": "text/stsb-zh-dev.csv"}
"""Tables of the evaluation data: two sentences and how alike people find them; the same in both."""

_BOTH = (("zh", "en"), ("en", "zh"))


def translations(data: Path, run: Run) -> Iterator[Measure]:
    """Give how often a sentence's translation is nearest of all; `run` runs the text model."""
    if without := _missing(data, TRANSLATED):
        yield left_out("translations zh ↔ en", without)
        return
    vectors = {
        language: _vectors((data / name).read_text(encoding="utf-8").splitlines(), run)
        for language, name in TRANSLATED.items()
    }
    for one, other in _BOTH:
        hits = found(vectors[one], vectors[other])
        note = f"the nearest of {len(hits):,} sentences of Tatoeba is the translation"
        yield share(f"translations {one} → {other}, top 1", hits, note)


def likeness(data: Path, run: Run) -> Iterator[Measure]:
    """Give how well likeness agrees with people's judgement; `run` runs the text model."""
    if without := _missing(data, JUDGED):
        yield left_out("likeness", without)
        return
    rows = {language: _judged(data / name) for language, name in JUDGED.items()}
    first, second = (
        {language: _vectors([row[n] for row in own], run) for language, own in rows.items()}
        for n in (0, 1)
    )
    people = {language: np.array([float(row[2]) for row in own]) for language, own in rows.items()}
    for one, other in (("en", "en"), ("zh", "zh"), *_BOTH):
        if not np.array_equal(people[one], people[other]):
            yield left_out(f"likeness {one} ↔ {other}", "The two tables are not of the same pairs.")
            continue
        cases = np.stack([(first[one] * second[other]).sum(axis=1), people[one]], axis=1)
        name = one if one == other else f"first {one}, second {other}"
        note = f"Spearman’s ρ with what people say of {len(cases):,} pairs of STS-B"
        yield estimate(f"likeness, {name}", cases, spearman, note)


def found(queries: Array, answers: Array) -> Array:
    """Tell for each of n queries [n, d] whether its own answer is the nearest: bool [n]."""
    nearest: Array = (queries @ answers.T).argmax(axis=1) == np.arange(len(queries))
    return nearest


def spearman(cases: Array) -> float:
    """Give Spearman's rank correlation of the two columns of [n, 2]; equal ones share a rank."""
    ranks = np.stack([_ranks(column) for column in cases.T])
    is_ordered = ranks.std(axis=1).all()  # where all are equal, nothing goes together
    return float(np.corrcoef(ranks)[0, 1]) if is_ordered else 0.0


def _ranks(values: Array) -> Array:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    middle: Array = np.cumsum(count) - (count - 1) / 2
    ranks: Array = middle[place]
    return ranks


def _missing(data: Path, names: Mapping[str, str]) -> str:
    """Say which file is not there; nothing where all are."""
    missing = next((name for name in names.values() if not (data / name).is_file()), None)
    return f"“{data / missing}” is missing: put it there." if missing else ""


def _vectors(lines: Sequence[str], run: Run) -> Array:
    vectors: Array = run({"text": np.array(lines, dtype=object)})["embedding"]
    return vectors


def _judged(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))
