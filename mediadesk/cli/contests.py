"""Commands that have two rankers compete on your own top picks."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import typer

from mediadesk.cli.common import AsJson, Profile, count, emit, engine
from mediadesk.engine.messages import Change, ContestView

ABOUT = "Have two rankers compete on your own top picks, until one is better."
Arm = Annotated[
    str, typer.Argument(help="A ranker, such as taste, or blend: all of them together.")
]


def start(
    context: typer.Context,
    first: Arm,
    second: Arm,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Draft the top picks from both in turns; what you play and like of them tells."""
    with engine(context) as opened:
        emit(opened.contests.start(first, second, profile=profile), as_json=as_json, text=_done)


def stop(context: typer.Context, profile: Profile = None, as_json: AsJson = False) -> None:
    """Have the top picks be those of all rankers together again."""
    with engine(context) as opened:
        emit(opened.contests.stop(profile=profile), as_json=as_json, text=_done)


def status(context: typer.Context, profile: Profile = None, as_json: AsJson = False) -> None:
    """Say who is ahead, and whether that is more than luck; look as often as you like."""
    with engine(context) as opened:
        emit(opened.contests.status(profile=profile), as_json=as_json, text=_view)


COMMANDS: dict[str, Callable[..., Any]] = {"start": start, "status": status, "stop": stop}


def _done(change: Change) -> str:
    return f"{change.says} ({change.id})."


def _view(told: ContestView) -> str:
    if told.since is None:
        return (
            f"{told.says} Start with “mediadesk contest start taste blend”; there are "
            f"{', '.join(told.rankers)}."
        )
    first, second = told.arms
    dates = [datetime.fromtimestamp(each).astimezone().date() for each in (told.since, told.until)
             if each is not None]  # fmt: skip
    lines = [f"“{first}” against “{second}” since {' until '.join(map(str, dates))}"]
    if told.sittings:
        won = f"“{first}” won {told.wins:,}, “{second}” {told.losses:,}, nobody {told.ties:,}"
        lines.append(f"  Of {count(told.sittings, 'day')} {won}.")
    if told.share is not None:
        lines.append(
            f"  “{first}” wins {told.share:.0%} of those that anybody wins; in truth "
            f"{told.low:.0%} to {told.high:.0%}, with 95 % certainty."
        )
    return "\n".join([*lines, told.says])
