"""Why an item stands where it does: sentences that are true, with evidence from the files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mediadesk.recommend import sentences
from mediadesk.recommend.facts import GENRES
from mediadesk.recommend.fondness import FONDNESS
from mediadesk.recommend.graph import GRAPH
from mediadesk.recommend.recalling import because, told
from mediadesk.recommend.values import Evidence, Reason
from mediadesk.store import edges, library
from mediadesk.store.traits import traits

if TYPE_CHECKING:
    from mediadesk.recommend.blend import Part, Ranked
    from mediadesk.recommend.moments import Matcher
    from mediadesk.recommend.profile import State
    from mediadesk.store import Database

_WORTH_WORDS = 0.1  # of the largest share: from here on a plugin's own words go first


class Reasons:
    """Writes the reasons of one answer."""

    def __init__(
        self,
        db: Database,
        matcher: Matcher,
        *,
        titles: Mapping[str, str],
        states: Mapping[str, State],
    ) -> None:
        """Write for who stands so with items; `titles` are those that are known already."""
        self._db = db
        self._matcher = matcher
        self._titles = dict(titles)
        self._states = states

    def alike(
        self,
        item: str,
        *,
        block: str,
        seed: str,
        ranker: str = "similar",
        share: float = 0.0,
        lead: str = "",
    ) -> Reason:
        """Say that an item is like another in one block, at the moments where it shows most.

        Titles have no moments: then the most alike ones of another block are shown beside it. Whom
        both have to do with is said, too.
        """
        evidence = own = self._matcher.match(self._db, block, item, seed)
        if evidence is None:
            evidence = self._matcher.match_any(self._db, item, seed)
        common = self._common(block, item, seed)
        if evidence is None and common:
            evidence = Evidence(kind="tag", item=item, text=common[0][1])
        title = self._title(seed)
        both = [sentences.SHARED[kind].format(name=sentences.short(name)) for kind, name in common]
        precise = _precise(evidence)
        if block in sentences.ACCORDING:
            details = [sentences.ACCORDING[block], *precise, *both]
        elif block in {GRAPH, GENRES} and both:
            details = [*both, *precise]
        else:
            # What shows beside it is of another block.
            general = [] if own is not None and precise else [_general(block)]
            details = [*general, *precise, *both]
        opening = lead or because(self._states[seed])
        said = f"{opening.format(title=title)}: {'; '.join(details)}"
        return Reason(
            text=said,
            ranker=ranker,
            seed=seed,
            seed_title=title,
            share=share,
            evidence=evidence,
        )

    def plain(self, item: str, text: str, *, ranker: str = "library") -> Reason:
        """Say something that is true without any history, and where it shows what it is like."""
        evidence = self._matcher.typical(self._db, item)
        if evidence is None or evidence.t is None:
            return Reason(text=text, ranker=ranker)
        seen = sentences.SEEN[evidence.kind].format(
            t=sentences.clock(evidence.t), text=sentences.short(evidence.text)
        )
        return Reason(text=f"{text}: {seen}", ranker=ranker, evidence=evidence)

    def begun(self, item: str, text: str) -> Reason:
        """Say where somebody stopped, with what is to be seen or heard there."""
        evidence = self._matcher.at(self._db, item, self._states[item].position)
        return Reason(text=text, ranker="library", evidence=evidence)

    def explain(self, item: str, ranked: Ranked) -> list[Reason]:
        """Turn what the rankers gave as reasons into sentences: what lifts the item, then the rest.

        A seed that was not liked is no reason that a person would understand: its share goes to
        the rest, which no single item explains. A plugin's words for next to nothing are of the
        rest, too.
        """
        found = ranked.parts(item)
        least = _WORTH_WORDS * max((part.share for part in found), default=0.0)
        parts = sorted(found, key=lambda part: (self._turn(part, least), -part.share))
        return [self._reason(item, part) for part in parts]

    def untold(self, item: str) -> Reason:
        """Say what is true where no ranker gives a reason: when it was had, or that it was not."""
        return self.plain(item, self._standing(item))

    def _title(self, item: str) -> str:
        if item not in self._titles:  # of thousands that may be named, few are
            self._titles[item] = library.titles(self._db, [item]).get(item, "")
        return self._titles[item]

    def _standing(self, item: str) -> str:
        state = self._states.get(item)
        if state is not None and state.value is not None and not state.had:
            return sentences.DOUBTED
        return (told([state]) if state is not None else "") or sentences.UNSEEN

    def _reason(self, item: str, part: Part) -> Reason:
        if part.text:
            # A plugin's own words, and whose they are.
            return Reason(
                text=part.text,
                ranker=part.ranker,
                share=part.share,
                seed=part.seed,
                seed_title=self._title(part.seed) if part.seed else "",
            )
        if part.block == FONDNESS:
            return Reason(text=self._standing(item), ranker=part.ranker, share=part.share)
        if part.seed and self._suits(part):
            return self.alike(
                item, block=part.block, seed=part.seed, ranker=part.ranker, share=part.share
            )
        return Reason(text=_taken_together(part), ranker=part.ranker, share=part.share)

    def _common(self, block: str, item: str, seed: str) -> list[tuple[str, str]]:
        """Give what two items have in common: a genre, else whom they have to do with."""
        if block == GENRES:
            known = traits(self._db, [item, seed])
            own, other = (known[each].genres if each in known else set() for each in (item, seed))
            return [("genre", name) for name in sorted(own & other)[:1]]
        return edges.shared(self._db, item, seed)[:1]

    def _turn(self, part: Part, least: float) -> int:
        if part.block == FONDNESS and part.share > 0:
            return 0  # that one knows it goes before what it is like
        leads = 0 < part.share >= least if part.text else self._suits(part)
        return 1 if leads else 2

    def _suits(self, part: Part) -> bool:
        state = self._states.get(part.seed or "")
        # What nobody may have seen is known to nobody.
        return part.share > 0 and part.opinion > 0 and state is not None and state.had


def _taken_together(part: Part) -> str:
    if part.block in sentences.ALONE:
        return sentences.ALONE[part.block]
    if part.block:
        return sentences.OTHERS.format(block=_name(part.block))
    return sentences.RANKER.format(ranker=part.ranker)


def _general(block: str) -> str:
    return sentences.MATCHES[""].format(block=_name(block))


def _precise(shown: Evidence | None) -> list[str]:
    if shown is None or shown.t is None or shown.seed_t is None:
        return []
    said = sentences.MATCHES[shown.kind].format(
        t=sentences.clock(shown.t),
        seed_t=sentences.clock(shown.seed_t),
        text=sentences.short(shown.text),
        seed_text=sentences.short(shown.seed_text),
    )
    return [said]


def _name(block: str) -> str:
    return sentences.BLOCKS.get(block, block)
