"""What the others in the household think, as far as shelves say it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mediadesk.api import Opinion

    Said = Mapping[str, tuple[Opinion, ...]]

_LIKED = 0.5
_KEPT = 4  # of the profiles that looked last


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What others have an opinion of, and item → who of them likes it.

    `popular` is what most of them like, best first; `friends` are those who like something that one
    likes oneself.
    """

    touched: frozenset[str]
    liked_by: Mapping[str, Sequence[str]]
    popular: Sequence[str]
    friends: frozenset[str] = frozenset()


class Companies:
    """Sums up what others hold; anew only when they have said something else."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Said, Company]] = {}

    def around(self, profile: str, others: Said, likes: Collection[str]) -> Company:
        """Sum up what `others` hold for a profile with these `likes`."""
        kept = self._kept.pop(profile, None)
        if kept is None or kept[0] != others:
            kept = others, _company(others)
        while len(self._kept) >= _KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[profile] = kept
        liked_by = kept[1].liked_by
        friends = (name for item in likes for name in liked_by.get(item, ()))
        return replace(kept[1], friends=frozenset(friends))


def _company(others: Said) -> Company:
    liked_by: dict[str, list[str]] = defaultdict(list)
    for name in sorted(others):
        for opinion in others[name]:
            if opinion.value >= _LIKED:
                liked_by[opinion.item].append(name)
    return Company(
        touched=frozenset(opinion.item for said in others.values() for opinion in said),
        liked_by=dict(liked_by),
        popular=sorted(liked_by, key=lambda item: (-len(liked_by[item]), item)),
    )
