"""What is asked in a trial: of each person, what is known, what may be ranked, what came later."""

from __future__ import annotations  # Array is a name for type checkers only

from dataclasses import dataclass

import numpy as np

from mediadesk.api import Array, UserError
from mediadesk.engine.trials.chance import Chance, chance
from mediadesk.engine.trials.dataset import Dataset
from mediadesk.engine.trials.feedback import liked, scale
from mediadesk.engine.trials.reading import EVENTS

_TRAINED = 0.75
FIRST = 50
"""Events of each person that the feedback of a household is taken of."""
_LEAST = 5  # likes and dislikes after these
_RIVALS = 10
_AS_POPULAR = 0.07


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One person at one moment.

    `user` is the number of the person, `known` are those of the events that may be learnt from, in
    order of time. All others are numbers of items: `candidates` [n] are to be ranked, in an order
    of chance; of these `relevant` [r] were liked later and `disliked` were not. `rivals` [r, 10]
    are as popular as each relevant one and never were touched, -1 where there are fewer.
    """

    user: int
    known: Array
    candidates: Array
    relevant: Array
    disliked: Array
    rivals: Array


def crowd(data: Dataset, *, seed: int = 0) -> list[Case]:
    """Keep back a quarter of each person's events by chance; each of these counts as liked.

    Raises:
        UserError: if nobody has two.
    """
    throw, order = _chance(data, seed, "split"), _chance(data, seed, "candidates")
    cases = []
    for user, own in enumerate(data.of_users()):
        if data.is_test is not None:
            is_test = data.is_test[own]
        else:
            thrown = throw(data.user[own], data.item[own])
            is_test = np.argsort(np.argsort(thrown)) >= round(_TRAINED * len(own))
        test = data.taken(own[is_test])
        if is_test.all() or not len(test):
            continue
        cases.append(
            Case(
                user=user,
                known=own[~is_test],
                candidates=_others(user, len(data.items), data.item[own[~is_test]], order),
                relevant=test,
                disliked=test[:0],
                rivals=np.full((len(test), 0), -1),
            )
        )
    if not cases:
        raise UserError(
            f"Nobody in “{EVENTS}” has events to learn from and others to foretell: each person "
            "needs two at least, or both a train and a test one where the file has a split."
        )
    return cases


def household(data: Dataset, *, most: int, seed: int = 0) -> list[Case]:
    """Keep back what each person did after their first 50 events; `most` of these are known.

    Where the file has a split, it says instead what is kept back. People count who liked 5 of that
    and did not like 5; where values are no ratings, who did 5.

    Raises:
        UserError: if nobody does.
    """
    top = scale(data.value)
    liking = liked(data.value, top)
    popular = np.bincount(data.item, minlength=len(data.items))
    order, meeting = _chance(data, seed, "candidates"), _chance(data, seed, "rivals")
    cases = []
    for user, own in enumerate(data.of_users()):
        is_late = np.arange(len(own)) >= FIRST if data.is_test is None else data.is_test[own]
        first, later = own[~is_late], own[is_late]
        relevant, disliked = data.item[later[liking[later]]], data.item[later[~liking[later]]]
        if len(relevant) < _LEAST or (top is not None and len(disliked) < _LEAST):
            continue
        cases.append(
            Case(
                user=user,
                known=first[:most],
                # The same whatever is known, so that figures can be compared.
                candidates=_others(user, len(data.items), data.item[first], order),
                relevant=relevant,
                disliked=disliked,
                rivals=_rivals(
                    _others(user, len(data.items), data.item[own], meeting), relevant, popular
                ),
            )
        )
    if not cases:
        raise UserError(
            f"Nobody in “{EVENTS}” has {_LEAST} likes and {_LEAST} other judgements after the "
            f"first {FIRST} events: use “--protocol crowd”, or a data set with longer histories."
        )
    return cases


def _rivals(untouched: Array, relevant: Array, popular: Array) -> Array:
    found = np.full((len(relevant), _RIVALS), -1)
    for row, item in zip(found, relevant, strict=True):
        near = np.abs(popular[untouched] - popular[item]) <= _AS_POPULAR * popular[item]
        chosen = untouched[near]
        # Else all likes of one popularity would meet the same ones.
        taken = np.roll(chosen, -int(item))[:_RIVALS]
        row[: len(taken)] = taken
    return found


def _others(user: int, count: int, known: Array, order: Chance) -> Array:
    """Give the numbers of all items but those that are known, in an order of chance."""
    items = np.setdiff1d(np.arange(count), known)
    return items[np.argsort(order(np.full(len(items), user), items))]


def _chance(data: Dataset, seed: int, what: str) -> Chance:
    return chance(data.users, [item.id for item in data.items], seed=seed, what=what)
