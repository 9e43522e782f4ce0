"""Puts a part into the text of a search and takes it out again; the text is always the truth."""

import re

_PARTS = re.compile(r'"[^"]*"|[()]|[^\s()"]+(?:"[^"]*")?')


def holds(text: str, part: str) -> bool:
    """Whether a search says a part at its top level, so that it can be taken out."""
    return _found(_tokens(text), _tokens(part)) is not None


def toggled(text: str, part: str) -> str:
    """Give the search without a part if it holds it, else narrowed to it."""
    tokens, wanted = _tokens(text), _tokens(part)
    at = _found(tokens, wanted)
    if at is None:
        return both(text, part)
    left = tokens[:at] + tokens[at + len(wanted) :]
    while left and left[0] in {"AND", "OR"}:
        left.pop(0)
    while left and left[-1] in {"AND", "OR", "NOT"}:
        left.pop()
    return _written(left)


def both(text: str, part: str) -> str:
    """Give the search for what both find."""
    if not (text.strip() and part.strip()):
        return (text or part).strip()
    return f"{_bracketed(text)} {_bracketed(part)}"


def _bracketed(text: str) -> str:
    """A search as a part of a longer one: an OR would else reach into the rest."""
    tokens, depth = _tokens(text), 0
    for word in tokens:
        depth += (word == "(") - (word == ")")
        if word == "OR" and depth == 0:
            return f"({text.strip()})"
    return text.strip()


def _tokens(text: str) -> list[str]:
    return _PARTS.findall(text)


def _found(tokens: list[str], wanted: list[str]) -> int | None:
    """Where a part begins that stands alone: outside of brackets and not after NOT or -."""
    if not wanted:
        return None
    depth = 0
    for at, word in enumerate(tokens):
        alone = depth == 0 and (at == 0 or tokens[at - 1] not in {"NOT", "OR"})
        after = at + len(wanted)
        joined = after < len(tokens) and tokens[after] == "OR"
        if alone and not joined and tokens[at:after] == wanted:
            return at
        depth += (word == "(") - (word == ")")
    return None


def _written(tokens: list[str]) -> str:
    if tokens and tokens[0] == "(" and tokens.index(")") == len(tokens) - 1:
        tokens = tokens[1:-1]  # brackets around all of it are of no use
    text = " ".join(tokens)
    return text.replace("( ", "(").replace(" )", ")")
