"""Commands that measure how good MediaDesk is, on a library whose truth is known."""

import textwrap
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from mediadesk.cli import trials
from mediadesk.cli.common import AsJson, Profile, emit, engine

if TYPE_CHECKING:
    from mediadesk.engine.evaluating import Group, Measure

ABOUT = """Measures how good all this is.

With “--dataset” or “--mine” it measures how well items are ranked. What
comes late in each history is kept back, and is to be found by what ranks
the panel; beside it stands what others do. Each figure of 20 people or
moments and more comes with the interval that holds the true value in 95
of 100. It takes some minutes, and writes nothing into the library.
"""
_MOST_KNOWN = 50  # as many as a household's protocol has
_NAME = 44  # letters, as wide as nearly all names
_LINE = 100


def ranking(
    context: typer.Context,
    dataset: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="A folder with items.csv (item_id, title, year, kind, tags, text) and events.csv "
            "(user_id, item_id, value, at and, if you like, split).",
            show_default=False,
        ),
    ] = None,
    protocol: Annotated[
        Literal["crowd", "household"],
        typer.Option(
            help="crowd: what is kept back of each person is foretold from what all did; "
            "household: from a few events of that person alone."
        ),
    ] = "household",
    k: Annotated[
        str, typer.Option(help="How many events of a person are known in a household.")
    ] = "5,20,50",
    mine: Annotated[
        bool, typer.Option("--mine", help="Replay your own history in this library instead.")
    ] = False,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Measure how well items are ranked, on other people's histories or on your own."""
    if context.invoked_subcommand is not None:
        return
    if mine == (dataset is not None):
        raise typer.BadParameter("Say what to measure: “--dataset FOLDER” or “--mine”.")
    known = _known(k)
    with engine(context) as opened:
        if dataset is None:
            found = opened.quality.measure(profile=profile).outcome
        else:
            found = opened.trials.dataset(dataset, protocol=protocol, ks=known)
        emit(found, as_json=as_json, text=trials.shown)


def _known(text: str) -> list[int]:
    """Read how many events are known, as “5,20,50”."""
    parts = text.split(",")
    if not all(part.strip().isdecimal() and int(part) <= _MOST_KNOWN for part in parts):
        raise typer.BadParameter(
            f"“{text}” is no list of numbers up to {_MOST_KNOWN}: write “--k 5,20,50”."
        )
    return sorted({int(part) for part in parts})


def understanding(
    context: typer.Context,
    data: Annotated[
        str | None,
        typer.Option(
            metavar="FOLDER",
            help="A folder of evaluation data: translated sentences and pairs of sentences in its "
            "“text”, videos in its “media/video”. What is missing there is left out.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure how well the items of the demo library are understood.

    Themes found again, also with each part left out; tags, before and
    after corrections; moods, kinds, summaries, Chinese and English, noise
    and copies. Each figure comes with the interval that holds the true
    value in 95 of 100, and with how many cases it rests on.

    It takes some minutes, and writes nothing into the library.
    """
    folder = None if data is None else Path(data)
    with engine(context) as opened:
        found = opened.evaluating.understanding(folder)
        if as_json:
            emit(list(found), as_json=True, text=repr)
        else:
            for n, each in enumerate(found):
                emit(each, as_json=False, text=partial(_text, gap="\n" * bool(n)))


def _text(group: "Group", *, gap: str) -> str:
    about = textwrap.fill(f"{group.name}: {group.meaning}", _LINE)
    return gap + "\n".join([about, *map(_line, group.measures)])


def _line(each: "Measure") -> str:
    if each.value is None:
        return f"  {each.name:{_NAME}}  left out: {each.note}"
    ends = f"{each.low:.3f}–{each.high:.3f}"
    return f"  {each.name:{_NAME}}  {each.value:.3f}  {ends}  n {each.n:<5}{each.note}".rstrip()


COMMANDS = {"understanding": understanding}
