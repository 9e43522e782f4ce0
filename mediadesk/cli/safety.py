"""Commands that keep a library from being lost; `restore` also mends one that does not open."""

import logging
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mediadesk.api import UserError
from mediadesk.cli.common import AsJson, emit, said
from mediadesk.paths import spelled
from mediadesk.settings import Places

if TYPE_CHECKING:
    from mediadesk.store import Store


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

    places = _places(context)
    library = places.database
    if not library.exists():
        raise UserError(
            f"There is no library in “{library.parent}”: say where it lives with --data-dir."
        )
    with closing(Store(library)) as store:
        _check_free(places, store)
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

    places = _places(context)
    library = places.database
    if library.exists():
        try:
            now = Store(library)
        except UserError as error:  # this is what mends it
            logging.getLogger(__name__).warning("restored without asking who looks: %s", error)
        else:
            with closing(now):
                if not safety.damage(library):
                    _check_free(places, now)
    safety.stage(library, file.absolute())
    before = safety.take_staged(library)
    Store(library).close()  # an older one is brought up to date
    undo = f"; what it was before is kept in “{before}”" if before else ""
    emit(
        {"restored": spelled(file), "before": spelled(before) if before else None},
        as_json=as_json,
        text=lambda _: f"The library is what it was in “{file}”{undo}.",
    )


def _check_free(places: Places, store: "Store") -> None:
    """See that who looks has no limits: another library would have none for anybody."""
    from mediadesk.engine.household import Household
    from mediadesk.engine.pin import Pin
    from mediadesk.engine.preferences import Preferences

    Household(Preferences(places), Pin(places.data / "pin.json")).check_free(store.read())


def _places(context: typer.Context) -> Places:
    return Places.find(said(context).data_dir)
