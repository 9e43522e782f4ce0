"""Understands searches such as “kind:film year>=1990 (storm OR "calm sea") -is:seen”."""

from mediadesk.api import UserError
from mediadesk.search.tree import EVERYTHING, Node

_LONGEST = 1_000


def parse(text: str) -> Node:
    """Understand a search; an empty one asks for everything.

    Raises:
        UserError: naming the place that isn't understood, and what may stand there.
    """
    if len(text) > _LONGEST:
        raise UserError(f"The search is too long: use {_LONGEST:,} characters at most.")
    clean = text.replace("\0", " ").encode(errors="replace").decode()
    if not clean.strip():
        return EVERYTHING
    from mediadesk.search.grammar import tree  # its library takes a while, and no list needs it

    return tree(clean)
