"""Files items under the kinds that follow from what is in them, and from what people filed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mediadesk.store import features, learnt, told
from mediadesk.understand import FEATURE
from mediadesk.understand.kinds import understood

if TYPE_CHECKING:
    from mediadesk.store import Database


def file(db: Database, items: Sequence[str]) -> None:
    """File items anew whose kind is clear by now, or is no longer; what a person said stands.

    What items that people filed teach goes before what follows from the content alone.
    """
    by_content = learnt.told(db, FEATURE, "kind", items)
    by_example = learnt.told(db, features.LEARNT, "filed", items)
    layers = told.said(db, items)
    changed = []
    for item in items:
        kind = by_example.get(item, understood(by_content.get(item, {})))
        fields = {"kind": str(kind)} if kind else {}
        if dict(layers[item]).get(told.UNDERSTOOD, {}) != fields:
            told.tell(db, item, told.UNDERSTOOD, fields)
            changed.append(item)
    told.settle(db, changed)
