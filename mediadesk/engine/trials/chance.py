"""Chance that hangs on names alone, so that no order of lines and no other row changes it."""

from __future__ import annotations  # Array is a name for type checkers only

import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from mediadesk.api import Array

Chance = Callable[[Array, Array], Array]
"""Numbers of users and of items → float64 in 0..1 for each pair, as if thrown."""


def chance(users: Sequence[str], items: Sequence[str], *, seed: int, what: str) -> Chance:
    """Give the chance of one purpose: pairs of the same names fare the same in all data sets."""
    salt = f"{seed}/{what}"
    of_user, of_item = (_digests(salt, names) for names in (users, items))

    def thrown(user: Array, item: Array) -> Array:
        mixed: Array = _mixed(of_user[user] + _mixed(of_item[item])) / np.float64(2**64)
        return mixed

    return thrown


def _digests(salt: str, names: Sequence[str]) -> Array:
    joined = b"".join(
        hashlib.blake2b(f"{salt}/{name}".encode(), digest_size=8).digest() for name in names
    )
    return np.frombuffer(joined, dtype="<u8")


def _mixed(x: Array) -> Array:
    """Mix the bits of uint64 (Steele et al., "Fast Splittable Pseudorandom Generators", 2014)."""
    with np.errstate(over="ignore"):
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed: Array = x ^ (x >> np.uint64(31))
    return mixed
