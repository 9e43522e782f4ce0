"""Walks the graph: from a node to its items, and on to the nodes that those have to do with."""

from collections.abc import Callable, Sequence
from typing import get_args

from mediadesk.api import UserError
from mediadesk.engine.looking import Look
from mediadesk.engine.messages import Facet, FacetValue
from mediadesk.search import written
from mediadesk.search.facets import Facets, Value
from mediadesk.search.folding import fold
from mediadesk.search.tree import EVERYTHING, Node, Text
from mediadesk.store import Database, graph
from mediadesk.store.graph import NodeKind

KINDS: tuple[NodeKind, ...] = get_args(NodeKind)
_COUNTED: dict[NodeKind, tuple[str, Callable[[Facets], list[Value]]]] = {
    "person": ("Persons", Facets.everyone),
    "place": ("Places", Facets.places),
    "studio": ("Studios", Facets.studios),
    "set": ("Sets", Facets.sets),
    "series": ("Series", Facets.series),
    "album": ("Albums", Facets.albums),
    "genre": ("Genres", Facets.genres),
    "tag": ("Tags", Facets.tags),
}


def meant(look: Look, node: str) -> Text:
    """Give the node that “KIND:NAME” means, or a name alone where only one kind has it.

    Raises:
        UserError: if there is none in the library, or are several.
    """
    kind, colon, name = node.partition(":")
    wanted = [one for one in KINDS if one == kind.strip().lower()] if colon else []
    text = name if wanted else node
    kinds = wanted or KINDS
    found = [term for one in kinds if (term := _there(look, one, text.strip())) is not None]
    if not found:
        raise UserError(
            f"The library has no “{node}”: “mediadesk graph” lists who and what there is."
        )
    if len(found) > 1:
        known = " or ".join(f"“{one.field}:{one.text}”" for one in found)
        raise UserError(f"“{node}” may be several: write {known}.")
    return found[0]


def around(look: Look, node: Text | None) -> tuple[Facet, ...]:
    """Count what the items of a node, or all items, have to do with, without the node itself."""
    tree: Node = EVERYTHING if node is None else node
    facets = Facets(
        look.catalogue, look.db, look.finder, look.deeds(), look.found(tree), collections=()
    )
    counted = (
        Facet(
            name=kind,
            title=title,
            values=tuple(
                FacetValue(label=each.label, items=each.items, search=written(each.term))
                for each in values_of(facets)
                if not (node and kind == node.field and fold(each.label) == fold(node.text))
            ),
        )
        for kind, (title, values_of) in _COUNTED.items()
    )
    return tuple(facet for facet in counted if facet.values)


def roles(db: Database, node: Text, items: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Give item → what a node is in it: director, actor."""
    return {
        item: tuple(
            dict.fromkeys(
                edge.role
                for edge in graph.of_item(db, item)
                if edge.kind == node.field and fold(edge.name) == fold(node.text)
            )
        )
        for item in items
    }


def _there(look: Look, kind: NodeKind, name: str) -> Text | None:
    """Give the node as the library writes it, if any item has to do with it."""
    if not name:
        return None
    term = Text(kind, name, whole=True)
    found = look.found(term)
    if not found.any():
        return None
    facets = Facets(look.catalogue, look.db, look.finder, look.deeds(), found, collections=())
    labels = (each.label for each in _COUNTED[kind][1](facets))
    return Text(kind, next((each for each in labels if fold(each) == fold(name)), name), whole=True)
