"""How well a few typed letters fit a name: they must stand in it in their order."""

import unicodedata

_START, _RUN, _LETTER = 8.0, 5.0, 1.0
_STREWN = 4


def plain(text: str) -> str:
    """Give a text without case and accents, for comparing."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in parts if not unicodedata.combining(one))


def fit(typed: str, name: str) -> float | None:
    """Give how well `typed` fits a name, more is better; None where it does not.

    Beginnings of words and letters side by side count most, and short names before long ones. Four
    letters and more that stand alone, hardly one beside the next, are strewn over the name by
    chance. Both are `plain`.
    """
    letters = typed.replace(" ", "")
    if not letters:
        return 0.0
    best: float | None = None
    at = name.find(letters[0])
    while at >= 0:  # the first place that a letter stands in is not always the best one
        found = _from(letters, name, at)
        if found is None:
            break
        score, together = found
        if len(letters) < _STREWN or together * _STREWN >= len(letters):
            best = score if best is None else max(best, score)
        at = name.find(letters[0], at + 1)
    return None if best is None else best - len(name) / 100


def closeness(typed: str, name: str) -> int:
    """Give 2 where a name is what is typed, 1 where one of its words begins so, else 0.

    Both are `plain`.
    """
    return 2 if name == typed else int(f" {typed}" in f" {name}")


def _from(letters: str, name: str, at: int) -> tuple[float, int] | None:
    """The score of the letters from a place on, and how many stand right behind the one before."""
    score, together, last = 0.0, 0, at - 1
    for letter in letters:
        here = name.find(letter, last + 1)
        if here < 0:
            return None
        start = here == 0 or not name[here - 1].isalnum()
        if here != last + 1 and not start:  # the beginning of a later word fits better
            word = name.find(f" {letter}", here)
            here, start = (word + 1, True) if word >= 0 else (here, False)
        beside = here == last + 1
        score += _LETTER + _START * start + _RUN * beside
        together += beside and here > at
        last = here
    return score, together
