"""Puts into plain words how good the recommendations are."""

from collections.abc import Iterator, Mapping

from mediadesk.engine.messages import ENOUGH, LATELY, Figure, Measured, Outcome, Progress
from mediadesk.ui import item_words, words

OURS = "mediadesk"
_NDCG = "ndcg@10"
SCORERS = {
    OURS: "MediaDesk",
    "jellyfin-localrecs": "Jellyfin's way",
    "streamystats": "Streamystats' way",
    "random": "Chance",
}
"""What is compared, in the order of the plots; the two programs' ways as they are published."""
WAYS = (
    "Two other programs' ways, as published: likeness in words to all that you had (Jellyfin's "
    "local recommendations), and likeness to your last 15 (Streamystats)."
)
NAMES = {
    "hit@10": "Found among the first ten",
    "mrr@10": "How far at the top",
    _NDCG: "Found, and at the top (NDCG)",
    "coverage": "How much of the library is shown",
    "long_tail": "What few others know",
    "ild": "How different a list is",
}
COURSE = 3
"""Moments from which on there is a course to be drawn."""
WORTH = ("hit@10", "mrr@10", _NDCG)
PRICE = ("coverage", "long_tail", "ild")
_SAME = 0.05
_SMALL = 0.1
_UNKNOWN = "unknown"
_SHARES = frozenset({"hit@10", "coverage", "long_tail"})


def value(measure: str, number: float) -> str:
    """A figure as it is read: shares of a whole in percent, two digits of small ones."""
    if measure in _SHARES:
        return percent(number)
    return f"{number:.2f}" if abs(number) >= _SMALL else f"{number:.2g}"


def percent(number: float) -> str:
    """A share: 43%, 1.6%."""
    return f"{number:.0%}" if abs(number) >= _SMALL else f"{100 * number:.2g}%"


def figures(outcome: Outcome, measure: str) -> dict[str, Figure]:
    """Give scorer → its figure, in the order of the plots; none where it was not measured."""
    every = {OURS: outcome.metrics, **outcome.baselines}
    return {name: every[name][measure] for name in SCORERS if measure in every.get(name, {})}


def interval(measure: str, figure: Figure) -> str:
    """A figure with what it is between, where that is known: “43% (35% to 51%)”."""
    if figure.value is None:
        return "not known"
    if figure.low is None or figure.high is None:
        return value(measure, figure.value)
    low, high = (value(measure, end) for end in (figure.low, figure.high))
    return f"{value(measure, figure.value)} ({low} to {high})"


def meaning(outcome: Outcome, measure: str) -> str:
    """What a figure of this history says, in one sentence."""
    own = outcome.metrics[measure].value or 0.0
    number = value(measure, own)
    if measure == "hit@10":
        by_chance = outcome.baselines["random"][measure].value or 0.0
        return (
            f"{number} of what you came to like stood among the first ten right before; "
            f"by chance it would be {percent(by_chance)}."
        )
    return {
        "mrr@10": f"On average {number}, where 1 is the first place, 0.5 the second, 0.1 the tenth "
        "and 0 none of them.",
        _NDCG: "The usual figure of research: 1 is the first place, each one below counts a bit "
        "less, and 0 is none of the ten.",
        "coverage": f"{number} of all stood in one of the lists at least: the more, the less it is "
        "always the same.",
        "long_tail": f"{number} of the places went to what hardly anybody else in your household "
        "has touched.",
        "ild": f"Two items of a list differ by {number} in content: 0 is the same, 1 has nothing "
        "in common.",
    }[measure]


def verdict(outcome: Outcome) -> str:
    """Whether MediaDesk is better than the others, as far as a history of this length tells."""
    if outcome.users < ENOUGH:
        more = words.count(ENOUGH - outcome.users, "more item")
        return (
            "Too little was liked yet to tell whether MediaDesk is better than others: it takes "
            f"{more}."
        )
    found: dict[str, list[str]] = {"better than": [], "worse than": [], "not told apart from": []}
    for name, title in _others(outcome):
        figure = outcome.differences[name][_NDCG]
        low, high = figure.low or 0.0, figure.high or 0.0
        how = "better than" if low > 0 else "worse than" if high < 0 else "not told apart from"
        found[how].append(title)
    said = "; ".join(f"{how} {_list(names)}" for how, names in found.items() if names)
    return f"MediaDesk is {said}." if said else ""


def replayed(measured: Measured) -> str:
    """What was done, and when."""
    moments = measured.outcome.users
    each = "the one item" if moments == 1 else f"each of {words.count(moments, 'item')}"
    whiskers = "A whisker holds the true value in 95 of 100 cases. " if moments >= ENOUGH else ""
    return (
        f"Before {each} that you came to like, all that was open then was ranked by what you had "
        f"done until then. {whiskers}"
        f"Measured {item_words.when(measured.at)}, on this computer alone."
    )


def course(outcome: Outcome) -> str:
    """How the figure went, in one sentence."""
    moments = outcome.moments
    if len(moments) < COURSE:
        return f"A course is drawn from {COURSE} items on; the numbers tell where each one stood."
    half, end = (
        value(_NDCG, moment.ndcg[OURS])
        for moment in (moments[(len(moments) - 1) // 2], moments[-1])
    )
    return (
        f"NDCG over the last {LATELY} of these items each: {half} half-way, {end} at the end. It "
        "is to rise as MediaDesk learns, and falls where your taste turns."
    )


def far(progress: Progress) -> str:
    """How far a replay is."""
    if not progress.of:
        return "Your history is read …"
    return f"Your history is replayed: {progress.done:,} of {words.count(progress.of, 'moment')}"


def place(number: int | None) -> str:
    """Where something stood in a list of ten."""
    return "Below the tenth" if number is None else f"{number}"


def leaning(name: str, share: float, there: float) -> str:
    """Whether the lists show what there is most of more, or less, than chance would."""
    how = "about as much as"
    if abs(share - there) >= _SAME:
        how = "more than" if share > there else "less than"
    return (
        f"{name}: {percent(share)} of the places and {percent(there)} of all that was open, "
        f"{how} chance would give."
    )


def kind(name: str) -> str:
    """What items of a kind are called."""
    return words.PLURALS.get(name, name.capitalize())


def language(code: str) -> str:
    """A language by its code, in English."""
    from PySide6.QtCore import QLocale

    found = QLocale.codeToLanguage(code)
    return QLocale.languageToString(found) if found != QLocale.Language.AnyLanguage else "Not known"


def shares(outcome: Outcome, what: str) -> Iterator[tuple[str, float, float]]:
    """Give which one, its share of the lists and of all that was open, the greatest first.

    What is not known comes last.
    """
    shown: Mapping[str, float] = outcome.exposure[what]
    there: Mapping[str, float] = outcome.available[what]
    for name in sorted(there, key=lambda one: (one == _UNKNOWN, -there[one], one)):
        yield name, shown.get(name, 0.0), there[name]


def _others(outcome: Outcome) -> Iterator[tuple[str, str]]:
    named = SCORERS | {"random": "chance"}
    return ((name, title) for name, title in named.items() if name in outcome.differences)


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
