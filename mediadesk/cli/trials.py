"""Shows what a trial of the rankers gave, as tables."""

from collections.abc import Iterator

from mediadesk.cli.common import count
from mediadesk.engine.messages import ENOUGH, LATELY, Figure, Outcome

_MEANINGS = {
    "ndcg@10": "what was liked later, at the top of all",
    "recall@10": "how much of what was liked later is there",
    "precision@10": "how much of what is there was liked later",
    "mrr@10": "1 / the place of the first",
    "hit@10": "how often there is any",
    "coverage": "how much of the library stands in any list",
    "long_tail": "how much of the lists is not of the most popular fifth",
    "ild": "how different in content two items of a list are",
    "auc_liked": "liked before not liked",
    "auc_matched": "liked before unknown items as popular",
}
_HEADS = {
    "crowd": "{people:,} people, of whom a quarter of all was kept back, by what all did",
    "household": "{people:,} people, by what each did first",
    "mine": "{moments} of your own history, by what came before",
}
_NAME, _OWN, _LEAST = 14, 24, 5  # letters of a column


def shown(outcome: Outcome) -> str:
    """Give the tables: figures of all, and how much better MediaDesk is, with intervals."""
    head = _HEADS[outcome.protocol].format(
        people=outcome.users, moments=count(outcome.users, "moment")
    )
    lines = [head]
    for suffix in dict.fromkeys(map(_suffix, outcome.metrics)):
        if suffix:
            lines += ["", f"{suffix.removeprefix('@k=')} events known"]
        lines += ["", *_table(outcome, suffix), "", *_better(outcome, suffix)]
    lines += ["", *_course(outcome)]
    for what, there in outcome.available.items():
        shown = outcome.exposure[what]
        told = (
            f"{name} {shown.get(name, 0):.1%} (of all {share:.1%})" for name, share in there.items()
        )
        lines.append(f"By {what}: {', '.join(told)}")
    lines += ["", *(f"{name:{_NAME}}{_MEANINGS[name]}" for name in _measures(outcome))]
    return "\n".join(lines)


def _table(outcome: Outcome, suffix: str) -> Iterator[str]:
    others = outcome.baselines
    wide = {name: max(len(name), _LEAST) + 2 for name in others}
    yield f"{'':{_NAME}}{'mediadesk':{_OWN}}" + "".join(f"{name:>{wide[name]}}" for name in others)
    for name, own in outcome.metrics.items():
        if _suffix(name) == suffix:
            yield f"{name.removesuffix(suffix):{_NAME}}{_interval(own):{_OWN}}" + "".join(
                f"{_value(figures.get(name)):>{wide[other]}}" for other, figures in others.items()
            )


def _better(outcome: Outcome, suffix: str) -> Iterator[str]:
    if outcome.users < ENOUGH:
        more = ENOUGH - outcome.users
        yield f"Too few to tell whether that is better or worse: it takes {more} more."
        return
    for measure in ("auc_matched", "ndcg@10"):
        for name, own in outcome.differences.items():
            figure = own.get(f"{measure}{suffix}")
            if figure is not None and figure.value is not None:
                yield f"{measure} against {name}: {_interval(figure, sign='+')}"


def _course(outcome: Outcome) -> Iterator[str]:
    moments = outcome.moments
    if len(moments) >= LATELY:
        half, end = moments[(len(moments) - 1) // 2], moments[-1]
        told = ", ".join(
            f"{name} {half.ndcg[name]:.3f} → {end.ndcg[name]:.3f}" for name in end.ndcg
        )
        yield f"ndcg@10 of {LATELY} moments each, half-way → at the end: {told}"


def _measures(outcome: Outcome) -> Iterator[str]:
    found = {name.removesuffix(_suffix(name)) for name in outcome.metrics}
    return (name for name in _MEANINGS if name in found)


def _suffix(name: str) -> str:
    _, found, k = name.partition("@k=")
    return found + k


def _interval(figure: Figure, *, sign: str = "") -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return _value(figure)
    return f"{figure.value:{sign}.3f}  {figure.low:{sign}.3f} to {figure.high:{sign}.3f}"


def _value(figure: Figure | None) -> str:
    return "–" if figure is None or figure.value is None else f"{figure.value:.3f}"
