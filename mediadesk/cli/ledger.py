"""Commands about what was learnt of a person, and how to have it otherwise."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import typer

from mediadesk.cli.browse import line
from mediadesk.cli.common import AsJson, Profile, count, emit, engine
from mediadesk.engine.messages import Change, LedgerView, Source

ABOUT = "Everything that was learnt of you, from what, and how to have it otherwise."
Thing = Annotated[str, typer.Argument(metavar="NAME", help="A tag, genre, person, series or set.")]
By = Annotated[float, typer.Option(min=0.1, max=3, help="How much: 1 is as much as a ranker.")]


def show(context: typer.Context, profile: Profile = None, as_json: AsJson = False) -> None:
    """List everything that was learnt, and from what."""
    if context.invoked_subcommand is None:
        with engine(context) as opened:
            emit(opened.ledger.listed(profile=profile), as_json=as_json, text=_ledger)


def less(
    context: typer.Context,
    name: Thing,
    by: By = 1,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Want less of what has this name."""
    _lean(context, name, -by, profile=profile, as_json=as_json)


def more(
    context: typer.Context,
    name: Thing,
    by: By = 1,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Want more of what has this name."""
    _lean(context, name, by, profile=profile, as_json=as_json)


def even(
    context: typer.Context, name: Thing, profile: Profile = None, as_json: AsJson = False
) -> None:
    """Want neither more nor less of what has this name."""
    _lean(context, name, 0, profile=profile, as_json=as_json)


def forget(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="ID", help="Of an event that the ledger lists.")],
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Take back one thing you did, as if it had never been."""
    with engine(context) as opened:
        emit(opened.ledger.forget(source, profile=profile), as_json=as_json, text=_done)


def forget_tag(
    context: typer.Context,
    tag: Annotated[str, typer.Argument(metavar="TAG", help="One that the ledger lists.")],
    as_json: AsJson = False,
) -> None:
    """Take back all that was said of a tag, which taught it to other items."""
    with engine(context) as opened:
        emit(opened.ledger.forget_tag(tag), as_json=as_json, text=_done)


COMMANDS: dict[str, Callable[..., Any]] = {
    "less": less,
    "more": more,
    "even": even,
    "forget": forget,
    "forget-tag": forget_tag,
}


def _lean(
    context: typer.Context, name: str, weight: float, *, profile: str | None, as_json: bool
) -> None:
    with engine(context) as opened:
        emit(opened.ledger.lean(name, weight, profile=profile), as_json=as_json, text=_done)


def _done(change: Change) -> str:
    return f"{change.says}." if not change.id else f"{change.says} ({change.id})."


def _ledger(told: LedgerView) -> str:
    lines = [f"What was learnt of “{told.profile}”"]
    if not told.opinions and not told.leanings:
        lines.append("  Nothing yet: play or like something.")
    for one in told.opinions:
        value = "  rest" if one.value is None else f"{one.value:+6.2f}"
        lines.append(f"{value}  {line(one.item)}")
        lines += [f"          {_source(source)}" for source in one.sources]
    if told.leanings:
        lines += ["", "More and less of"]
        for each in told.leanings:
            lines.append(f"{each.weight:+6.2f}  {each.name} ({count(each.items, 'item')})")
    if told.rankers:
        lines += ["", "How much each ranker counts"]
        lines += [f"{weight:6.2f}  {name}" for name, weight in told.rankers.items()]
    if told.tags:
        lines += ["", "Tags that people taught", f"  {', '.join(told.tags)}"]
    return "\n".join(lines)


def _source(source: Source) -> str:
    when = datetime.fromtimestamp(source.at).astimezone().strftime("%Y-%m-%d %H:%M")
    said = f"{source.kind} {source.value:.0%}" if source.value else source.kind
    counts = f", counts {source.weight:.0%}: {source.why}" if source.why else ""
    return f"{when}  {said}{counts}  ({source.id})"
