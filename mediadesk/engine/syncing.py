"""Keeps this device in step with others; see `messages.Syncing`."""

from collections.abc import Callable, Sequence
from pathlib import Path

from mediadesk.api import UserError
from mediadesk.engine.access import Access
from mediadesk.engine.filing import absolute
from mediadesk.engine.messages import DeviceView, Received, SyncKey, SyncStatus, SyncView
from mediadesk.engine.preferences import Preferences
from mediadesk.paths import spelled, to_path
from mediadesk.settings import Places
from mediadesk.store import Database, bundles, jobs, oplog, told
from mediadesk.store.registers import COLLECTION
from mediadesk.sync.bundle import SUFFIX
from mediadesk.sync.crypto import Key
from mediadesk.sync.exchange import Report, Taken, exchange
from mediadesk.sync.pairing import ANEW, key_of, take_key
from mediadesk.sync.shared import check_plain


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
        self._done = places.data / "sync.done"  # an empty file: its time is that of the last run

    def setup(self, folder: str, *, encrypt: bool = False) -> SyncStatus:
        shared = self._checked(folder) if folder else None
        if (shared or encrypt) and self._key() is None:
            if shared:
                check_plain(shared)
            if encrypt:
                self._take(Key.made())
        self._preferences.share(spelled(shared) if shared else "")
        return self.status()

    def key(self, *, new: bool = False) -> SyncKey:
        if new:
            self._take(Key.made())
        key = self._key()
        if key is None:
            raise UserError(
                "Nothing is encrypted yet: have a key be made with “mediadesk sync setup FOLDER "
                "--encrypt”, or take another device's with “mediadesk sync pair”."
            )
        return SyncKey(text=key.text, qr=_qr(key.text))

    def pair(self, key: str) -> SyncStatus:
        self._take(Key.parse(key))
        return self.status()

    def run(self, *, preview: bool = False) -> SyncView:
        self._key()
        folder = self._folder()
        self._access.store.write(oplog.device_id)
        report = exchange(self._access.store, folder, settle=_settle, dry_run=preview)
        if not preview:
            self._done.touch()
        if not preview and report.taken:
            items = _items(report.touched)
            self._take_up(items)
            self._teach(items)
            self._access.heard()
            self._access.changed("items", "features", "profiles")
        return _view(folder, report, preview=preview)

    def status(self) -> SyncStatus:
        db = self._access.store.read()
        wrong = {each.file: each.problem for each in bundles.listed(db) if each.problem}
        encrypted, problems = True, list(wrong.values())
        try:
            encrypted = self._key() is not None
        except UserError as error:
            problems.insert(0, str(error))
        return SyncStatus(
            folder=self._preferences.now.sync_folder,
            encrypted=encrypted,
            synced_at=self._done.stat().st_mtime if self._done.exists() else None,
            devices=tuple(
                DeviceView(
                    id=each.id,
                    name=each.name,
                    mine=each.mine,
                    edits=each.ops,
                    heard_at=each.heard_at,
                    problem=wrong.get(each.id + SUFFIX),
                )
                for each in bundles.devices(db)
            ),
            problems=tuple(problems),
        )

    def _key(self) -> Key | None:
        """Give the key, None where there never was one; a lost one is an error."""
        self._preferences.reload()  # another process may have set up all
        key = key_of(self._access.store)
        if key is None and self._preferences.now.sync_encrypted:
            raise UserError(f"The key of what is shared is gone: {ANEW}")
        return key

    def _take(self, key: Key) -> None:
        take_key(self._access.store, key)
        self._preferences.encrypt()

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


def _qr(text: str) -> tuple[str, ...]:
    import segno  # takes a while

    rows = segno.make(text, error="m").matrix_iter()
    return tuple("".join(map(str, row)) for row in rows)


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
