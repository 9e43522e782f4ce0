"""Commands that keep several devices in step through a folder that they share."""

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

import typer

from mediadesk.cli.common import AsJson, count, emit, engine
from mediadesk.engine.messages import DeviceView, Received, SyncKey, SyncStatus, SyncView

ABOUT = "Keep several devices in step through a folder that they share, without a server."
_ACTS_SHOWN = 5
_LONGEST_KEY = 10_000
_NEW_KEY = (
    "Another key is made: until you pair your other devices anew with it (“mediadesk sync key” "
    "shows it, “mediadesk sync pair” takes it there), they can't read what this one says."
)
_OLD_KEY = (
    "It can still read what is shared, for it has the key: “mediadesk sync key --new” makes "
    "another one, with which you pair your other devices anew."
)
_OPEN = "Nothing is encrypted: whoever gets at the folder can still read what is shared."
_LISTED = "needs a device, by its id or name: “mediadesk sync devices” lists them"
_ASKS = {
    "list": "takes no name",
    "rename": "needs the new name",
    "revoke": _LISTED,
    "allow": _LISTED,
}
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
        if new and not as_json:
            typer.echo(_NEW_KEY)


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


def undo(context: typer.Context, as_json: AsJson = False) -> None:
    """Take back all that came with the last sync that brought something; “undo ID” redoes it."""
    with engine(context) as opened:
        emit(opened.syncing.undo(), as_json=as_json, text=lambda told: f"{told.says}\n{told.id}")


def devices(
    context: typer.Context,
    do: Annotated[
        Literal["list", "rename", "revoke", "allow"], typer.Argument(help="What is to be done.")
    ] = "list",
    named: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="The new name; to revoke or allow, a device by its id or name."
        ),
    ] = "",
    device: Annotated[
        str, typer.Option(help="The device to be renamed, by its id or name, if not this one.")
    ] = "",
    new_key: Annotated[
        bool,
        typer.Option("--new-key", help="Revoking, make another key: pair the others anew then."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List your devices, name one, or have one's word count no more, as when it is lost."""
    if (do == "list") == bool(named):
        raise typer.BadParameter(f"“{do}” {_ASKS[do]}.")
    with engine(context) as opened:
        sync = opened.syncing
        verbs: dict[str, Callable[[], SyncStatus]] = {
            "list": sync.status,
            "rename": lambda: sync.rename(device, named),
            "revoke": lambda: sync.revoke(named, new_key=new_key),
            "allow": lambda: sync.allow(named),
        }
        emit(verbs[do](), as_json=as_json, text=_devices)
        if do == "revoke" and not as_json:
            typer.echo(_revoked(sync.status(), new_key=new_key))


COMMANDS: dict[str, Callable[..., Any]] = {
    "setup": setup,
    "key": key,
    "pair": pair,
    "run": run,
    "preview": preview,
    "status": status,
    "undo": undo,
    "devices": devices,
}


def _view(told: SyncView) -> str:
    lines = [line for each in told.received for line in _received(each)]
    if told.given:
        will = "would be" if told.preview else "was" if told.given == 1 else "were"
        lines.append(
            f"{count(told.given, 'edit')} of this device {will} laid into “{told.folder}”."
        )
    if told.items:
        lines.append(
            f"Other devices told of {count(told.items, 'item')}; {count(told.features, 'feature')} "
            "need not be worked out here."
        )
    if not told.problems:
        lines = lines or ["Everything is in step."]
    return "\n".join([*lines, *_differences(told), *told.problems])


def _differences(told: SyncView) -> list[str]:
    more = told.different - len(told.differences)
    rows = [
        f"  {each.title}: {each.field}: {each.old or 'nothing'} → {each.new or 'nothing'}"
        for each in told.differences
    ]
    return [*rows, f"  … and {more:,} more"] if more else rows


def _received(told: Received) -> list[str]:
    of_these = f", {count(told.events, 'event')} of them" if told.events else ""
    more = (
        [f"  … and {len(told.says) - _ACTS_SHOWN:,} more"] if len(told.says) > _ACTS_SHOWN else []
    )
    return [
        f"{count(told.edits, 'edit')} from “{told.name}”{of_these}. {told.changes}".rstrip(),
        *(f"  {each}" for each in told.says[:_ACTS_SHOWN]),
        *more,
    ]


def _status(told: SyncStatus) -> str:
    where = f"Shared through “{told.folder}”" if told.folder else "Nothing is shared"
    with_key = ", encrypted" if told.folder else "; this device encrypts"
    how = with_key if told.encrypted else ""
    said = {each.problem for each in told.devices}
    others = [each for each in told.problems if each not in said]
    last = [f"Last came {told.last_merge}, {_at(told.merged_at)}."] if told.merged_at else []
    return "\n".join([f"{where}{how}.", *map(_device, told.devices), *last, *others])


def _devices(told: SyncStatus) -> str:
    return "\n".join(f"{each.id}{_device(each)}" for each in told.devices)


def _device(told: DeviceView) -> str:
    name = f"{told.name}, this device" if told.mine else told.name
    last = f", the last of {_at(told.heard_at)}" if told.heard_at else ""
    revoked = ", revoked" if told.revoked else ""
    wrong = f"\n    {told.problem}" if told.problem else ""
    return f"  {name}: {count(told.edits, 'edit')}{last}{revoked}{wrong}"


def _at(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds).astimezone():%Y-%m-%d %H:%M}"


def _revoked(told: SyncStatus, *, new_key: bool) -> str:
    if not told.encrypted:
        return _OPEN
    return _NEW_KEY if new_key else _OLD_KEY


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
