"""Commands that measure how good MediaDesk is, on a library whose truth is known."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mediadesk.cli.common import AsJson, emit, engine

if TYPE_CHECKING:
    from mediadesk.engine.evaluating import Measure


def understanding(
    context: typer.Context,
    data: Annotated[
        str | None,
        typer.Option(metavar="FOLDER", help="A folder of evaluation data: sentence pairs."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure on the demo library how well it is understood; takes minutes.

    Themes found again, Chinese and English, copies, noise, tags, moods, kinds and summaries; each
    with how many cases there are and the interval that holds the true value in 95 of 100.
    """
    folder = None if data is None else Path(data)
    with engine(context) as opened:
        found = list(opened.evaluating.understanding(folder))
    emit(found, as_json=as_json, text=_table)


def _table(found: "Sequence[Measure]") -> str:
    wide = max(len(each.name) for each in found)
    return "\n".join(_line(each, wide) for each in found)


def _line(each: "Measure", wide: int) -> str:
    if each.value is None:
        return f"{each.name:{wide}}  ! {each.note}"
    ends = f"{each.low:.3f}–{each.high:.3f}"
    return f"{each.name:{wide}}  {each.value:.3f}  {ends}  n {each.n:<5}{each.note}".rstrip()


COMMANDS = {"understanding": understanding}
