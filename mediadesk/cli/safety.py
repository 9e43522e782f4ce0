"""Commands that keep a library from being lost; `restore` also mends one that does not open."""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from mediadesk.api import UserError
from mediadesk.cli.common import AsJson, emit, said
from mediadesk.paths import spelled
from mediadesk.settings import Places


def backup(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(help="A new file; else one among the five newest that are kept."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Back the library up, also while the window is open."""
    from mediadesk.store import Store

    library = _library(context)
    if not library.exists():
        raise UserError(
            f"There is no library in “{library.parent}”: say where it lives with --data-dir."
        )
    with closing(Store(library)) as store:
        made = store.backup(file.absolute() if file else None)
    emit(
        {"backup": spelled(made)},
        as_json=as_json,
        text=lambda _: f"The library is kept in “{made}”.",
    )


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The backup.")],
    as_json: AsJson = False,
) -> None:
    """Make the library what it was; what it is now is backed up first."""
    from mediadesk.store import Store, safety

    library = _library(context)
    safety.stage(library, file.absolute())
    before = safety.take_staged(library)
    Store(library).close()  # an older one is brought up to date
    undo = f"; what it was before is kept in “{before}”" if before else ""
    emit(
        {"restored": spelled(file), "before": spelled(before) if before else None},
        as_json=as_json,
        text=lambda _: f"The library is what it was in “{file}”{undo}.",
    )


def _library(context: typer.Context) -> Path:
    return Places.find(said(context).data_dir).database
