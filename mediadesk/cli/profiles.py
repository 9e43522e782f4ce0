"""Commands about whose marks and taste there are."""

from collections.abc import Callable
from typing import Annotated

import typer

from mediadesk.cli.common import AsJson, emit, engine


def list_profiles(context: typer.Context, as_json: AsJson = False) -> None:
    """List the profiles; the first is used where none is named."""
    with engine(context) as opened:
        emit(opened.profiles.names(), as_json=as_json, text="\n".join)


def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is called, such as “anna”.")],
    as_json: AsJson = False,
) -> None:
    """Make a profile for another person, to be used with --profile."""
    with engine(context) as opened:
        emit(opened.profiles.add(name), as_json=as_json, text="\n".join)


COMMANDS: dict[str, Callable[..., None]] = {"list": list_profiles, "add": add}
