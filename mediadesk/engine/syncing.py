"""Keeps this device in step with others; see `messages.Syncing`."""

from collections.abc import Callable, Sequence
from pathlib import Path

from mediadesk.api import UserError
from mediadesk.engine.access import Access
from mediadesk.engine.filing import absolute
from mediadesk.engine.messages import DeviceView, Received, SyncStatus, SyncView
from mediadesk.engine.preferences import Preferences
from mediadesk.paths import spelled, to_path
from mediadesk.settings import Places
from mediadesk.store import Database, bundles, jobs, oplog, told
from mediadesk.store.registers import COLLECTION
from mediadesk.sync.exchange import Report, Taken, exchange


class Syncing:
    """The verbs of the shared folder; any thread may call them."""

    def __init__(
        self,
        access: Access,
        places: Places,
        preferences: Preferences,
        *,
        take_up: Callable[[Sequence[str]], None],
        teach: Callable[[Sequence[str]], None],
    ) -> None:
        """Sync the library of `access`.

        Args:
            access: the way to it.
            places: where it lives, which is no place for the shared folder.
            preferences: hold the shared folder.
            take_up: called with items that may lack features by now, to be analysed.
            teach: called with items whose tags or kind people may have changed.
        """
        self._access = access
        self._places = places
        self._preferences = preferences
        self._take_up = take_up
        self._teach = teach

    def setup(self, folder: str) -> SyncStatus:
        self._preferences.share(spelled(self._checked(folder)) if folder else "")
        return self.status()

    def run(self, *, preview: bool = False) -> SyncView:
        folder = self._folder()
        self._access.store.write(oplog.device_id)
        report = exchange(self._access.store, folder, settle=_settle, dry_run=preview)
        if not preview and report.taken:
            items = _items(report.touched)
            self._take_up(items)
            self._teach(items)
            self._access.heard()
            self._access.changed("items", "features", "profiles")
        return _view(folder, report, preview=preview)

    def status(self) -> SyncStatus:
        db = self._access.store.read()
        return SyncStatus(
            folder=self._preferences.now.sync_folder,
            devices=tuple(
                DeviceView(
                    id=each.id,
                    name=each.name,
                    mine=each.mine,
                    edits=each.ops,
                    heard_at=each.heard_at,
                )
                for each in bundles.devices(db)
            ),
            problems=tuple(each.problem for each in bundles.listed(db) if each.problem),
        )

    def _folder(self) -> Path:
        if not self._preferences.now.sync_folder:
            raise UserError(
                "No folder is shared yet: name one that your devices share with “mediadesk sync "
                "setup FOLDER”."
            )
        return to_path(self._preferences.now.sync_folder)

    def _checked(self, folder: str) -> Path:
        found = absolute(folder)
        if not found.is_dir():
            raise UserError(f"“{found}” is no folder: make it, or plug its drive in.")
        shared, own = found.resolve(), self._places.data.resolve()
        if shared.is_relative_to(own) or own.is_relative_to(shared):
            raise UserError(
                f"“{found}” lies in the folder of the library, or that in it, which others must "
                "not share: name another one."
            )
        return found


def _settle(db: Database, touched: Sequence[str]) -> None:
    items = _items(touched)
    told.settle(db, items)
    jobs.unpark(db, items)
    jobs.park(db, items)


def _items(things: Sequence[str]) -> list[str]:
    return [each for each in things if not each.startswith(COLLECTION)]


def _view(folder: Path, report: Report, *, preview: bool) -> SyncView:
    return SyncView(
        folder=spelled(folder),
        preview=preview,
        received=tuple(map(_received, report.taken)),
        given=report.given,
        problems=report.problems,
    )


def _received(taken: Taken) -> Received:
    return Received(
        device=taken.device,
        name=taken.name,
        edits=taken.merged.ops,
        events=taken.merged.events,
        says=taken.merged.acts,
    )
