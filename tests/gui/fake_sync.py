"""Two devices that share a folder, for the engine of made-up data."""

from dataclasses import replace
from typing import Any

from mediadesk.api import UserError
from mediadesk.engine.messages import (
    Change,
    DeviceView,
    Difference,
    Received,
    SyncKey,
    SyncStatus,
    SyncView,
)

KEY = "AGE-SECRET-KEY-1" + "Q" * 58
_OTHER_KEY = (
    "“b.mdsync” is encrypted with another key: give its device this one with “mediadesk sync pair”."
)
QR = ("0000", "0110", "0100", "0000")


class FakeSync:
    """A shared folder with a laptop that has said two things."""

    syncing_now = SyncStatus(
        folder="/shared/in step",
        encrypted=True,
        synced_at=1_760_000_000.0,
        devices=(
            DeviceView(id="a", name="Desk", mine=True, edits=3, heard_at=None, problem=None),
            DeviceView(
                id="b",
                name="Laptop",
                mine=False,
                edits=12,
                heard_at=1_759_999_000.0,
                problem=_OTHER_KEY,
            ),
        ),
        problems=(
            _OTHER_KEY,
            "“c.mdsync” is damaged: sync again there.",
        ),
        last_merge="2 edits of “Laptop”",
        merged_at=1_760_000_000.0,
    )
    news = SyncView(
        folder="/shared/in step",
        preview=False,
        received=(
            Received(device="b", name="Laptop", edits=2, events=1, says=("Tagged “Rain”: calm",)),
        ),
        given=1,
        problems=(),
    )
    looked = replace(
        news,
        preview=True,
        received=(replace(news.received[0], changes="It would change the tags of 1 thing."),),
        differences=(
            Difference(device="Laptop", item="1", title="Rain", field="tags", old="", new="calm"),
            Difference(device="Laptop", item="1", title="Rain", field="year", old="1999", new=""),
        ),
        different=3,
    )

    def syncing_status(self) -> SyncStatus:
        return self.syncing_now

    def syncing_setup(self, folder: str, *, encrypt: bool = False) -> SyncStatus:
        if folder == "/nowhere":
            raise UserError("“/nowhere” is no folder: make it, or plug its drive in.")
        known = self.syncing_now
        self.syncing_now = replace(known, folder=folder, encrypted=known.encrypted or encrypt)
        return self.syncing_now

    def syncing_key(self, *, new: bool = False) -> SyncKey:  # noqa: ARG002 - as the real one has it
        return SyncKey(text=KEY, qr=QR)

    def syncing_pair(self, key: str) -> SyncStatus:
        if key != KEY:
            raise UserError("That is no key: take it as “mediadesk sync key” shows it.")
        self.syncing_now = replace(self.syncing_now, encrypted=True)
        return self.syncing_now

    def syncing_run(self, *, preview: bool = False) -> SyncView:
        return self.looked if preview else self.news

    def syncing_rename(self, device: str, name: str) -> SyncStatus:
        if not name.strip():
            raise UserError("An empty name is no device: write one.")
        return self._with(device, name=name)

    def syncing_revoke(self, device: str, *, new_key: bool = False) -> SyncStatus:  # noqa: ARG002
        return self._with(device, revoked=True)

    def syncing_allow(self, device: str) -> SyncStatus:
        return self._with(device, revoked=False)

    def syncing_undo(self) -> Change:
        self.syncing_now = replace(self.syncing_now, last_merge="", merged_at=None)
        return Change(id="u", at=0.0, says="Undone: 2 edits of “Laptop”", items=2)

    def _with(self, device: str, **more: Any) -> SyncStatus:  # noqa: ANN401
        known = self.syncing_now
        turned = tuple(replace(one, **more) if one.id == device else one for one in known.devices)
        self.syncing_now = replace(known, devices=turned)
        return self.syncing_now
