"""Puts a part into the text of a search and takes it out again; the text is always the truth."""

import re
from itertools import accumulate

_MARKS = '"“”＂'
_TWICE = "|".join(2 * mark for mark in _MARKS)
# A quotation that is open still takes in all that follows.
_QUOTED = (
    rf"[{_MARKS}](?:[^{_MARKS}]|{_TWICE})*(?:[{_MARKS}]|(?P<mark>\Z))"
    r"|「[^」]*(?:」|(?P<corner>\Z))|『[^』]*(?:』|(?P<corners>\Z))"
)
_LETTER = rf"[^\s()（）{_MARKS}「『]"
_PART = re.compile(rf"{_LETTER}*(?:{_QUOTED})|[()（）]|{_LETTER}+")
_CLOSING = {"mark": '"', "corner": "」", "corners": "』"}
_DEEPER = {"(": 1, "（": 1, ")": -1, "）": -1}
_REACH_ON = {"NOT", "OR", "-", "－", "−"}


def whole(field: str, value: str) -> str:
    """Give the search for what has just this value in a field."""
    doubled = re.sub(f"([{_MARKS}])", r"\1\1", value)
    return f'{field}="{doubled}"'


def holds(text: str, part: str) -> bool:
    """Whether a search says a part at its top level, so that it can be taken out."""
    return _found(text, part) is not None


def toggled(text: str, part: str) -> str:
    """Give the search without a part if it holds it, else narrowed to it."""
    found = _found(text, part)
    if found is None:
        return both(text, part)
    before, after = text[: found.start].strip(), text[found.stop :].strip()
    before = re.sub(r"\s+AND$", "", before)
    if not before:
        after = re.sub(r"^AND\s+", "", after)
    return _bare(f"{before} {after}".strip())


def both(text: str, part: str) -> str:
    """Give the search for what both find."""
    if not (text.strip() and part.strip()):
        return (text or part).strip()
    return f"{_whole(text)} {_whole(part)}"


def _whole(text: str) -> str:
    """A search as a part of a longer one: an OR or an open quotation would reach into the rest."""
    text = text.strip()
    last = [part.lastgroup for part in _PART.finditer(text)][-1]
    closed = text + _CLOSING.get(last or "", "")
    alternatives = any(word == "OR" and not depth for word, depth in _words(closed))
    return f"({closed})" if alternatives else closed


def _words(text: str) -> list[tuple[str, int]]:
    """The parts of a search, and in how many brackets each stands."""
    words = [part[0] for part in _PART.finditer(text)]
    return list(zip(words, accumulate(_DEEPER.get(word, 0) for word in words), strict=True))


def _found(text: str, part: str) -> slice | None:
    """Where a part stands alone: outside of brackets, in no alternative, and not excluded."""
    places = list(_PART.finditer(text))
    words, wanted = [place[0] for place in places], [place[0] for place in _PART.finditer(part)]
    depth = 0
    for at, word in enumerate(words):
        end = at + len(wanted)
        reached = at > 0 and words[at - 1] in _REACH_ON
        joined = words[end : end + 1] == ["OR"]
        if wanted and depth == 0 and not reached and not joined and words[at:end] == wanted:
            return slice(places[at].start(), places[end - 1].end())
        depth += _DEEPER.get(word, 0)
    return None


def _bare(text: str) -> str:
    """Without brackets around all of it, which are of no use."""
    depths = [depth for _, depth in _words(text)]
    return text[1:-1].strip() if text[:1] == "(" and 0 not in depths[:-1] else text
