"""The work in the background: what waits, and in which order and at which pace it is done."""

from typing import Annotated

import typer

from mediadesk.cli.common import AsJson, emit, engine
from mediadesk.engine.messages import Status, WorkView

PAUSED = "The work is paused: run “mediadesk queue resume” to go on."
Part = Annotated[str, typer.Argument(metavar="PART", help="A part that “queue list” names.")]


def list_queue(context: typer.Context, as_json: AsJson = False) -> None:
    """List how far each part is with the library."""
    with engine(context) as opened:
        emit(opened.status(), as_json=as_json, text=_queue)


def cancel(context: typer.Context, part: Part, as_json: AsJson = False) -> None:
    """Drop what waits for a part, until it is resumed."""
    with engine(context) as opened:
        emit(opened.working.cancel(part), as_json=as_json, text=_queue)


def pause(context: typer.Context, as_json: AsJson = False) -> None:
    """Have all work rest, in an open window too, until “queue resume”."""
    with engine(context) as opened:
        emit(opened.pause(paused=True), as_json=as_json, text=_queue)


def resume(
    context: typer.Context,
    part: Annotated[str | None, typer.Argument(metavar="[PART]", help="A cancelled part.")] = None,
    as_json: AsJson = False,
) -> None:
    """Go on after “queue pause”; or, with a PART, queue again what was cancelled of it."""
    with engine(context) as opened:
        status = opened.pause(paused=False) if part is None else opened.working.resume(part)
        emit(status, as_json=as_json, text=_queue)


def first(
    context: typer.Context,
    items: Annotated[list[str], typer.Argument(metavar="ITEM…", help="Ids of items, or files.")],
    as_json: AsJson = False,
) -> None:
    """Do what waits for these items before all else."""
    with engine(context) as opened:
        emit(opened.working.first(items), as_json=as_json, text=_queue)


def retry(context: typer.Context, as_json: AsJson = False) -> None:
    """Try again all that failed, and all files that could not be read."""
    with engine(context) as opened:
        emit(opened.working.retry(), as_json=as_json, text=_queue)


def battery(
    context: typer.Context,
    gentle: Annotated[
        bool | None,
        typer.Option("--gentle/--full", help="How to work on battery; neither says what is set."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say or set whether the window works gently on battery."""
    with engine(context) as opened:
        is_gentle = opened.working.pace(gentle_on_battery=gentle)
    emit(
        {"gentle_on_battery": is_gentle},
        as_json=as_json,
        text=lambda _: f"On battery work goes {'gently' if is_gentle else 'at full pace'}.",
    )


def _queue(status: Status) -> str:
    lines = [status.pace] if status.pace else []
    if status.paused:
        lines.append(PAUSED)
    if status.unread:
        files = "1 file" if status.unread == 1 else f"{status.unread:,} files"
        lines.append(f"{files} not opened yet: run “mediadesk analyze --wait”.")
    lines += [_part(work) for work in status.work]
    nothing = "There is no work to do"
    return "\n".join(lines) or (f"{nothing}." if status.folders else f"{nothing}: add a folder.")


def _part(work: WorkView) -> str:
    told = {
        "done": work.done + work.skipped,
        "waiting": work.waiting + work.left,
        "cancelled": work.cancelled,
        "failed": work.failed,
    }
    said = ", ".join(f"{number:,} {word}" for word, number in told.items() if number)
    return f"  {work.extractor:<16} {said}{f' ({work.held})' if work.held else ''}"
