"""Commands about what leaves this computer, and what is known of a person."""

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

import typer

from mediadesk.api.errors import UserError
from mediadesk.cli.common import AsJson, Limit, Profile, count, emit, engine
from mediadesk.engine.messages import ConnectionView, Erased, Exported, Research

ABOUT = "What leaves this computer, and what is known of you: see it, take it along, erase it."


def connections(context: typer.Context, limit: Limit = 100, as_json: AsJson = False) -> None:
    """List each attempt to reach anything outside, refused ones too, the latest first."""
    with engine(context) as opened:
        emit(opened.privacy.connections(limit=limit), as_json=as_json, text=_lines)


def network(
    context: typer.Context,
    switch: Annotated[
        Literal["on", "off"] | None, typer.Argument(help="off: nothing is fetched, for nobody.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Switch the network off or on for MediaDesk and all its plugins, or say which it is."""
    with engine(context) as opened:
        is_on = opened.privacy.network(on=None if switch is None else switch == "on")
        emit({"network": "on" if is_on else "off"}, as_json=as_json, text=_network)


def export(
    context: typer.Context,
    folder: Annotated[str, typer.Argument(help="Where to; it is made if it is not there.")],
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Write all that is known of you into a folder, as SQLite and as JSON."""
    with engine(context) as opened:
        emit(opened.privacy.export(folder, profile=profile), as_json=as_json, text=_exported)


def research(
    context: typer.Context,
    folder: Annotated[str, typer.Argument(help="Where to; it is made if it is not there.")],
    k: Annotated[int, typer.Option(help="How many people share each row at least.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Write what all of you did for research: without names or titles, and coarse."""
    with engine(context) as opened:
        emit(opened.privacy.research(folder, k=k), as_json=as_json, text=_research)


def erase(
    context: typer.Context,
    profile: Annotated[str, typer.Argument(metavar="NAME", help="Whose data is to be erased.")],
    keep_backups: Annotated[
        bool, typer.Option("--keep-backups", help="Leave the backups as they are, with all of it.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Erase without being asked.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase a profile and all that it did, so that no file of the library tells of it any more.

    What is said for everybody stays, such as tags, edited fields and collections. This can't be
    taken back: export first what you want to keep.
    """
    if not yes and not sys.stdin.isatty():
        raise UserError("Erasing can't be taken back: say --yes if you mean it.")
    if not yes:
        backups = "The backups keep it" if keep_backups else "The backups are replaced"
        typer.confirm(f"Erase all of “{profile}” for ever? {backups}.", abort=True, err=True)
    with engine(context) as opened:
        done = opened.privacy.erase(profile, keep_backups=keep_backups)
        emit(done, as_json=as_json, text=_erased)


COMMANDS: dict[str, Callable[..., Any]] = {
    "connections": connections,
    "network": network,
    "export": export,
    "research": research,
    "erase": erase,
}


def _lines(told: tuple[ConnectionView, ...]) -> str:
    return "\n".join(map(_line, told)) or "Nothing was ever asked for."


def _line(one: ConnectionView) -> str:
    at = datetime.fromtimestamp(one.at).astimezone()
    came = f"refused or failed: {one.problem}" if one.problem else count(one.size, "byte")
    return f"{at:%Y-%m-%d %H:%M:%S}  {one.who} → {one.host}, {one.why or 'no reason'}: {came}"


def _network(told: dict[str, str]) -> str:
    if told["network"] == "on":
        return "The network is on: plugins may fetch from the hosts that you allowed."
    return "The network is off: nothing is fetched, for nobody."


def _research(told: Research) -> str:
    levels = [f"  {count(rows, 'row')} by {how}" for how, rows in told.levels.items() if rows]
    out = f"Left out, as fewer than {told.k} people share them: {count(told.suppressed, 'row')}."
    return "\n".join([*told.files, f"Of {told.people} people:", *levels, out])


def _erased(told: Erased) -> str:
    return "\n".join([f"“{told.profile}” is erased.", *told.remains])


def _exported(told: Exported) -> str:
    rows = ", ".join(f"{name} {number:,}" for name, number in told.rows.items() if number)
    return "\n".join([*told.files, f"Rows: {rows}."])
