"""Shows what a trial of the rankers gave, as tables."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mediadesk.engine.trials import Figure, Outcome

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
_NAME, _WIDE = 20, 9


def shown(outcome: "Outcome") -> str:
    """Give the tables: figures of all, and how much better MediaDesk is, with intervals."""
    lines = [f"{outcome.users:,} people, protocol “{outcome.protocol}”"]
    for suffix in dict.fromkeys(map(_suffix, outcome.metrics)):
        if suffix:
            lines += ["", f"{suffix.removeprefix('@k=')} events known"]
        lines += ["", *_table(outcome, suffix), "", *_better(outcome, suffix)]
    lines += [""]
    for what, shares in outcome.exposure.items():
        told = ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
        lines.append(f"By {what}: {told}")
    return "\n".join(lines)


def _table(outcome: "Outcome", suffix: str) -> Iterator[str]:
    scorers = {"mediadesk": outcome.metrics, **outcome.baselines}
    names = [name for name in scorers if name != "mediadesk"]
    yield f"{'':{_NAME}}{'mediadesk':<26}" + "".join(
        f"{name[: _WIDE + 3]:>{_WIDE + 4}}" for name in names
    )
    for name, own in outcome.metrics.items():
        if _suffix(name) == suffix:
            others = [_value(scorers[each].get(name)) for each in names]
            short = name.removesuffix(suffix)
            yield f"{short:{_NAME}}{_interval(own):<26}" + "".join(
                f"{each:>{_WIDE + 4}}" for each in others
            )


def _better(outcome: "Outcome", suffix: str) -> Iterator[str]:
    for measure in ("auc_matched", "ndcg@10"):
        for name, own in outcome.differences.items():
            figure = own.get(f"{measure}{suffix}")
            if figure is not None and figure.value is not None:
                yield f"{measure} against {name}: {_interval(figure, sign='+')}"


def _suffix(name: str) -> str:
    _, found, k = name.partition("@k=")
    return found + k


def _interval(figure: "Figure", *, sign: str = "") -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return "–"
    return f"{figure.value:{sign}.3f}  {figure.low:{sign}.3f} to {figure.high:{sign}.3f}"


def _value(figure: "Figure | None") -> str:
    return "–" if figure is None or figure.value is None else f"{figure.value:.3f}"
