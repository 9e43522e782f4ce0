"""Commands that keep several devices in step through a folder that they share."""

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import typer

from mediadesk.cli.common import AsJson, count, emit, engine
from mediadesk.engine.messages import DeviceView, Received, SyncKey, SyncStatus, SyncView

ABOUT = "Keep several devices in step through a folder that they share, without a server."
_ACTS_SHOWN = 5
_LONGEST_KEY = 10_000
_BLOCKS = {"00": "█", "01": "▀", "10": "▄", "11": " "}  # light is drawn: terminals are dark


def setup(
    context: typer.Context,
    folder: Annotated[
        str, typer.Argument(help="The shared folder, as of Syncthing or a NAS; “” ends sharing.")
    ],
    encrypt: Annotated[
        bool, typer.Option("--encrypt", help="Make a key, so that only your devices can read it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Share edits through this folder; files stay where they are."""
    with engine(context) as opened:
        told = opened.syncing.setup(folder, encrypt=encrypt)
        key = _key(opened.syncing.key()) if encrypt and not as_json else ""
        emit(told, as_json=as_json, text=lambda told: f"{_status(told)}\n{key}")


def key(
    context: typer.Context,
    new: Annotated[
        bool, typer.Option("--new", help="Make another one first: devices must be paired anew.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the key that your devices encrypt with, for another one to take: nobody else may see."""
    with engine(context) as opened:
        emit(opened.syncing.key(new=new), as_json=as_json, text=_key)


def pair(context: typer.Context, as_json: AsJson = False) -> None:
    """Take the key that “sync key” shows on another device, typed or from standard input.

    It is no argument: others on this machine could see that.
    """
    if sys.stdin.isatty():
        text: str = typer.prompt("Key", hide_input=True, err=True)
    else:
        text = sys.stdin.buffer.read(_LONGEST_KEY).decode("ascii", "replace")
    with engine(context) as opened:
        emit(opened.syncing.pair(text), as_json=as_json, text=_status)


def run(context: typer.Context, as_json: AsJson = False) -> None:
    """Take over what other devices laid there, and lay there what is new here."""
    with engine(context) as opened:
        emit(opened.syncing.run(), as_json=as_json, text=_view)


def preview(context: typer.Context, as_json: AsJson = False) -> None:
    """Tell what a sync would change, and change nothing."""
    with engine(context) as opened:
        emit(opened.syncing.run(preview=True), as_json=as_json, text=_view)


def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Say which folder is shared, and what is known of each device."""
    with engine(context) as opened:
        emit(opened.syncing.status(), as_json=as_json, text=_status)


COMMANDS: dict[str, Callable[..., Any]] = {
    "setup": setup,
    "key": key,
    "pair": pair,
    "run": run,
    "preview": preview,
    "status": status,
}


def _view(told: SyncView) -> str:
    lines = [line for each in told.received for line in _received(each)]
    if told.given:
        will = "would be" if told.preview else "was" if told.given == 1 else "were"
        lines.append(
            f"{count(told.given, 'edit')} of this device {will} laid into “{told.folder}”."
        )
    lines = lines or ["Everything is in step."]
    return "\n".join([*lines, *told.problems])


def _received(told: Received) -> list[str]:
    of_these = f", {count(told.events, 'event')} of them" if told.events else ""
    more = (
        [f"  … and {len(told.says) - _ACTS_SHOWN:,} more"] if len(told.says) > _ACTS_SHOWN else []
    )
    return [
        f"{count(told.edits, 'edit')} from “{told.name}”{of_these}.",
        *(f"  {each}" for each in told.says[:_ACTS_SHOWN]),
        *more,
    ]


def _status(told: SyncStatus) -> str:
    where = f"Shared through “{told.folder}”" if told.folder else "Nothing is shared"
    with_key = ", encrypted" if told.folder else "; this device encrypts"
    how = with_key if told.encrypted else ""
    return "\n".join([f"{where}{how}.", *map(_device, told.devices), *told.problems])


def _device(told: DeviceView) -> str:
    name = f"{told.name}, this device" if told.mine else told.name
    at = told.heard_at and datetime.fromtimestamp(told.heard_at).astimezone()
    last = f", the last of {at:%Y-%m-%d %H:%M}" if at else ""
    return f"  {name}: {count(told.edits, 'edit')}{last}"


def _key(told: SyncKey) -> str:
    rows = [*told.qr, "0" * len(told.qr[0])] if len(told.qr) % 2 else list(told.qr)
    drawn = [
        "".join(_BLOCKS[upper + lower] for upper, lower in zip(*two, strict=True))
        for two in zip(rows[::2], rows[1::2], strict=True)
    ]
    advice = (
        "Who has this key can read what is shared. Your other devices take it with “mediadesk sync "
        "pair”; it is not in a backup of the library, so keep it elsewhere as well."
    )
    return "\n".join([*drawn, told.text, advice])
