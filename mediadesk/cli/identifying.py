"""The command that says which work videos are."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Annotated, Any

import typer

from mediadesk.api.errors import UserError
from mediadesk.cli.browse import source
from mediadesk.cli.common import AsJson, count, emit, engine
from mediadesk.cli.organising import Search, done, named
from mediadesk.engine.messages import Becomes, Candidate, Guesses, Work

_SHOWN = 60
Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="ITEM…", help="Ids of videos, their files, or folders.", show_default=False
    ),
]


def identify(  # noqa: PLR0913 - an option each
    context: typer.Context,
    names: Names = None,
    search: Search = None,
    choose: Annotated[
        int | None, typer.Option(min=1, help="The number of the candidate that it is.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="film, clip, talk …; an episode where --series is given.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Its title, of an episode its own.")] = None,
    year: Annotated[int | None, typer.Option(help="Its year.")] = None,
    series: Annotated[str | None, typer.Option(help="The series that it is of.")] = None,
    season: Annotated[int | None, typer.Option(help="Of one episode: its season.")] = None,
    episode: Annotated[int | None, typer.Option(help="Of one episode: its number.")] = None,
    only: Annotated[
        bool, typer.Option("--only", help="Not the others of that series in its folder.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would change.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Tell what videos may be, or say which film or series they are; that is remembered."""
    said: dict[str, Any] = {
        "kind": kind or ("episode" if series else None),
        "title": title,
        "year": year,
        "series": series,
        "season": season,
        "episode": episode,
    }
    given = {name: value for name, value in said.items() if value is not None}
    with engine(context) as opened:
        ids = named(opened, names, search, None)
        if choose is None and not given:
            emit(opened.identifying.candidates(ids), as_json=as_json, text=_guesses)
            return
        if choose is not None:
            chosen = _chosen(opened.identifying.candidates(ids), choose)
            work = replace(chosen, **given)
        elif "kind" in given:
            work = Work(**given)
        else:
            raise UserError("Say what it is: add --kind film, clip or episode, or --series.")
        if dry_run:
            plan = opened.identifying.plan_identify(ids, work, only=only)
            emit(plan, as_json=as_json, text=_plan)
        else:
            done(opened.identifying.identify(ids, work, only=only), as_json=as_json)


def _chosen(guesses: Guesses, number: int) -> Work:
    """Give the candidate of a number.

    Raises:
        UserError: if there are not so many.
    """
    there = guesses.candidates
    if number > len(there):
        raise UserError(
            f"There is no candidate {number}: choose 1 to {len(there)}, or name it with --series "
            "or --title."
            if there
            else "Nothing is known of what it may be: name it with --series or --title."
        )
    return there[number - 1].work


def _guesses(guesses: Guesses) -> str:
    what = f"“{guesses.title}”" if guesses.items == 1 else count(guesses.items, "video")
    lines = [f"{what} may be:"]
    lines += [_line(n, each) for n, each in enumerate(guesses.candidates, start=1)]
    if guesses.others:
        lines.append(
            f"A series is chosen for {count(guesses.others, 'more file')} in the same folder, too,"
            " and for those that come later; --only leaves them out."
        )
    lines.append("Choose one with --choose, or name another with --series, or --kind and --title.")
    return "\n".join(lines)


def _line(number: int, one: Candidate) -> str:
    whose = ", ".join(map(source, one.sources))
    known = f", with {count(one.known, 'item')}" if one.known else ""
    now = "  (as it is now)" if one.now else ""
    return f"{number:3}  {_work(one.work)}{now}\n       {whose}{known}"


def _work(work: Work) -> str:
    year = f" ({work.year})" if work.year else ""
    if not work.series:
        return f"{work.kind.title()}  {work.title}{year}"
    mark = f" S{work.season or 0:02}E{work.episode:02}" if work.episode is not None else ""
    title = f" · {work.title}" if work.title else ""
    return f"Series  {work.series}{year}{mark}{title}"


def _plan(plan: Sequence[Becomes]) -> str:
    lines: list[str] = []
    for path, changes in groupby(plan[:_SHOWN], key=lambda each: each.path):
        lines.append(path)
        lines += [f"  {each.field}: {each.before or '–'} → {each.after or '–'}" for each in changes]
    if len(plan) > _SHOWN:
        lines.append(f"… and {len(plan) - _SHOWN:,} more values.")
    return "\n".join(lines) or "Nothing would be different: it is so already."
