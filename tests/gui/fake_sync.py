"""Two devices that share a folder, for the engine of made-up data."""

from dataclasses import replace

from mediadesk.api import UserError
from mediadesk.engine.messages import DeviceView, Received, SyncKey, SyncStatus, SyncView

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
        return replace(self.news, preview=preview)
