"""The column of edges, as the items that it holds change."""

from __future__ import annotations

from mediadesk.search.columns import Edges
from mediadesk.store import browse


def numbers(edges: Edges, kind: str) -> list[int]:
    return edges.of_kind(kind).numbers.tolist()


def test_edges_of_a_kind_follow_what_is_read_anew() -> None:
    person, place = (browse.NODES.index(kind) for kind in ("person", "place"))
    edges = Edges()
    ann, rome = edges.words.code("Ann"), edges.words.code("Rome")
    edges.put(3, None, [0, 1], [ann, rome], [person, place])
    assert (numbers(edges, "person"), numbers(edges, "place")) == ([0], [1])
    edges.put(3, [0], [0, 2], [rome, ann], [place, person])
    assert (numbers(edges, "person"), numbers(edges, "place")) == ([2], [1, 0])
