"""The command that writes what the library knows into NFO files and tags."""

import sys
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Annotated

import typer

from mediadesk.api.errors import UserError
from mediadesk.cli.common import AsJson, Profile, counting, emit, engine
from mediadesk.cli.organising import Names, Search, named
from mediadesk.engine.messages import Into, WritePlan, Written

_SHOWN = 60


def write(
    context: typer.Context,
    names: Names = None,
    into: Annotated[Into, typer.Option(help="NFO files beside videos, or tags in music.")] = "nfo",
    search: Search = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would change.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without being asked.")] = False,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Write fields and ratings into NFO files, with what was watched, or into tags."""
    with engine(context) as opened:
        ids = named(opened, names, search, profile)
        with counting("Looked at", opened.writing.progress, as_json=as_json):
            plan = opened.writing.plan_write(ids, into=into, profile=profile)
        if dry_run:
            emit(plan, as_json=as_json, text=_plan)
            return
        if not as_json:
            emit(plan, as_json=False, text=_plan)
        if plan.lines and not yes:
            _ask(plan, as_json=as_json)
        how_far = partial(opened.writing.progress, plan.token)
        with counting("Written", how_far, as_json=as_json):
            done = opened.writing.write_back(plan.token)
        told = replace(done, refused=(*plan.refused, *done.refused))
        emit(told, as_json=as_json, text=lambda _: _done(done))
    if told.refused and not told.files:
        raise typer.Exit(1)


def _ask(plan: WritePlan, *, as_json: bool) -> None:
    """Ask whether to write.

    Raises:
        UserError: if nobody is there to answer.
    """
    if as_json or not sys.stdin.isatty():
        raise UserError("Writing changes files: look at it with --dry-run, then say --yes.")
    files = len({line.path for line in plan.lines})
    what = "1 file" if files == 1 else f"{files:,} files"
    typer.confirm(f"Write {what}?", abort=True, err=True)


def _plan(plan: WritePlan) -> str:
    lines: list[str] = []
    for path, changes in groupby(plan.lines[:_SHOWN], key=lambda line: line.path):
        lines.append(path)
        lines += [f"  {each.field}: {each.before or '–'} → {each.after}" for each in changes]
    if len(plan.lines) > _SHOWN:
        lines.append(f"… and {len(plan.lines) - _SHOWN} more values.")
    if not plan.lines and not plan.refused:
        lines.append("Nothing is to be written: the files say all that is known.")
    return "\n".join([*lines, *(f"Left alone: {each}" for each in plan.refused)])


def _done(done: Written) -> str:
    lines = [f"Files written: {done.files}.", *(f"Left alone: {each}" for each in done.refused)]
    if done.change is not None:
        lines.append(f"Take it back with “mediadesk undo {done.change.id}”.")
    return "\n".join(lines)
