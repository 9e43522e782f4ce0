"""Tells the languages of what was read."""

from collections.abc import Sequence
from math import exp

_SURE = 0.6  # what a guess must be to be told: signs and names are in no language
_SHARE = 0.2  # of the letters, from which a second language counts
_TELLING = 4000  # characters
_WIDE = "\u1100"  # the first letter of Korean, Japanese and Chinese
_KANA, _HANGUL = ("\u3040", "\u30ff"), ("\uac00", "\ud7a3")


def detect(texts: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """Give the languages (two letters) and how sure each is, 0..1: that of most letters first.

    Subtitles are often in two languages, one of them Chinese, whose letters count twice.
    """
    text = " ".join(texts)[:_TELLING]
    letters = [sign for sign in text if sign.isalpha()]
    wide = [sign for sign in letters if sign >= _WIDE]
    weights = {True: 2 * len(wide), False: len(letters) - len(wide)}
    found = []
    for is_wide in sorted(weights, key=lambda each: -weights[each]):
        if weights[is_wide] <= _SHARE * sum(weights.values()):
            continue
        language, sure = (_by_letters(wide), 1.0) if is_wide else _guess(text)
        if sure >= _SURE:
            found.append((language, sure))
    return tuple(found)


def _by_letters(wide: Sequence[str]) -> str:
    if _share(wide, *_KANA) > 0.1:
        return "ja"
    return "ko" if _share(wide, *_HANGUL) > 0.2 else "zh"


def _share(letters: Sequence[str], first: str, last: str) -> float:
    return sum(first <= sign <= last for sign in letters) / len(letters)


def _guess(text: str) -> tuple[str, float]:
    """Guess by the words in narrow letters."""
    import py3langid  # 80 MB: most videos have nothing to read

    narrow = (sign if sign.isalpha() and sign < _WIDE else " " for sign in text)
    # Capitals, as of titles, mislead it.
    ranked = py3langid.rank(" ".join("".join(narrow).lower().split()))  # type: ignore[attr-defined,no-untyped-call]
    best: str = ranked[0][0]
    return best, round(1 / sum(exp(score - ranked[0][1]) for _, score in ranked), 3)
