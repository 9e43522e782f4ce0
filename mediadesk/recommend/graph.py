"""What items have in common in the graph, as a block for rankers: persons, sets and series."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from mediadesk.api import Block

if TYPE_CHECKING:
    from mediadesk.recommend.space import Empty
    from mediadesk.store.edges import Node

GRAPH = "graph"
"""The name of the block."""

_MOST_OPINIONS = 200
_MOST_NODES = 512
Nodes: TypeAlias = "Mapping[str, Mapping[Node, str]]"
"""Item → node → its name."""


def nodes(
    read: Callable[[Sequence[str]], Nodes], candidates: Sequence[str], history: Sequence[str]
) -> Nodes:
    """Read the nodes of what was judged lately and, where there are any, of the candidates."""
    judged = read(history[-_MOST_OPINIONS:])
    return {**judged, **read(candidates)} if judged else {}


def block(
    known: Nodes, candidates: Sequence[str], history: Sequence[str], *, empty: Empty = np.empty
) -> Block | None:
    """Give the block: a column for each node of the history, and one for all that is none of those.

    The cosine of a candidate and an item of the history is that of their sets of nodes: a candidate
    without any has nothing in common with anything, and of what was judged without any nothing is
    known. None where no candidate has a node in common with what was judged lately.
    """
    recent = history[-_MOST_OPINIONS:]
    counted = Counter(node for item in recent for node in known.get(item, ()))
    columns = {node: n for n, (node, _) in enumerate(counted.most_common(_MOST_NODES))}
    if not any(node in columns for item in candidates for node in known.get(item, ())):
        return None
    width = len(columns) + 1
    there, judged = (empty((len(ids), width), np.float32) for ids in (candidates, history))
    there[:], judged[:] = 0, 0
    for row, item in zip(there, candidates, strict=True):
        own = known.get(item, {})
        places = [columns[node] for node in own if node in columns]
        row[places] = len(own) ** -0.5 if own else 0
        row[-1] = np.sqrt(1 - len(places) / max(len(own), 1))
    for row, item in zip(judged, history, strict=True):
        places = [columns[node] for node in known.get(item, ()) if node in columns]
        row[places] = len(places) ** -0.5 if places else 0
    return Block(candidates=there, history=judged)
