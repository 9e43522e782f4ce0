"""Commands that fill the library: folders and analysis."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from mediadesk.api import UserError
from mediadesk.cli.common import AsJson, clock, count, emit, engine
from mediadesk.cli.queue import PAUSED
from mediadesk.engine.messages import FolderView, Problem, Status, WorkView
from mediadesk.paths import shown

_FOLDER = typer.Argument(metavar="FOLDER", help="A folder with video or music.")
Folder = Annotated[str, _FOLDER]


def add(
    context: typer.Context, folders: Annotated[list[str], _FOLDER], as_json: AsJson = False
) -> None:
    """Add folders to the library and look through them."""
    with engine(context) as opened:
        for folder in folders:
            status = opened.add_folder(folder)
        emit(status, as_json=as_json, text=_status)


def remove(context: typer.Context, folder: Folder, as_json: AsJson = False) -> None:
    """Take a folder out of the library; its files and its history stay."""
    with engine(context) as opened:
        emit(opened.remove_folder(folder), as_json=as_json, text=_status)


def list_folders(context: typer.Context, as_json: AsJson = False) -> None:
    """List the folders of the library."""
    with engine(context) as opened:
        emit(opened.status().folders, as_json=as_json, text=folder_lines)


def scan(
    context: typer.Context,
    folders: Annotated[
        list[str] | None, typer.Argument(help="Which folders; all by default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look through the folders for new, changed and missing files."""
    with engine(context) as opened:
        status = opened.scan(folders or [])
        emit(status, as_json=as_json, text=_status)


def analyze(
    context: typer.Context,
    wait: Annotated[bool, typer.Option("--wait", help="Work until everything is done.")] = False,
    as_json: AsJson = False,
) -> None:
    """Learn what is in the files: look through the folders, and with --wait read what is new.

    Without --wait it only tells what there is to do and why; the window does it while it is open.
    """
    with engine(context) as opened:
        if wait and opened.status().paused:
            raise UserError(PAUSED)
        if wait and not as_json and sys.stderr.isatty():
            sys.stderr.write("Understanding the library; this can be stopped and taken up again.\n")
        status = opened.analyze(wait=True) if wait else opened.scan()
        emit(status, as_json=as_json, text=_status)


def folder_lines(folders: Sequence[FolderView]) -> str:
    """Tell of all folders of the library."""
    if not folders:
        return "The library has no folders yet: add one with “mediadesk library add FOLDER”."
    return "\n".join(map(folder_line, folders))


def folder_line(folder: FolderView) -> str:
    """Tell of a folder of the library."""
    on = f"  on “{folder.drive}”" if folder.drive not in {"", Path(shown(folder.path)).name} else ""
    without = f"  without {', '.join(folder.excludes)}" if folder.excludes else ""
    why = f"  ({folder.problem})" if folder.problem else ""
    watched = "  watched" if folder.watched else ""
    return f"{folder.path}  {count(folder.files, 'file')}{on}{without}{watched}{why}"


def _status(status: Status) -> str:
    lines = [folder_lines(status.folders), count(status.items, "item"), *unread_lines(status)]
    if status.pace:
        lines.append(status.pace)
    if status.settling:
        lines.append(f"{status.settling} files are still changing and left alone until they rest.")
    lines += [_work(work) for work in status.work]
    if status.seconds_left:
        lines.append(f"About {clock(status.seconds_left)} left.")
    lines += problem_lines(status.problems)
    if ready := sum(work.waiting for work in status.work if not work.held):
        steps = "step" if ready == 1 else "steps"
        lines.append(
            f"{ready} {steps} to do: run “mediadesk analyze --wait”, or leave the window open."
        )
    return "\n".join([*lines, *(_held(work) for work in status.work if work.held)])


def unread_lines(status: Status) -> list[str]:
    """Tell what was found and is no item yet, where there is any."""
    if not status.unread:
        return []
    return [f"{count(status.unread, 'file')} not opened yet: run “mediadesk analyze --wait”."]


def problem_lines(problems: Sequence[Problem]) -> list[str]:
    """Say each sentence once, and which files it is about."""
    paths: dict[str, list[str]] = {}
    for problem in problems:
        paths.setdefault(problem.sentence, []).append(problem.path)
    lines = []
    for sentence, about in paths.items():
        if len(about) > 1:
            lines.append(f"! {sentence} ({len(about)} files, such as “{about[0]}”)")
        else:
            is_named = not about[0] or Path(shown(about[0])).name in sentence
            lines.append(f"! {sentence}" + ("" if is_named else f" (“{about[0]}”)"))
    return lines


def _work(work: WorkView) -> str:
    whose = f" (plugin {work.plugin})" if work.plugin not in {"", work.extractor} else ""
    why = f" ({', '.join(f'{reason}: {n}' for reason, n in work.why.items())})" if work.why else ""
    waits = f"{work.left} left undone" if work.left else f"{work.waiting} waiting"
    partial = f" ({work.partial} in part only)" if work.partial else ""
    return (
        f"{work.extractor}{whose}: {work.done} done{partial}, {waits}{why}, {work.skipped} with "
        f"nothing to find, {work.failed} failed"
    )


def _held(work: WorkView) -> str:
    """Say what is not done for now, and what a person can do about it."""
    state = (work.held or "").removeprefix("its plugin ")
    see, enable = (f"“mediadesk plugins {verb} {work.plugin}”" for verb in ("log", "enable"))
    remedies = {
        "is quarantined": f"see {see}, then run {enable}",
        "is disabled": f"run {enable}",
        "is switched off": f"run {enable}",
    }
    remedy = remedies.get(state, f"see “mediadesk plugins info {work.plugin}”")
    if not work.left:
        remedy = f"“mediadesk plugins budget {work.plugin} always” lets it work at once"
    count = work.left or work.waiting
    items = "1 item" if count == 1 else f"{count} items"
    return (
        f"! “{work.extractor}” leaves {items}, because the plugin “{work.plugin}” {state}: "
        f"{remedy}."
    )
