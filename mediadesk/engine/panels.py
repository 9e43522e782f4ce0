"""Shows a panel as another device made it, and tells others what this one shows."""

import math
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Annotated

import msgspec
from msgspec import Meta

from mediadesk.api import Event, EventKind
from mediadesk.engine.messages import Card, Panel, Why
from mediadesk.recommend import values
from mediadesk.recommend.profile import State
from mediadesk.recommend.values import Pick, Reason, Shelf
from mediadesk.store import Database, panels
from mediadesk.store.panels import Told

_MOST_SHELVES, _MOST_CARDS, _MOST_REASONS, _LONGEST = 100, 100, 50, 10_000
_Shelves = Annotated[tuple[Shelf, ...], Meta(max_length=_MOST_SHELVES)]
_CONTINUE = "continue"
_REFUSALS = frozenset({EventKind.LESS, EventKind.HIDE, EventKind.NOT_NOW})


def written(panel: Panel) -> str:
    """Write down the shelves of a panel for other devices."""
    return msgspec.json.encode(_shelves(panel)).decode()


def read(says: str) -> tuple[Shelf, ...]:
    """Read what `written` gave, or anybody else.

    Raises:
        ValueError: if it is nothing of the kind.
    """
    shelves = msgspec.json.decode(says, type=_Shelves)
    picks = [pick for shelf in shelves for pick in shelf.items]
    numbers = [pick.score for pick in picks]
    keys = list[str]()
    texts = [text for shelf in shelves for text in (shelf.id, shelf.title)]
    for pick in picks:
        texts += [pick.item, pick.arm, *pick.rankers]
        numbers += pick.rankers.values()
        for reason in pick.reasons:
            texts += [reason.text, reason.ranker, reason.seed or "", reason.seed_title]
            numbers.append(reason.share)
            if at := reason.evidence:
                texts += [at.kind, at.item, at.text, at.seed_text]
                numbers += [at.t or 0.0, at.seed_t or 0.0]
                keys += [key for key in (at.image, at.seed_image) if key is not None]
    if (
        any(len(shelf.items) > _MOST_CARDS for shelf in shelves)
        or any(len(pick.reasons) > _MOST_REASONS for pick in picks)
        or max(map(len, texts), default=0) > _LONGEST
        or not all(map(math.isfinite, numbers))
        or not all(map(panels.KEY.fullmatch, keys))
    ):
        raise ValueError("one of its panels is none that a MediaDesk makes")
    return shelves


def told(db: Database, shown: Iterable[Panel]) -> panels.Telling:
    """Give what other devices are told of these panels, of which none is theirs."""
    made_at, own = time.time(), list[Told]()
    items, moments = set[str](), set[str]()
    for panel in shown:
        shelves = _shelves(panel)
        picks = [pick for shelf in shelves for pick in shelf.items]
        items |= {pick.item for pick in picks}
        evidence = [reason.evidence for pick in picks for reason in pick.reasons]
        moments |= {key for at in evidence if at for key in (at.image, at.seed_image) if key}
        under = panels.limits(db, panel.profile)
        own.append(Told(profile=panel.profile, made_at=made_at, limits=under, says=written(panel)))
    return panels.gather(db, own, sorted(items), sorted(moments))


def better(db: Database, own: values.Panel) -> tuple[str, Told] | None:
    """Give the panel of another device, behind its name, where this one's says less.

    That is where it understands fewer than half of the items on its own.
    """
    found = panels.latest(db, own.profile)
    shown = list({pick.item for shelf in own.shelves for pick in shelf.items})
    if found is None or (shown and 2 * panels.understood(db, shown) >= len(shown)):
        return None
    return found


def as_of_now(
    found: Told,
    states: Mapping[str, State],
    *,
    limit: int,
    now: float,
    allowed: Collection[str] | None = None,
    supposing: Event | None = None,
) -> values.Panel:
    """Give another device's panel without what was said or seen since, and be it only supposed.

    And, with `allowed`, without what speaks of other items: more may be known of some here.
    """
    refused = supposing.item if supposing and supposing.kind in _REFUSALS else None
    shelves = []
    for shelf in read(found.says):
        left = [
            _only(pick, allowed)
            for pick in shelf.items
            if pick.item != refused
            and (allowed is None or pick.item in allowed)
            and _stands(shelf, states.get(pick.item), made_at=found.made_at, now=now)
        ]
        shelves.append(replace(shelf, items=tuple(left[:limit])))
    return values.Panel(
        profile=found.profile, shelves=tuple(shelf for shelf in shelves if shelf.items)
    )


def why(shown: Panel, item: str) -> Why | None:
    """Explain an item as another device did that made a panel; None where it did not."""
    cards = (each for shelf in shown.shelves for each in shelf.items)
    card = next((each for each in cards if each.id == item), None)
    if card is None or not shown.made_by:
        return None
    return Why(
        item=card,
        rank=None,
        of=0,
        score=card.score,
        rankers=card.rankers,
        reasons=card.reasons,
        without={},
        note=f"“{shown.made_by}” put it there, which knows more of your files.",
    )


def _only(pick: Pick, allowed: Collection[str] | None) -> Pick:
    """Give a card without the reasons that name or show what may not be seen."""
    if allowed is None:
        return pick
    seen = [each for each in pick.reasons if all(item in allowed for item in _items(each))]
    return replace(pick, reasons=tuple(seen))


def _items(reason: Reason) -> set[str]:
    at = reason.evidence
    keys = [key for key in (at.image, at.seed_image) if key] if at else []
    named = [reason.seed, at.item if at else None, *(key.split("/")[1] for key in keys)]
    return {item for item in named if item}


def _stands(shelf: Shelf, state: State | None, *, made_at: float, now: float) -> bool:
    if state is None:
        return True
    if shelf.id == _CONTINUE and state.had:
        return state.underway and not state.is_closed(now)
    marked = state.finished and not state.plays  # nobody knows when
    return not (state.is_closed(now) or marked or (state.had and state.at > made_at))


def _shelves(panel: Panel) -> list[Shelf]:
    return [
        Shelf(id=shelf.id, title=shelf.title, items=tuple(map(_pick, shelf.items)))
        for shelf in panel.shelves
    ]


def _pick(shown: Card) -> Pick:
    return Pick(
        item=shown.id,
        score=shown.score,
        rankers=shown.rankers,
        reasons=shown.reasons,
        arm=shown.arm,
    )
