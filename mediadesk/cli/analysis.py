"""Commands that fill the library: folders and analysis."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from mediadesk.cli.common import AsJson, clock, emit, engine
from mediadesk.engine.messages import FolderView, Status, WorkView

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder with video or music.")]


def add(
    context: typer.Context, folders: Annotated[list[Path], Folder], as_json: AsJson = False
) -> None:
    """Add folders to the library and look through them."""
    with engine(context) as opened:
        for folder in folders:
            status = opened.add_folder(str(folder))
        emit(status, as_json=as_json, text=_status)


def remove(context: typer.Context, folder: Folder, as_json: AsJson = False) -> None:
    """Take a folder out of the library; its files and its history stay."""
    with engine(context) as opened:
        emit(opened.remove_folder(str(folder)), as_json=as_json, text=_status)


def list_folders(context: typer.Context, as_json: AsJson = False) -> None:
    """List the folders of the library."""
    with engine(context) as opened:
        emit(opened.status().folders, as_json=as_json, text=_folders)


def scan(
    context: typer.Context,
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Which folders; all by default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look through the folders for new, changed and missing files."""
    with engine(context) as opened:
        status = opened.scan([str(folder) for folder in folders or []])
        emit(status, as_json=as_json, text=_status)


def analyze(
    context: typer.Context,
    wait: Annotated[bool, typer.Option("--wait", help="Work until everything is done.")] = False,
    as_json: AsJson = False,
) -> None:
    """Learn what is in the files: look through the folders, and with --wait read what is new.

    Without --wait it only tells what there is to do; the window does it while it is open.
    """
    with engine(context) as opened:
        if wait and not as_json and sys.stderr.isatty():
            sys.stderr.write("Understanding the library; this can be stopped and taken up again.\n")
        status = opened.analyze(wait=True) if wait else opened.scan()
        emit(status, as_json=as_json, text=_status)


def _folders(folders: tuple[FolderView, ...]) -> str:
    if not folders:
        return "The library has no folders yet: add one with “mediadesk library add FOLDER”."
    return "\n".join(
        f"{folder.path}  {folder.files} files" + (f"  ({folder.problem})" if folder.problem else "")
        for folder in folders
    )


def _status(status: Status) -> str:
    lines = [_folders(status.folders), f"{status.items} items"]
    if status.unread:
        lines.append(f"{status.unread} files not opened yet: run “mediadesk analyze --wait”.")
    if status.settling:
        lines.append(f"{status.settling} files are still changing and left alone until they rest.")
    lines += [
        f"{work.extractor}: {work.done} done, {_waiting(work)}, {work.skipped} with nothing "
        f"to find, {work.failed} failed"
        for work in status.work
    ]
    if status.seconds_left:
        lines.append(f"About {clock(status.seconds_left)} left.")
    lines += [f"! {problem.sentence}" for problem in status.problems]
    return "\n".join(lines)


def _waiting(work: WorkView) -> str:
    return f"{work.waiting} waiting" + (f" ({work.held})" if work.held else "")
