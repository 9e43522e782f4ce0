"""What plugins add to a panel: shelves of their own, and sentences to Why."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from mediadesk.api import UserError
from mediadesk.recommend.drafts import Draft, Entry
from mediadesk.recommend.values import Reason

if TYPE_CHECKING:
    from mediadesk.api import (
        Explainer,
        ExplainRequest,
        ShelfDraft,
        ShelfMaker,
        ShelfRequest,
    )
    from mediadesk.recommend.ranking import Guard

log = logging.getLogger(__name__)
T = TypeVar("T")
P = TypeVar("P", bound="ShelfMaker | Explainer")
_MOST = 3  # of one plugin: the panel is not its own
_LONGEST = 300


def added_shelves(
    makers: Sequence[ShelfMaker], guard: Guard, request: ShelfRequest, *, limit: int
) -> list[Draft]:
    """Ask the makers for shelves of at most `limit` of the request's items; bad ones are left out.

    An item may stand on a plugin's shelf and on another one.
    """
    known = {item.id for item in request.items}

    def ask(maker: ShelfMaker) -> list[Draft]:
        return [_draft(maker, made, known, limit) for made in maker.shelves(request)[:_MOST]]

    drafts = _gather(makers, guard, ask)
    return [draft for draft in drafts if draft.entries]


def added_reasons(
    explainers: Sequence[Explainer], guard: Guard, request: ExplainRequest
) -> list[Reason]:
    """Ask the explainers for sentences about one item."""

    def ask(explainer: Explainer) -> list[Reason]:
        said = explainer.explain(request)[:_MOST]
        return [Reason(text=_line(text), ranker=explainer.name) for text in said]

    return _gather(explainers, guard, ask)


def _gather(parts: Sequence[P], guard: Guard, ask: Callable[[P], list[T]]) -> list[T]:
    found: list[T] = []
    for part in parts:
        try:
            found += guard(part, partial(ask, part))
        except UserError as error:
            log.warning("the panel goes on without “%s”: %s", part.name, error)
    return found


def _draft(maker: ShelfMaker, made: ShelfDraft, known: set[str], limit: int) -> Draft:
    if strange := [item for item in made.items if item not in known]:
        raise ValueError(f"the shelf “{made.id}” holds {strange[0]!r}, which was not offered")
    entries = tuple(Entry(item=item, text=_line(made.reason)) for item in dict.fromkeys(made.items))
    return Draft(
        id=f"{maker.name}-{_line(made.id)}", title=_line(made.title), entries=entries[:limit]
    )


def _line(text: str) -> str:
    if not text.strip() or len(text) > _LONGEST or not text.isprintable():
        raise ValueError(f"{text[:40]!r} is no line of 1 to {_LONGEST} characters")
    return text
