"""Tells the languages of what was read."""

import re
from collections.abc import Sequence
from math import exp
from unicodedata import normalize

_SURE = 0.6  # what a guess must be to be told: signs and names are in no language
_SHARE = 0.2  # of the letters, from which a second language counts
_TELLING = 4000  # characters
# Ranges of characters, for a class of a regular expression.
_KANA = "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3"
_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_IS_KANA, _IS_HANGUL = re.compile(f"[{_KANA}]"), re.compile(f"[{_HANGUL}]")
_IS_WIDE = re.compile(f"[{_KANA}{_HANGUL}{_HAN}]")


def detect(texts: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """Give the languages (two letters) and how sure each is, 0..1: that of most letters first.

    Subtitles are often in two languages, one of them Chinese, whose letters count twice.
    """
    text = normalize("NFKC", " ".join(texts)[:_TELLING])  # wide Latin letters as narrow ones
    letters = [sign for sign in text if sign.isalpha()]
    wide = [sign for sign in letters if is_wide(sign)]
    weights = {True: 2 * len(wide), False: len(letters) - len(wide)}
    found = []
    for by_letters in sorted(weights, key=lambda each: -weights[each]):
        if weights[by_letters] <= _SHARE * sum(weights.values()):
            continue
        language, sure = (_by_letters(wide), 1.0) if by_letters else _guess(text)
        if sure >= _SURE:
            found.append((language, sure))
    return tuple(found)


def is_wide(sign: str) -> bool:
    """Tell whether a character is a letter of Chinese, Japanese or Korean."""
    return _IS_WIDE.match(sign) is not None


def _by_letters(wide: Sequence[str]) -> str:
    text = "".join(wide)
    if len(_IS_KANA.findall(text)) > 0.1 * len(text):
        return "ja"
    return "ko" if len(_IS_HANGUL.findall(text)) > 0.2 * len(text) else "zh"


def _guess(text: str) -> tuple[str, float]:
    """Guess by the words in narrow letters."""
    import py3langid  # 80 MB: most videos have nothing to read

    narrow = (sign if sign.isalpha() and not is_wide(sign) else " " for sign in text)
    # Capitals, as of titles, mislead it.
    ranked = py3langid.rank(" ".join("".join(narrow).lower().split()))  # type: ignore[attr-defined,no-untyped-call]
    best: str = ranked[0][0]
    return best, round(1 / sum(exp(score - ranked[0][1]) for _, score in ranked), 3)
