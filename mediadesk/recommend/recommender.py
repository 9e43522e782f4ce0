"""The recommender: the panel of a person, what is similar to an item, and why it stands there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from mediadesk.api import (
    Array,
    Block,
    ExplainRequest,
    Item,
    Liked,
    Opinion,
    RankRequest,
    ShelfRequest,
)
from mediadesk.recommend import graph, sentences
from mediadesk.recommend.blend import Ranked
from mediadesk.recommend.candidates import Candidates, is_open
from mediadesk.recommend.extras import added_reasons, added_shelves
from mediadesk.recommend.history import History
from mediadesk.recommend.likeness import Likeness
from mediadesk.recommend.moments import Matcher
from mediadesk.recommend.profile import State, opinions
from mediadesk.recommend.ranking import Guard, Parts, rank
from mediadesk.recommend.reasons import Reasons
from mediadesk.recommend.shelves import Draft, View, arrange
from mediadesk.recommend.space import Empty
from mediadesk.recommend.values import Panel, Pick, Reason, Shelf, Why
from mediadesk.store import Store, library

if TYPE_CHECKING:
    from mediadesk.recommend.index import Index
    from mediadesk.store import Database

T = TypeVar("T")
_LOOKED_AT = 100  # how many of the best are looked up to fill the shelves
_NEAR = 40
_LATEST_LIKES = 3
_SEEDS_ASKED = 8
_SLICE = 500  # vectors: about a second


def _call(_: object, call: Callable[[], T]) -> T:
    return call()


class Recommender:
    """Answers for one library; any thread may ask."""

    def __init__(
        self,
        store: Store,
        index: Index,
        parts: Callable[[], Parts],
        *,
        guard: Guard = _call,
        empty: Empty = np.empty,
        language: str = "en",
    ) -> None:
        """Answer for the library in `store`.

        Args:
            store: the library.
            index: its vectors.
            parts: gives what plugins contribute, anew for each answer: they come and go.
            guard: calls into a plugin.
            empty: makes the arrays of vectors that rankers get, as `np.empty` does.
            language: the locale that sentences of plugins shall be in.
        """
        self._store = store
        self._index = index
        self._parts = parts
        self._guard = guard
        self._empty = empty
        self._language = language
        self._candidates = Candidates(index)
        self._likeness = Likeness(index, self._candidates.near)
        self._history = History()
        self._matcher = Matcher(index)
        self._lock = threading.Lock()

    def panel(self, profile: str, *, limit: int = 12, now: float) -> Panel:
        """Give the shelves of a profile, `limit` items each at most; the same all day long."""
        with self._lock:
            db, known = self._begin(profile)
            held, parts = opinions(known), self._parts()
            chosen = self._candidates.gather(db, known, held, profile=profile, now=now)
            nodes = graph.nodes(db, chosen, [opinion.item for opinion in held])
            ranked = self._rank(parts, profile, chosen, held, nodes=nodes, now=now)
            view = self._view(db, known, ranked, now)
            drafts = [*arrange(view, limit), *self._added(parts, view, profile, limit)]
            shown = [entry.item for draft in drafts for entry in draft.entries]
            titles = self._titles(db, view.items, held)
            reasons = Reasons(db, self._matcher, titles=titles, states=known, shown=shown)
            return Panel(
                profile=profile,
                shelves=tuple(self._shelf(draft, view, ranked, reasons) for draft in drafts),
            )

    def states(self, profile: str) -> Mapping[str, State]:
        """Give item → where the profile stands with it."""
        return self._history.states(self._store.read(), profile)

    def tend(self) -> bool:
        """Do a slice of what makes later answers quick; tell whether there is more of it."""
        with self._lock:
            self._index.refresh()
        if self._index.build(most=_SLICE):
            return True
        self.save()
        return False

    def save(self) -> None:
        """Write the index's cache, which spares the next start a second or ten."""
        with self._lock:
            self._index.save()

    def nearest(self, vector: Array, ids: Sequence[str], *, block: str) -> list[str]:
        """Order items by how near they are to a vector [d] of a block; as they were without it."""
        with self._lock:
            self._index.refresh()
            space = self._index.spaces.get(block)
            if space is None or not ids or space.dimensions != len(vector):
                return list(ids)
            alike = space.vectors(ids) @ vector
            return [ids[n] for n in np.argsort(-alike, kind="stable")]

    def space(self, block: str, ids: Sequence[str]) -> tuple[Array, Array] | None:
        """Give items' vectors [n, d] in a block, zeros where one has none, and the mean of all.

        None where there is no such block.
        """
        with self._lock:
            self._index.refresh()
            space = self._index.spaces.get(block)
            return None if space is None else (space.vectors(ids), space.mean)

    def alike(self, item: str, *, limit: int) -> list[str]:
        """Give the ids of the items most alike in content, best first."""
        with self._lock:
            db, _ = self._begin(None)
            best = self._likeness.to_seed(item)
            lying = library.kept(db, list(best))
            return [each for each in best if each in lying][:limit]

    def similar(self, item: str, *, limit: int = 12) -> tuple[Pick, ...]:
        """Give the items most alike in content, with where they are most alike."""
        with self._lock:
            db, _ = self._begin(None)
            best = self._likeness.to_seed(item)
            items = library.items(db, [item, *best])
            lying = library.kept(db, list(best))
            kept = [each for each in best if each in lying][:limit]
            titles = {each: found.title for each, found in items.items()}
            reasons = Reasons(db, self._matcher, titles=titles, states={}, shown=[])
            return tuple(
                Pick(
                    item=each,
                    score=best[each][0],
                    reasons=(
                        reasons.alike(
                            each,
                            block=best[each][1],
                            seed=item,
                            ranker="similar",
                            share=best[each][0],
                            lead=sentences.ALIKE,
                        ),
                    ),
                )
                for each in kept
            )

    def why(self, item: str, *, profile: str, now: float) -> Why:
        """Explain the place of an item among the candidates, and what each seed does to it."""
        with self._lock:
            db, known = self._begin(profile)
            held, parts = opinions(known), self._parts()
            found = self._candidates.gather(db, known, held, profile=profile, now=now)
            note = self._note(db, item, known.get(item), now)
            chosen = found if item in found else (*found, item)
            # What was said of the item itself would only explain it by itself.
            others = tuple(opinion for opinion in held if opinion.item != item)
            nodes = graph.nodes(db, chosen, [opinion.item for opinion in others])
            ranked = self._rank(parts, profile, chosen, others, nodes=nodes, now=now)
            at = ranked.places[item]
            titles = self._titles(db, library.items(db, [item]), held)
            reasons = Reasons(db, self._matcher, titles=titles, states=known, shown=[item])
            asked = [opinion.item for opinion in others if opinion.value > 0][-_SEEDS_ASKED:]
            asked += [
                part.seed for part in ranked.parts(item) if part.seed and part.seed not in asked
            ]
            without = {} if note else {
                seed: self._rank(
                    parts,
                    profile,
                    chosen,
                    tuple(o for o in others if o.item != seed),
                    nodes=nodes,
                    now=now,
                ).rank(item)
                for seed in asked
            }  # fmt: skip
            explained = reasons.explain(item, ranked)
            explained += self._said(parts, db, item, explained, held)
            return Why(
                item=item,
                rank=None if note else ranked.rank(item),
                of=len(chosen),
                score=float(ranked.values[at]),
                rankers=ranked.shares_of(item),
                reasons=tuple(explained) or (reasons.plain(item, sentences.UNSEEN),),
                without=without,
                note=note,
            )

    def _begin(self, profile: str | None) -> tuple[Database, dict[str, State]]:
        self._index.refresh()
        db = self._store.read()
        return db, self._history.states(db, profile) if profile is not None else {}

    def _rank(
        self,
        parts: Parts,
        profile: str,
        chosen: Sequence[str],
        held: Sequence[Opinion],
        *,
        nodes: graph.Nodes,
        now: float,
    ) -> Ranked:
        asked = [opinion.item for opinion in held]
        common = graph.block(nodes, chosen, asked, empty=self._empty)
        request = RankRequest(
            now=now,
            profile=profile,
            candidates=tuple(chosen),
            history=tuple(held),
            blocks={
                name: Block(
                    candidates=space.vectors(chosen, empty=self._empty),
                    history=space.vectors(asked, empty=self._empty),
                )
                for name, space in self._index.blocks.items()
            }
            | ({graph.GRAPH: common} if common else {}),
        )
        return rank(parts.rankers, self._guard, request)

    def _added(self, parts: Parts, view: View, profile: str, limit: int) -> list[Draft]:
        if not parts.shelf_makers:
            return []
        offered = [item for item in view.order if item in view.items]
        request = ShelfRequest(
            now=view.now,
            profile=profile,
            items=tuple(view.items[item] for item in offered),
            values=tuple(view.worth[item] for item in offered),
            language=self._language,
        )
        return added_shelves(parts.shelf_makers, self._guard, request, limit=limit)

    def _said(
        self,
        parts: Parts,
        db: Database,
        item: str,
        reasons: Sequence[Reason],
        held: Sequence[Opinion],
    ) -> list[Reason]:
        if not parts.explainers:
            return []
        known = library.items(db, [item, *(opinion.item for opinion in held)])
        request = ExplainRequest(
            item=known[item],
            reasons=tuple(reason.text for reason in reasons),
            history=tuple(
                Liked(item=known[opinion.item], value=opinion.value)
                for opinion in held
                if opinion.item in known
            ),
            language=self._language,
        )
        return added_reasons(parts.explainers, self._guard, request)

    def _view(self, db: Database, known: dict[str, State], ranked: Ranked, now: float) -> View:
        order = [ranked.items[n] for n in ranked.order()]
        open_ = set(order)
        likes = sorted(
            (item for item, state in known.items() if state.liked),
            key=lambda item: -(known[item].liked_at or 0),
        )[:_LATEST_LIKES]
        near = {seed: self._near(seed, open_) for seed in likes}
        rare = self._likeness.rare(order)
        newest = [item for item in library.newest(db, limit=_NEAR) if item in open_]
        begun = [item for item, state in known.items() if state.underway]
        wanted = [*order[:_LOOKED_AT], *order[-5:], *rare[:_NEAR], *newest, *begun, *likes]
        items = library.items(
            db, list(dict.fromkeys([*wanted, *chain.from_iterable(near.values())]))
        )
        lying = library.kept(db, list(items))
        return View(
            order=order,
            seeds={item: ranked.seed(item) for item in order[:_LOOKED_AT]},
            worth=dict(zip(ranked.items, ranked.values.tolist(), strict=True)),
            items={each: item for each, item in items.items() if each in lying},
            states=known,
            near=near,
            rare=rare,
            similarity=self._likeness.matrix,
            has_taste=bool(ranked.values.any()),
            now=now,
        )

    def _near(self, seed: str, allowed: set[str]) -> dict[str, str]:
        """Give candidate → block in which it is most alike to the seed, best first."""
        alike = self._likeness.to_seed(seed).items()
        return dict([(item, block) for item, (_, block) in alike if item in allowed][:_NEAR])

    def _titles(
        self, db: Database, items: Mapping[str, Item], held: Sequence[Opinion]
    ) -> dict[str, str]:
        seeds = [opinion.item for opinion in held if opinion.value > 0]
        known = {**items, **library.items(db, seeds)}
        return {each: item.title for each, item in known.items()}

    def _shelf(self, draft: Draft, view: View, ranked: Ranked, reasons: Reasons) -> Shelf:
        picks = []
        for entry in draft.entries:
            written = []
            if entry.seed:
                block = view.near[entry.seed][entry.item]
                written = [reasons.alike(entry.item, block=block, seed=entry.seed)]
            elif draft.id == "continue":
                written = [reasons.begun(entry.item, entry.text)]
            elif entry.text:
                written = [reasons.plain(entry.item, entry.text)]
            picks.append(_pick(entry.item, ranked, reasons, written))
        return Shelf(id=draft.id, title=draft.title, items=tuple(picks))

    def _note(self, db: Database, item: str, state: State | None, now: float) -> str:
        if not library.kept(db, [item]):
            return sentences.NOTES["gone"]
        if is_open(state, now) or state is None:
            return ""
        if state.hidden:
            return sentences.NOTES["hidden"]
        if state.verdict is not None or state.stars is not None:
            return sentences.NOTES["judged"]
        is_known = state.played_at is not None or state.finished
        return sentences.NOTES["seen" if is_known else "resting"]


def _pick(item: str, ranked: Ranked, reasons: Reasons, written: list[Reason]) -> Pick:
    at = ranked.places.get(item)
    if at is None:  # begun: it is no candidate any more
        return Pick(item=item, reasons=tuple(written))
    score = float(ranked.values[at])
    if not written and score > 0:
        written = reasons.explain(item, ranked)[:1]
    return Pick(
        item=item,
        score=score,
        rankers=ranked.shares_of(item),
        reasons=tuple(written) or (reasons.plain(item, sentences.UNSEEN),),
    )
