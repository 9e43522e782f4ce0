"""Guesses which files may be an item that went missing: by length, name and content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from mediadesk.recommend.twins import plain
from mediadesk.store.places import Lying

_LENGTH = 0.01  # of the one that is missing, and a second at least
_LEAST = 0.5
_LENGTH_COUNTS = 0.4
_ALIKE = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookalike:
    """An item that may be the one; `alike` is 0..1, `why` says what they have in common."""

    item: str
    path: str
    alike: float
    why: str


def lengths(seconds: float) -> tuple[float, float]:
    """Give how long an item of about this length is at least and at most, in seconds."""
    reach = max(1.0, _LENGTH * seconds)
    return seconds - reach, seconds + reach


def lookalikes(
    title: str, path: Path | None, others: Sequence[Lying], *, content: Mapping[str, float]
) -> list[Lookalike]:
    """Give those of `others`, which are all about as long, that may be it, the best first.

    Args:
        title: that of the missing item.
        path: where it was.
        others: items that are there.
        content: item → how alike what is seen and heard is, 0..1, of those nearest to it.
    """
    found = []
    for each in others:
        named = max(
            _ratio(plain(title), plain(each.title)),
            _ratio(plain(path.stem), plain(Path(each.path).stem)) if path else 0.0,
        )
        shown = min(max(content.get(each.id, 0.0), 0.0), 1.0)
        alike = _LENGTH_COUNTS + (1 - _LENGTH_COUNTS) * max(named, shown)
        if max(named, shown) >= _LEAST:
            reasons = ["the same length"]
            reasons += ["the same name" if named == 1 else "a like name"] if named >= _ALIKE else []
            reasons += ["alike to see or hear"] if shown >= _ALIKE else []
            found.append(
                Lookalike(
                    item=each.id, path=each.path, alike=round(alike, 3), why=", ".join(reasons)
                )
            )
    return sorted(found, key=lambda each: (-each.alike, each.path))


def _ratio(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    # Cheap bounds first: a library may have thousands of songs of one length.
    if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < _LEAST:
        return 0.0
    return matcher.ratio()
