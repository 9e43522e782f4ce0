"""Duplicates and near-duplicates as the window shows them."""

from functools import partial

from mediadesk.engine.access import Access
from mediadesk.engine.messages import ItemView, Twins
from mediadesk.recommend import twins
from mediadesk.recommend.senses import Space
from mediadesk.recommend.twins import Pair
from mediadesk.store import features
from mediadesk.store import twins as store
from mediadesk.store.twins import Candidate


def found(access: Access, space: Space, *, limit: int, profile: str | None) -> tuple[Twins, ...]:
    """Find items that are the same, the surest first."""
    db = access.store.read()
    known = {each.id: each for each in store.candidates(db)}
    pairs = twins.pairs(
        list(known.values()),
        space=space,
        moments=partial(features.of_moments, db),
        apart=store.told_apart(db),
    )
    groups = twins.groups(pairs)[:limit]
    ids = [each for group in groups for pair in group for each in (pair.one, pair.other)]
    views = {view.id: view for view in access.views(list(dict.fromkeys(ids)), profile=profile)}
    return tuple(_view(group, known, views) for group in groups)


def _view(group: list[Pair], known: dict[str, Candidate], views: dict[str, ItemView]) -> Twins:
    ids = dict.fromkeys(each for pair in group for each in (pair.one, pair.other))
    ordered, better = twins.better_first([known[each] for each in ids])
    return Twins(
        items=tuple(views[each.id] for each in ordered),
        alike=round(min(pair.alike for pair in group), 3),
        why="; ".join(dict.fromkeys(pair.why for pair in group)),
        better=better,
    )
