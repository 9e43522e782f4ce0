"""Keeps this device in step with others; see `messages.Syncing`."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from mediadesk.api import UserError
from mediadesk.engine import acts, differing, fields, panels, sync_views
from mediadesk.engine.access import Access
from mediadesk.engine.filing import absolute
from mediadesk.engine.kept import KeptPanels
from mediadesk.engine.messages import (
    Change,
    DeviceView,
    Difference,
    SyncKey,
    SyncStatus,
    SyncView,
)
from mediadesk.engine.preferences import Preferences
from mediadesk.paths import spelled, to_path
from mediadesk.settings import Places
from mediadesk.store import Database, bundles, devices, elsewhere, jobs, merges, oplog, told
from mediadesk.store.panels import Telling, forget_all
from mediadesk.store.removing import COLLECTION
from mediadesk.sync import packs
from mediadesk.sync.crypto import Key
from mediadesk.sync.exchange import Report, exchange
from mediadesk.sync.pairing import ANEW, key_of, take_key
from mediadesk.sync.panels import lay as lay_panels
from mediadesk.sync.panels import take as take_panels
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
        shown: Callable[[], Telling | None],
        follow: Callable[..., None],
    ) -> None:
        """Sync the library of `access`.

        Args:
            access: the way to it.
            places: where it lives, which is no place for the shared folder.
            preferences: hold the shared folder.
            take_up: called with items that may lack features by now, to be analysed.
            teach: called with items whose tags or kind people may have changed.
            shown: gives the panels that were made here, for other devices; None for none now.
            follow: called inside a write with the things that may be others now, and the library
                as it was `before`.
        """
        self._access = access
        self._places = places
        self._preferences = preferences
        self._take_up = take_up
        self._teach = teach
        self._shown = shown
        self._follow = follow
        self._failed = ""  # why the last run came to nothing, also one that nobody waited for
        self._done = places.data / "sync.done"  # an empty file: its time is that of the last run

    def setup(self, folder: str, *, encrypt: bool = False) -> SyncStatus:
        shared = self._checked(folder) if folder else None
        if (shared or encrypt) and self._key() is None:
            if shared:
                check_plain(shared)
            if encrypt:
                self._take(Key.made())
        before = self._preferences.now.sync_folder
        self._preferences.share(spelled(shared) if shared else "")
        if self._preferences.now.sync_folder != before:  # what is wrong there is wrong there alone
            self._access.store.write(bundles.forget_wrong)
            self._failed = ""
        if not shared:
            try:
                packs.forget(self._access.store)
            except UserError:  # a sync that goes on tells of others again
                self._preferences.share(before)
                raise
            self._access.store.write(forget_all)
            self._access.changed("items", "features")
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
        if preview:
            return self._preview(folder)
        try:
            view = self._sync(folder)
        except UserError as error:
            self._failed = str(error)
            raise
        else:
            self._failed = ""
        finally:
            self._access.changed("sync")
        return view

    def _sync(self, folder: Path) -> SyncView:
        have_come, ill = take_panels(self._access.store, folder, check=panels.read)
        if have_come:  # first, for they are what people look at
            self._access.changed("items", "features")
        report = self._exchange(folder)
        if report.has_erased:
            self._clear()
        packed = packs.exchange(self._access.store, folder, key=self._key())
        problems = dict.fromkeys((*report.problems, *ill, *packed.problems))
        report = replace(report, problems=tuple(problems))
        if shown := self._shown():
            lay_panels(self._access.store, folder, shown, check=panels.read)
        self._done.touch()
        if report.taken or report.cut or packed.touched:
            self._tell(list(dict.fromkeys((*_items(report.touched), *packed.touched))))
        view = sync_views.ran(devices.names(self._access.store.read()), folder, report)
        view = replace(view, items=packed.items, features=packed.features)
        mine = next(each for each in self.status().devices if each.mine)
        return replace(view, problems=(*view.problems, *filter(None, [mine.problem])))

    def _clear(self) -> None:
        """Delete the panels that are kept: they may name whom another device erased."""
        try:
            KeptPanels.of(self._places).clear()
        except OSError as error:
            raise UserError(
                f"Who was erased elsewhere is erased here, too, but “{error.filename}” can't be "
                f"deleted ({error.strerror}): delete it yourself."
            ) from error

    def status(self) -> SyncStatus:
        db = self._access.store.read()
        told = (each.problem for each in bundles.listed(db) if each.problem)
        merge = merges.last(db)
        encrypted, problems = True, list(dict.fromkeys((*filter(None, [self._failed]), *told)))
        try:
            encrypted = self._key() is not None
        except UserError as error:
            problems.insert(0, str(error))
        return SyncStatus(
            folder=self._preferences.now.sync_folder,
            encrypted=encrypted,
            synced_at=self._done.stat().st_mtime if self._done.exists() else None,
            devices=tuple(sync_views.listed(db)),
            problems=tuple(problems),
            last_merge=merges.says(merge) if merge else "",
            merged_at=merge.at if merge else None,
        )

    def rename(self, device: str, name: str) -> SyncStatus:
        found, called = self._device(device), fields.name(name, "device")
        self._access.store.write(
            partial(devices.rename, device=found.id, name=called), durable=True
        )
        self._access.changed("items")
        return self.status()

    def revoke(self, device: str, *, new_key: bool = False) -> SyncStatus:
        found = self._device(device)
        if found.mine:
            raise UserError(
                f"“{found.name}” is this device, which can't revoke itself: do it on another one, "
                "or have it share no more with “mediadesk sync setup ''”."
            )
        if new_key and self._key() is None:
            raise UserError(
                "Nothing is encrypted, so that there is no key to make anew: have one be made with "
                "“mediadesk sync setup FOLDER --encrypt”."
            )

        def write(db: Database) -> list[str]:
            ids = [found.id, *sync_views.renewed(db, found.id)]
            touched = [thing for each in ids for thing in devices.revoke(db, each)]
            self._come(db, touched)
            return touched

        self._tell(_items(self._access.store.write(write, durable=True)))
        if new_key:
            self._take(Key.made())
        return self.status()

    def allow(self, device: str) -> SyncStatus:
        found = self._device(device)

        def write(db: Database) -> None:
            for each in (found.id, *sync_views.renewed(db, found.id)):
                devices.allow(db, each)

        self._access.store.write(write, durable=True)
        return self.status()

    def undo(self) -> Change:
        made, items = self._access.store.write(acts.undo_merge, durable=True)
        self._tell(items)
        return Change(**asdict(made))

    def _device(self, wanted: str) -> DeviceView:
        own = self._access.store.write(oplog.device_id)  # it may have had no name yet
        return sync_views.find(self._access.store.read(), wanted or own)

    def _preview(self, folder: Path) -> SyncView:
        store, found = self._access.store, list[tuple[str, Difference]]()
        called: dict[str, str] = {}

        def look(db: Database, touched: Sequence[str]) -> None:
            _settle(db, touched)  # titles may come
            found.extend(differing.differences(store.read(), db))
            called.update(devices.names(db))  # names may come, too

        report = exchange(store, folder, settle=look, dry_run=True)
        return sync_views.previewed(sync_views.ran(called, folder, report), found)

    def _exchange(self, folder: Path) -> Report:
        """Exchange what was said; what has come is told of even if nothing can be laid."""
        have_come: list[str] = []

        def settle(db: Database, touched: Sequence[str]) -> None:
            self._come(db, touched)
            have_come.extend(touched)

        try:
            return exchange(self._access.store, folder, settle=settle)
        except UserError:
            self._tell(_items(have_come))
            raise

    def _come(self, db: Database, touched: Sequence[str]) -> None:
        """Bring up to date what follows from things that have come."""
        _settle(db, touched)
        elsewhere.follow_names(db)
        self._follow(db, touched, before=self._access.store.read())

    def _tell(self, items: Sequence[str]) -> None:
        """Have others know that these may be others now."""
        self._take_up(items)
        self._teach(items)
        self._access.heard()
        self._access.changed("items", "features", "profiles")

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
