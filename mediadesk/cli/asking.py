"""Commands that plugins make able: asking, importing a history, playing with other programs."""

import subprocess
from typing import Annotated

import typer

from mediadesk.api.errors import UserError
from mediadesk.cli.browse import line
from mediadesk.cli.common import AsJson, Limit, Name, Profile, emit, engine
from mediadesk.engine.messages import Answer, Imported, PlayerView


def ask(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="What you look for, in your own words.")],
    limit: Limit = 20,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question in plain language."""
    with engine(context) as opened:
        emit(opened.ask(text, limit=limit, profile=profile), as_json=as_json, text=_answer)


def import_history(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="The file that the other program exported.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what matches.")] = False,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Take over what was watched, heard and liked in another program."""
    with engine(context) as opened:
        found = opened.import_history(file, dry_run=dry_run, profile=profile)
        emit(found, as_json=as_json, text=_imported)


def undo_import(context: typer.Context, profile: Profile = None, as_json: AsJson = False) -> None:
    """Take back the last import."""
    with engine(context) as opened:
        taken = opened.undo_import(profile=profile)
        emit({"taken_back": taken}, as_json=as_json, text=lambda _: f"Lines taken back: {taken}.")


def play(
    context: typer.Context,
    name: Name,
    player: Annotated[str | None, typer.Option(help="Which player, by its name.")] = None,
    start: Annotated[float, typer.Option(min=0, help="Where to begin, in seconds.")] = 0.0,
    as_json: AsJson = False,
) -> None:
    """Play an item with a program that a plugin knows; without --player list them."""
    with engine(context) as opened:
        found = opened.players(name, start=start)
    if player is None:
        emit(found, as_json=as_json, text=_players)
        return
    command = next((each.command for each in found if each.name == player), None)
    if command is None:
        known = ", ".join(each.name for each in found) or "none"
        raise UserError(f"There is no player “{player}” for this item: there are {known}.")
    subprocess.Popen(command, start_new_session=True)  # noqa: S603 - permitted by the person
    emit({"started": command}, as_json=as_json, text=lambda _: "Started.")


def _answer(answer: Answer) -> str:
    chips = [f"{chip.field}: {chip.value or _range(chip.low, chip.high)}" for chip in answer.chips]
    lines = [" · ".join(chips)] if chips else []
    lines += [f"Nearest to: {answer.meaning}"] if answer.meaning else []
    lines += [f"Not understood: {', '.join(answer.not_understood)}"] * bool(answer.not_understood)
    return "\n".join([*lines, *map(line, answer.items)]) or "Nothing fits."


def _range(low: float | None, high: float | None) -> str:
    return f"{'' if low is None else f'{low:g}'}–{'' if high is None else f'{high:g}'}"


def _imported(found: Imported) -> str:
    done = "taken over" if found.kept else "would be taken over"
    lines = [
        f"{found.importer}: {found.matched - found.known} {done}, {found.known} known already."
    ]
    lines += [f"  no match: {each.title} ({each.year or '?'})" for each in found.unmatched]
    return "\n".join(lines)


def _players(players: tuple[PlayerView, ...]) -> str:
    return "\n".join(f"{each.name}  {each.title}" for each in players) or (
        "No plugin knows a program of this machine that plays it."
    )
