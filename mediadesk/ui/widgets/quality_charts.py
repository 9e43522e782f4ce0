"""The graphs of what a replay gave: worth, course, price, and what is shown."""

from collections.abc import Iterator, Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from mediadesk.engine.messages import LATELY, Moment, Outcome
from mediadesk.ui import item_words, quality_words
from mediadesk.ui.quality_words import NAMES, OURS, PRICE, SCORERS, WORTH
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.charted import Charted, beside
from mediadesk.ui.widgets.drawings import FOOT, PAIR, ROW, Line, Pair, courses, intervals, pairs
from mediadesk.ui.widgets.graph import Graph

_COURSE = 260
_DATES = 4


def charts(theme: Theme, outcome: Outcome) -> Iterator[QWidget]:
    """Give a panel for each side of what a replay gave."""
    yield _measures(
        theme,
        outcome,
        WORTH,
        "Would it have found what you liked?",
        f"{quality_words.verdict(outcome)} {quality_words.WAYS}",
    )
    yield _course(theme, outcome)
    yield _measures(
        theme,
        outcome,
        PRICE,
        "What that costs",
        "Lists can be right and yet narrow: always the same, always alike. So their variety stands "
        "beside.",
    )
    yield _exposure(theme, outcome)


def _measures(
    theme: Theme, outcome: Outcome, measures: Sequence[str], heading: str, said: str
) -> Charted:
    """Intervals of some measures, for MediaDesk and what it is compared with."""
    there = [each for each in measures if each in outcome.metrics]
    found = {each: quality_words.figures(outcome, each) for each in there}
    rows = [
        [SCORERS[name], *(quality_words.interval(each, found[each][name]) for each in there)]
        for name in found[there[0]]
    ]
    graphs = [
        beside(
            NAMES[each],
            quality_words.meaning(outcome, each),
            Graph(
                theme,
                NAMES[each],
                "; ".join(
                    f"{SCORERS[name]}: {quality_words.interval(each, figure)}"
                    for name, figure in found[each].items()
                ),
                high=ROW * len(found[each]) + FOOT,
                draw=partial(
                    intervals,
                    rows=[(SCORERS[name], figure) for name, figure in found[each].items()],
                    says=partial(quality_words.value, each),
                ),
            ),
        )
        for each in there
    ]
    columns = ["", *(NAMES[each] for each in there)]
    return Charted(theme, heading, said, *graphs, columns=columns, rows=rows)


def _course(theme: Theme, outcome: Outcome) -> Charted:
    """The figure of research as time went by."""
    moments, said = outcome.moments, quality_words.course(outcome)
    drawn = moments[min(LATELY - 1, len(moments) // 2) :]  # means of few leap up and down
    names = [name for name in SCORERS if name in moments[-1].ndcg]
    lines = [
        Line(name=SCORERS[name], values=[moment.ndcg[name] for moment in drawn]) for name in names
    ]
    says = partial(quality_words.value, "ndcg@10")
    draw = partial(courses, lines=lines, below=_dates(drawn), says=says)
    graphs = []
    if len(moments) >= quality_words.COURSE:
        graphs.append(Graph(theme, "NDCG as time went by", said, high=_COURSE, draw=draw))
    rows = [
        (
            moment.title,
            item_words.moment(moment.at),
            quality_words.place(moment.places[OURS]),
            *(says(moment.ndcg[name]) for name in names),
        )
        for moment in reversed(moments)
    ]
    columns = ("What you came to like", "When", "Its place", *(SCORERS[name] for name in names))
    return Charted(theme, "As time went by", said, *graphs, columns=columns, rows=rows)


def _dates(moments: Sequence[Moment]) -> list[tuple[int, str]]:
    """Some moments evenly apart, none at the edge, from 1 on, and their dates."""
    places = sorted({len(moments) * (2 * n + 1) // (2 * _DATES) for n in range(_DATES)})
    return [(place + 1, item_words.day(moments[place].at)) for place in places]


def _exposure(theme: Theme, outcome: Outcome) -> Charted:
    """What stands in the lists, beside what there is."""
    graphs, rows = [], []
    for what, heading, named in (
        ("kind", "By kind", quality_words.kind),
        ("language", "By language", quality_words.language),
    ):
        found = [
            Pair(name=named(name), share=share, other=other)
            for name, share, other in quality_words.shares(outcome, what)
        ]
        told = [
            (each.name, quality_words.percent(each.share), quality_words.percent(each.other))
            for each in found
        ]
        rows += told
        said = "; ".join(f"{name}: {share} shown, {other} there" for name, share, other in told)
        graphs.append(
            beside(
                heading,
                quality_words.leaning(found[0].name, found[0].share, found[0].other),
                Graph(
                    theme,
                    heading,
                    said,
                    high=PAIR * len(found) + FOOT,
                    draw=partial(pairs, rows=found, says=quality_words.percent),
                ),
            )
        )
    return Charted(
        theme,
        "What is shown",
        "How much of the places in the lists each kind and language has, and below in grey how "
        "much of all that was open then.",
        *graphs,
        columns=("", "In the lists", "Of all that was open"),
        rows=rows,
    )
