"""Commands that open the window, or take a picture of it."""

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import platformdirs
import typer

from mediadesk import settings
from mediadesk.api.errors import UserError
from mediadesk.cli.analysis import problem_lines
from mediadesk.cli.common import AsJson, emit, engine, said
from mediadesk.engine.messages import Status
from mediadesk.paths import spelled
from mediadesk.privacy import SWITCHED_OFF, Connections
from mediadesk.settings import Places


def gui(
    context: typer.Context,
    screenshot: Annotated[
        tuple[str, Path] | None,
        typer.Option(
            metavar="PAGE FILE",
            help="Save a picture of this page instead, as .png or .jpg; of several pages "
            "(for-you,library or all) where FILE holds {page}, {theme} and {size} as needed.",
        ),
    ] = None,
    theme: Annotated[
        str, typer.Option(help="system, light, dark or contrast; or several.")
    ] = "system",
    size: Annotated[
        str, typer.Option(help="Of the picture, as WIDTHxHEIGHT; or several.")
    ] = "1440x900",
) -> None:
    """Open the window."""
    data_dir, desktop = said(context).data_dir, said(context).desktop()
    if screenshot is None:
        raise typer.Exit(desktop.run(data_dir, safe=said(context).safe))
    pages, file = screenshot
    made = desktop.screenshot(
        data_dir,
        pages.split(","),
        file,
        themes=theme.split(","),
        sizes=[_size(one) for one in size.split(",")],
    )
    sys.stdout.writelines(f"{one}\n" for one in made)


def demo(
    context: typer.Context,
    screenshot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Save a picture instead of a window.")
    ] = None,
    prepare: Annotated[
        bool, typer.Option("--prepare", help="Only make the library and analyse it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a small library of real films and music, and open it."""
    from mediadesk.library import demo as library

    cache = platformdirs.user_cache_path("mediadesk", appauthor=False)
    own = Places.find(said(context).data_dir)
    if said(context).data_dir is None:
        # Somebody's own library is no place for strangers' films.
        context.obj = replace(said(context), data_dir=cache / "demo")
    folder = library.build(
        cache / "demo-library",
        say=lambda sentence: print(sentence, file=sys.stderr),
        allow=partial(_note_fetch, own),
    )
    with engine(context) as opened:
        status = opened.add_folder(spelled(folder))
        if prepare or screenshot:
            status = opened.analyze(wait=True)
    if prepare:
        emit(status, as_json=as_json, text=_prepared)
    else:
        gui(context, screenshot=("for-you", screenshot) if screenshot else None)


def _note_fetch(own: Places, package: str) -> None:
    """Note that a package is about to be fetched by the system's own programs.

    Raises:
        UserError: while a person's network is switched off.
    """
    problem = None if settings.load(own.settings).network else SWITCHED_OFF
    try:
        Connections(own.data).note(
            "MediaDesk", "to make the demo library", f"where {package} comes from", problem=problem
        )
    except OSError as error:
        raise UserError(
            f"Nothing is fetched that can't be noted in “{own.data}” ({error.strerror}): free some "
            "disk space or check its rights."
        ) from error
    if problem:
        raise UserError(problem)


def _prepared(status: Status) -> str:
    ready = f"{status.items} items are ready: open them with “mediadesk”."
    return "\n".join([ready, *problem_lines(status.problems)])


def _size(written: str) -> tuple[int, int]:
    width, _, height = written.partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise UserError(f"“{written}” is no size: write it like 1440x900.")
    return int(width), int(height)
