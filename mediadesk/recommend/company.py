"""What the others in the household think, as far as shelves say it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mediadesk.api import Opinion

_LIKED = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What others have an opinion of, and item → who of them likes it.

    `friends` are those who like something that one likes oneself.
    """

    touched: frozenset[str]
    liked_by: Mapping[str, Sequence[str]]
    friends: frozenset[str]

    def popular(self, most: int) -> list[str]:
        """Give what most of them like, at most so many."""
        order = sorted(self.liked_by, key=lambda item: (-len(self.liked_by[item]), item))
        return order[:most]


def company(others: Mapping[str, Sequence[Opinion]], likes: Collection[str]) -> Company:
    """Sum up what `others` hold, for somebody with these `likes`."""
    liked_by: dict[str, list[str]] = defaultdict(list)
    friends = set()
    for name in sorted(others):
        for opinion in others[name]:
            if opinion.value >= _LIKED:
                liked_by[opinion.item].append(name)
                if opinion.item in likes:
                    friends.add(name)
    return Company(
        touched=frozenset(opinion.item for said in others.values() for opinion in said),
        liked_by=dict(liked_by),
        friends=frozenset(friends),
    )
