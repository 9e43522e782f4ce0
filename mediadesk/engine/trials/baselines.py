"""What others do, to be compared with: made anew from published descriptions."""

from __future__ import annotations  # Array is a name for type checkers only

import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from mediadesk.api import Array, Item
from mediadesk.engine.trials.cases import Case
from mediadesk.engine.trials.chance import chance
from mediadesk.engine.trials.dataset import Dataset

Scorer = Callable[[Case], Array]
"""Gives float [n] for the n candidates of a case, larger is better."""

_MOST_ITEMS = 8_000  # in square matrices; rarer items score 0
_NEIGHBOURS = 50
_RIDGE = 400.0
_LATEST = 15
_WORD = re.compile(r"\w+")


def random(data: Dataset, *, seed: int, anew: bool = False) -> Scorer:
    """Score by chance; of one person's moments each one `anew`, or all would get one list."""
    who = list(map(str, range(len(data.at) + 1))) if anew else data.users
    throw = chance(who, [item.id for item in data.items], seed=seed, what="random")

    def score(case: Case) -> Array:
        number = len(case.known) if anew else case.user
        return throw(np.full(len(case.candidates), number), case.candidates)

    return score


def popularity(data: Dataset, cases: Sequence[Case]) -> Scorer:
    """Score by how many people touched an item, as far as that may be known."""
    popular = _popular(data, cases)
    return lambda case: popular[case.candidates]


def item_knn(data: Dataset, cases: Sequence[Case]) -> Scorer:
    """Score by the cosine with what is known (Deshpande & Karypis 2004), of 50 neighbours."""
    shown, touched = _touched(data, cases)
    gram = touched.T @ touched
    norms = np.sqrt(np.maximum(np.diag(gram), 1))
    alike = gram / norms[:, None] / norms[None, :]
    np.fill_diagonal(alike, 0)
    if len(alike) > _NEIGHBOURS:
        least = np.partition(alike, -_NEIGHBOURS, axis=0)[-_NEIGHBOURS]
        alike[alike < least] = 0
    return _linear(data, shown, alike)


def ease(data: Dataset, cases: Sequence[Case]) -> Scorer:
    """Score by a linear item-item model (Steck, "Embarrassingly Shallow Autoencoders", 2019)."""
    shown, touched = _touched(data, cases)
    gram = touched.T @ touched
    gram[np.diag_indices_from(gram)] += _RIDGE
    inverse = np.linalg.inv(gram)
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return _linear(data, shown, weights)


def tf_idf(data: Dataset) -> Scorer:
    """Score by the cosine of TF-IDF with the mean of what is known, as Jellyfin's local recs do."""
    rows, columns, weights = _words(data.items)
    starts = np.searchsorted(rows, np.arange(len(data.items)))
    ends = np.append(starts[1:], len(rows))
    width = int(columns.max(initial=-1)) + 1

    def score(case: Case) -> Array:
        known = data.taken(case.known)
        own = [slice(starts[n], ends[n]) for n in known]
        profile = np.zeros(width)
        for each in own:
            profile[columns[each]] += weights[each]
        products = weights * profile[columns]
        sums = np.bincount(rows, products, minlength=len(data.items))
        return sums[case.candidates]  # the profile's length changes no order

    return score


def recent_embeddings(data: Dataset, vectors: Array) -> Scorer:
    """Score by the mean cosine with the 15 last known, as Streamystats does.

    Args:
        data: the data set.
        vectors: the items' vectors of text, float [n, d] of unit length or zeros.
    """

    def score(case: Case) -> Array:
        recent = data.taken(case.known)[-_LATEST:]
        middle = vectors[recent].sum(axis=0) / max(len(recent), 1)
        found: Array = vectors[case.candidates] @ middle
        return found

    return score


def _popular(data: Dataset, cases: Sequence[Case]) -> Array:
    known = data.taken(np.concatenate([case.known for case in cases]))
    return np.bincount(known, minlength=len(data.items)).astype(float)


def _touched(data: Dataset, cases: Sequence[Case]) -> tuple[Array, Array]:
    """Give the items that have columns, and who touched them, float32 [people, columns]."""
    popular = _popular(data, cases)
    shown = np.sort(np.argsort(-popular, kind="stable")[:_MOST_ITEMS])
    shown = shown[popular[shown] > 0]
    column = np.full(len(data.items), -1)
    column[shown] = np.arange(len(shown))
    touched = np.zeros((len(cases), len(shown)), np.float32)
    for row, case in zip(touched, cases, strict=True):
        own = column[data.taken(case.known)]
        row[own[own >= 0]] = 1
    return shown, touched


def _linear(data: Dataset, shown: Array, weights: Array) -> Scorer:
    """Add up the rows of what is known in weights [columns, columns]."""
    column = np.full(len(data.items), -1)
    column[shown] = np.arange(len(shown))

    def score(case: Case) -> Array:
        own = column[data.taken(case.known)]
        scores = np.zeros(len(data.items))
        scores[shown] = weights[own[own >= 0]].sum(axis=0)
        return scores[case.candidates]

    return score


def _words(items: Sequence[Item]) -> tuple[Array, Array, Array]:
    """Give the places and values of a sparse matrix of items × words, its rows of unit length."""
    known: dict[str, int] = {}
    rows, columns, times = [], [], []
    for n, item in enumerate(items):
        words = [word.casefold() for word in _WORD.findall(f"{item.title} {item.description}")]
        for word, count in Counter([*words, *(f"tag {tag}" for tag in item.genres)]).items():
            rows.append(n)
            columns.append(known.setdefault(word, len(known)))
            times.append(count)
    row, column = np.array(rows, np.int64), np.array(columns, np.int64)
    rarity = 1 + np.log((1 + len(items)) / (1 + np.bincount(column, minlength=len(known))))
    weight = (1 + np.log(np.maximum(np.array(times, float), 1))) * rarity[column]
    length = np.sqrt(np.bincount(row, weight**2, minlength=len(items)))
    return row, column, weight / length[row]
