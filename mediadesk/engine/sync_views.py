"""Tells what syncing came to, and what is known of devices, as `messages` has it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mediadesk.engine import differing
from mediadesk.engine.messages import DeviceView, Difference, Received, SyncView
from mediadesk.paths import spelled
from mediadesk.store import Database, bundles, devices
from mediadesk.store.bundles import Bundle
from mediadesk.store.devices import Device
from mediadesk.sync.exchange import Report, Taken
from mediadesk.sync.segments import layer

_MOST_SHOWN = 50
_PARTS = 4  # of the name of a file, see `sync.segments`


def ran(db: Database, folder: Path, report: Report) -> SyncView:
    """Tell what a sync came to, on a library that has it all."""
    called = {each.id: each.name for each in devices.listed(db)}
    return SyncView(
        folder=spelled(folder),
        preview=False,
        received=tuple(_received(each, called) for each in report.taken),
        given=report.given,
        problems=report.problems,
    )


def previewed(view: SyncView, found: Sequence[Difference]) -> SyncView:
    """Add to what a sync would come to what it would change."""
    told = {
        each.name: differing.summary(one for one in found if one.device == each.name)
        for each in view.received
    }
    return replace(
        view,
        preview=True,
        received=tuple(replace(each, changes=told[each.name]) for each in view.received),
        differences=tuple(found[:_MOST_SHOWN]),
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
