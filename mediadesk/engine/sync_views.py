"""Tells what syncing came to, and what is known of devices, as `messages` has it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mediadesk.api import UserError
from mediadesk.engine import differing
from mediadesk.engine.messages import DeviceView, Difference, Received, SyncView
from mediadesk.paths import spelled
from mediadesk.store import Database, bundles, devices
from mediadesk.store.bundles import Bundle
from mediadesk.store.devices import Device
from mediadesk.sync.exchange import Report, Taken
from mediadesk.sync.segments import layer

_MOST_SHOWN = 50
_SHORT = 8  # of an id: enough to tell one from others
_PARTS = 4  # of the name of a file, see `sync.segments`


def ran(called: Mapping[str, str], folder: Path, report: Report) -> SyncView:
    """Tell what a sync came to; devices are `called` so by their ids."""
    return SyncView(
        folder=spelled(folder),
        preview=False,
        received=tuple(_received(each, called) for each in report.taken),
        given=report.given,
        problems=report.problems,
    )


def previewed(view: SyncView, found: Sequence[tuple[str, Difference]]) -> SyncView:
    """Add to what a sync would come to what it would change, by the word of which device."""
    told = {
        each.device: differing.summary(one for device, one in found if device == each.device)
        for each in view.received
    }
    return replace(
        view,
        preview=True,
        received=tuple(replace(each, changes=told[each.device]) for each in view.received),
        differences=tuple(one for _, one in found[:_MOST_SHOWN]),
        different=len(found),
    )


def listed(db: Database) -> list[DeviceView]:
    """Tell what is known of each device, and what is wrong with its files.

    One that was restored writes under another name since, and stays one; what it wrote before is
    told apart where that alone is revoked.
    """
    files = bundles.listed(db)
    wrong = {layer(each.file): each.problem for each in files if each.problem}
    known = {each.id: each for each in devices.listed(db)}
    later = {old: known[now] for old, now in _renewed(files).items() if now in known}
    return [
        _device(each, wrong.get(each.id))
        for each in known.values()
        if each.mine or _is_apart(each, later.get(each.id))
    ]


def find(db: Database, wanted: str) -> DeviceView:
    """Give the device that an id, its beginning, or a name means.

    Raises:
        UserError: if that is none, or more than one.
    """
    known, name = listed(db), wanted.strip().casefold()
    fitting = [each for each in known if each.id == name] or [
        each
        for each in known
        if name and (each.name.casefold() == name or each.id.startswith(name))
    ]
    if not fitting:
        raise UserError(
            f"There is no device “{wanted}”: “mediadesk sync devices” lists them with their ids."
        )
    if len(fitting) > 1:
        ids = " or ".join(f"“{each.id[:_SHORT]}”" for each in fitting)
        raise UserError(f"More than one device is “{wanted}”: name it by its id, {ids}.")
    return fitting[0]


def _is_apart(one: Device, later: Device | None) -> bool:
    """Tell whether a device is told beside what it became later, if anything."""
    if later is None or later.name != one.name:
        return True
    return bool(one.revoked_by) and not later.revoked_by


def renewed(db: Database, device: str) -> list[str]:
    """Give the names under which a device wrote before it was restored."""
    return [old for old, now in _renewed(bundles.listed(db)).items() if now == device]


def _renewed(files: Sequence[Bundle]) -> dict[str, str]:
    parts = [each.file.split(".") for each in files]
    return {part[1]: part[0] for part in parts if len(part) == _PARTS and part[0] != part[1]}


def _device(one: Device, problem: str | None) -> DeviceView:
    by = f"“{one.revoked_by}” has revoked this device: what it says since stays here alone."
    return DeviceView(
        id=one.id,
        name=one.name,
        mine=one.mine,
        edits=one.ops,
        heard_at=one.heard_at,
        problem=f"{by} Allow it again there." if one.mine and one.revoked_by else problem,
        revoked=bool(one.revoked_by),
    )


def _received(taken: Taken, called: Mapping[str, str]) -> Received:
    return Received(
        device=taken.device,
        name=called.get(taken.device, taken.name),
        edits=taken.merged.ops,
        events=taken.merged.events,
        says=taken.merged.acts,
    )
