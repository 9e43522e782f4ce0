"""Commands of playing: with which program, where it goes on, and what is on Continue."""

from collections.abc import Callable
from typing import Annotated

import typer

from mediadesk.api.errors import UserError
from mediadesk.cli.common import AsJson, Name, Profile, emit, engine
from mediadesk.cli.organising import done
from mediadesk.engine.messages import PlayerView
from mediadesk.play import outside


def play(
    context: typer.Context,
    name: Name,
    player: Annotated[str | None, typer.Option(help="Which player, by its name.")] = None,
    start: Annotated[
        float | None,
        typer.Option(min=0, help="Where to begin, in seconds; where it stopped by default."),
    ] = None,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Play an item with a program that a plugin knows; without --player list them."""
    with engine(context) as opened:
        at = opened.playing.sit_down(name, profile=profile).start if start is None else start
        found = opened.players(name, start=at)
    if player is None:
        emit(found, as_json=as_json, text=_players)
        return
    command = next((each.command for each in found if each.name == player), None)
    if command is None:
        known = ", ".join(each.name for each in found)
        raise UserError(
            f"There is no player “{player}” for this item: "
            + (f"choose from {known}." if known else "install a plugin that knows one.")
        )
    try:
        outside.start(command)
    except OSError as error:
        raise UserError(
            f"“{command[0]}” can't be started ({error.strerror or error}): install it again."
        ) from error
    emit({"started": command}, as_json=as_json, text=lambda _: "Started.")


def dismiss(
    context: typer.Context, name: Name, profile: Profile = None, as_json: AsJson = False
) -> None:
    """Take an item off Continue until it is played again; its position stays."""
    with engine(context) as opened:
        done(opened.playing.dismiss(name, profile=profile), as_json=as_json)


def _players(players: tuple[PlayerView, ...]) -> str:
    return "\n".join(f"{each.name}  {each.title}" for each in players) or (
        "No plugin knows a program of this machine that plays it."
    )


COMMANDS: dict[str, Callable[..., None]] = {"play": play, "dismiss": dismiss}
