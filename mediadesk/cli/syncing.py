"""Commands that keep several devices in step through a folder that they share."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import typer

from mediadesk.cli.common import AsJson, count, emit, engine
from mediadesk.engine.messages import DeviceView, Received, SyncStatus, SyncView

ABOUT = "Keep several devices in step through a folder that they share, without a server."
_ACTS_SHOWN = 5


def setup(
    context: typer.Context,
    folder: Annotated[
        str, typer.Argument(help="The shared folder, as of Syncthing or a NAS; “” ends sharing.")
    ],
    as_json: AsJson = False,
) -> None:
    """Share edits through this folder; files stay where they are."""
    with engine(context) as opened:
        emit(opened.syncing.setup(folder), as_json=as_json, text=_status)


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
    "run": run,
    "preview": preview,
    "status": status,
}


def _view(told: SyncView) -> str:
    lines = [line for each in told.received for line in _received(each)]
    if told.given:
        will = "would be" if told.preview else "were"
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
    where = f"Shared through “{told.folder}”." if told.folder else "Nothing is shared."
    return "\n".join([where, *map(_device, told.devices), *told.problems])


def _device(told: DeviceView) -> str:
    if told.mine:
        return f"  {told.name}, this device: {count(told.edits, 'edit')}"
    at = datetime.fromtimestamp(told.heard_at or 0).astimezone()
    return f"  {told.name}: {count(told.edits, 'edit')}, the last of {at:%Y-%m-%d %H:%M}"
