"""Tries the parts that choose and explain: rankers, explainers, shelves, panels, parsers."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np

from mediadesk.api import (
    Chip,
    Explainer,
    IntentParser,
    Panel,
    Ranker,
    RankRequest,
    Scores,
    Section,
    ShelfMaker,
    testing,
)
from mediadesk.host.isolate.results import check_scores
from mediadesk.host.makers import material
from mediadesk.host.makers.material import Bench

_CLOSE = 1e-4
_MOST = 3
_ODD = ((200, 0, True), (1, 1, True), (0, 3, True), (20, 3, False))
"""Candidates, opinions, and whether the plugin's own extractors have been at work."""
_FIELDS = frozenset({"kind", "tag", "text", "year", "minutes", "seen", "liked"})
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


def ranker(part: Ranker, bench: Bench) -> Iterator[str]:
    """200 candidates, its own extractors' vectors too: twice, in another order; odd requests."""
    request = material.rank_request(learnt=bench.learnt)
    scores = part.rank(request, testing.no_model)
    wrong = tuple(_scores(request, scores))
    yield from wrong
    if wrong:
        return
    again = part.rank(request, testing.no_model)
    if not np.array_equal(scores.values, again.values):
        yield "The same request gets other scores the second time."
    other, order = material.shuffled(request)
    moved = part.rank(other, testing.no_model).values
    if not np.allclose(moved, scores.values[order], rtol=_CLOSE, atol=_CLOSE):
        yield "The scores depend on the order of the candidates."
    odd = [material.rank_request(n, m, bench.learnt if own else None) for n, m, own in _ODD]
    for each in odd:
        yield from _scores(each, part.rank(each, testing.no_model))
    yield from dict.fromkeys(wrong for each in (request, *odd) for wrong in _without(part, each))


def explainer(part: Explainer, _: Bench) -> Iterator[str]:
    """An item by an artist of whom something is liked, in two languages."""
    for language in material.LANGUAGES:
        sentences = part.explain(material.explain_request(language))
        if len(sentences) > _MOST:
            yield f"It gives {len(sentences)} sentences, and {_MOST} are the most."
        if not all(map(_is_line, sentences)):
            yield "One of its sentences is empty or has several lines."


def intent_parser(part: IntentParser, _: Bench) -> Iterator[str]:
    """Questions that are empty, long, odd, English and Chinese."""
    for text in material.QUESTIONS:
        for language in material.LANGUAGES:
            intent = part.parse(text, language)
            for chip in intent.chips if intent else ():
                yield from _chip(chip)


def shelf_maker(part: ShelfMaker, _: Bench) -> Iterator[str]:
    """Requests of 60 items, of one and of none."""
    for count in (60, 1, 0):
        request = material.shelf_request(count)
        known = {item.id for item in request.items}
        shelves = part.shelves(request)
        if len(shelves) > _MOST:
            yield f"It gives {len(shelves)} shelves, and {_MOST} are the most."
        if len({shelf.id for shelf in shelves}) < len(shelves):
            yield "Two of its shelves have the same id."
        for shelf in shelves:
            if not set(shelf.items) <= known or len(set(shelf.items)) < len(shelf.items):
                yield f"The shelf “{shelf.id}” has items twice, or that were not in the request."
            if not all(map(_is_line, (shelf.id, shelf.title, shelf.reason))):
                yield f"The shelf “{shelf.id}” has an empty id, title or reason."


def panel(part: Panel, bench: Bench) -> Iterator[str]:
    """Libraries of 60 items, of one and of none."""
    for count in (60, 1, 0):
        request = material.panel_request(part.reads, count, bench.learnt)
        known = {item.id for item in request.items}
        sections = part.view(request)
        if not sections:
            yield f"The page of a library of {count} is empty: say in a sentence why."
        for section in sections:
            yield from _section(section, known)


def _scores(request: RankRequest, scores: Scores) -> Iterator[str]:
    try:
        check_scores(scores, request)
    except ValueError as error:
        yield f"Of {len(request.candidates)} candidates, {error}."


def _without(part: Ranker, request: RankRequest) -> Iterator[str]:
    asked = replace(request, without=tuple(range(len(request.history))))
    told = part.rank(asked, testing.no_model)
    if told.without is None:
        return
    wrong = tuple(_scores(asked, told))
    if not wrong and testing.counterfactual_error(part, request, testing.no_model) > _CLOSE:
        wrong = ("“without” is not what it says when it is asked without these opinions.",)
    yield from wrong


def _chip(chip: Chip) -> Iterator[str]:
    if chip.field not in _FIELDS:
        yield f"It knows a field “{chip.field}”: there are {', '.join(sorted(_FIELDS))}."
    if chip.field in {"seen", "liked"} and chip.value not in {"yes", "no"}:
        yield f"The chip “{chip.field}” has the value “{chip.value}”: use yes or no."
    if chip.low is not None and chip.high is not None and chip.low > chip.high:
        yield f"The chip “{chip.field}” goes from {chip.low} down to {chip.high}."


def _section(section: Section, known: Collection[str]) -> Iterator[str]:
    if not set(section.items) <= set(known):
        yield "A row of items has some that were not in the request."
    if any(len(row) != len(section.columns) for row in section.rows):
        yield "A table has rows that do not fit its columns."
    if section.image and not section.image.startswith(_IMAGES):
        yield "An image is neither PNG nor JPEG."
    for point in section.points:
        if point.item not in known:
            yield f"A point stands for “{point.item}”, which was not in the request."
        if not (0 <= point.x <= 1 and 0 <= point.y <= 1):
            yield f"The point of “{point.item}” lies at {point.x}, {point.y}, outside of 0 to 1."
        if not _COLOUR.fullmatch(point.colour):
            yield f"The point of “{point.item}” has the colour “{point.colour}”: use #rrggbb."


def _is_line(text: str) -> bool:
    return bool(text.strip()) and text.isprintable()
