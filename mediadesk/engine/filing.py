"""Where files are, were and may be: see `messages.Filing`."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from mediadesk.api import Item, UserError
from mediadesk.engine import acts, views
from mediadesk.engine.access import Access
from mediadesk.engine.messages import Absent, Change, FolderView, Match, Status, Verified
from mediadesk.engine.scanning import Scanning
from mediadesk.library import excludes, identity
from mediadesk.library.presence import Presence
from mediadesk.paths import native, spelled, to_path
from mediadesk.recommend.lookalikes import lengths, lookalikes
from mediadesk.store import Database, changes, jobs, places, replaced, roots, versions
from mediadesk.store.places import Place
from mediadesk.store.roots import Root

_MATCHES = 12
_COMPARED = 500  # files of a folder that is found elsewhere
_ENOUGH = 0.5


class Filing:
    """What is missing and where it may be; what is left out; and whether files are whole."""

    def __init__(
        self,
        access: Access,
        scanning: Scanning,
        presence: Presence,
        *,
        look: Callable[[Sequence[Path]], None],
        near: Callable[[str], Mapping[str, float]],
        status: Callable[[], Status],
        on_roots: Callable[[], None],
    ) -> None:
        """File the library of `access`.

        Args:
            access: the way to it.
            scanning: looks through its folders.
            presence: tells whether they answer.
            look: looks through folders that are new or asked for differently.
            near: gives the items nearest to one, each with how alike they are, 0..1.
            status: tells what is going on.
            on_roots: called when the folders of the library are others.
        """
        self._access = access
        self._scanning = scanning
        self._presence = presence
        self._look = look
        self._near = near
        self._status = status
        self._on_roots = on_roots

    def absent(self, *, profile: str | None = None, limit: int = 2_000) -> tuple[Absent, ...]:
        who = self._access.profile(profile)
        return tuple(
            Absent(
                folder=spelled(each.root),
                drive=each.drive,
                count=each.count,
                items=self._access.views(each.items, profile=who),
            )
            for each in places.gone(self._access.store.read(), limit=limit)
        )

    def matches(self, name: str) -> tuple[Match, ...]:
        item = self._missing(name)
        others = places.comparable(
            self._access.store.read(), item.id, seconds=lengths(item.duration)
        )
        found = lookalikes(item.title, item.path, others, content=self._near(item.id))[:_MATCHES]
        viewed = {
            view.id: view
            for view in self._access.views([each.item for each in found], profile=None)
        }
        return tuple(
            Match(item=viewed[each.item], path=each.path, alike=each.alike, why=each.why)
            for each in found
            if each.item in viewed
        )

    def relink(self, name: str, path: str) -> Change:
        item, file = self._missing(name), absolute(path)
        place = self._place(file)
        found = place.item
        if found is None or found == item.id:
            raise UserError(
                place.problem
                or f"“{file}” has not been read yet: wait a moment, or run “mediadesk analyze "
                "--wait”, and try again."
            )
        if not replaced.can_be_one(self._access.store.read(), item.id, found):
            raise UserError(
                f"“{self._access.find(found).title}” is not of the length and kind of "
                f"“{item.title}”: merge the two if they are one nevertheless."
            )
        made = self._act(
            f"Found “{item.title}” in “{file.name}”",
            partial(acts.merge, keep=found, others=[item.id]),
        )
        self._access.heard()
        return made

    def relink_folder(self, old: str, new: str) -> Status:
        before, after = self._root(old), absolute(new)
        self._check_folder(before.path, after)
        known = places.sizes(self._access.store.read(), before.path)
        compared = list(known.items())[:: max(1, len(known) // _COMPARED)]
        same = sum(
            _size(after / to_path(path).relative_to(before.path)) == size for path, size in compared
        )
        if same < len(compared) * _ENOUGH:
            raise UserError(
                f"Of {len(compared):,} files of “{before.path}” only {same:,} are in “{after}”: "
                "choose the folder that holds them now, or add it as a new one."
            )

        from mediadesk.engine import unwriting  # its decoder is slow to load

        store = self._access.store
        unwriting.follow(store, before.path, after)
        move = partial(roots.move, old=before.path, new=after)
        self._scanning.forget(before.path, partial(store.write, move, durable=True))
        self._on_roots()
        self._access.changed("items", "status")
        self._look([after])
        return self._status()

    def forget(self, names: Sequence[str] = (), *, folder: str | None = None) -> Change:
        db = self._access.store.read()
        if folder is not None:
            ids = places.gone_from(db, self._root(folder).path)
            if not ids:
                raise UserError(f"Nothing is missing in “{folder}”: there is nothing to forget.")
        else:
            ids = self._access.ids(names)
        if is_here := places.nowhere_missing(db, ids):
            item = self._access.find(is_here)
            raise UserError(
                f"“{item.title}” is not missing: only what is missing can be forgotten; to leave "
                "it out, exclude its file from the folder."
            )
        what = f"“{self._access.find(ids[0]).title}”" if len(ids) == 1 else f"{len(ids):,} items"
        if places.not_missing(db, ids):
            what = f"places of {what}"

        def write(db: Database, change: str) -> Sequence[str]:
            changes.forget_places(db, ids, change=change)
            jobs.park(db, ids)
            return ids

        return self._act(f"Forgot {what} that went missing", write)

    def verify(self, name: str) -> Verified:
        item = self._access.find(name)
        db = self._access.store.read()
        lying = [place for place in versions.places(db, item.id) if place.available]
        if not lying:
            raise UserError(f"“{item.title}” is not there: reconnect its drive to verify it.")
        path, content = to_path(lying[0].path), lying[0].content
        started = time.perf_counter()
        try:
            changed_at = path.stat().st_mtime
            taken = identity.whole(path)
        except OSError as error:
            raise UserError(
                f"“{path}” can't be read ({error.strerror or error}): check its drive, or copy it "
                "again from elsewhere."
            ) from error
        before = places.whole(db, content)
        # One of another time is another on purpose, such as a copy with other tags.
        same = None if before is None or changed_at != before[1] else before[0] == taken
        if same is not False:  # what is damaged stays told until it is mended
            self._access.store.write(
                partial(places.save_whole, content=content, taken=taken, changed_at=changed_at)
            )
        took = round(time.perf_counter() - started, 3)
        return Verified(path=spelled(path), hash=taken, same=same, took_s=took)

    def exclude(self, folder: str, patterns: Sequence[str]) -> FolderView:
        root = self._root(folder)
        wanted = [pattern.strip() for pattern in patterns if pattern.strip()]
        excludes.of_root(spelled(root.path), wanted)

        def keep(db: Database) -> None:
            jobs.unpark(db, roots.set_excludes(db, root.path, wanted))

        self._access.store.write(keep, durable=True)
        self._access.changed("status")
        self._look([root.path])
        return views.folder(self._root(folder))

    def _missing(self, name: str) -> Item:
        item = self._access.find(name)
        if places.not_missing(self._access.store.read(), [item.id]):
            raise UserError(
                f"“{item.title}” is not missing: only what is missing can be found elsewhere; "
                "merge it with another item if both are the same."
            )
        return item

    def _place(self, file: Path) -> Place:
        """Give what is known of a file, after a look at its folder if that is nothing."""
        found = places.at(self._access.store.read(), file)
        if found is None and self._lies_in(file):
            self._scanning.part([spelled(file.parent)])
            found = places.at(self._access.store.read(), file)
        if found is not None and not found.missing:
            return found
        if _size(file) is None:
            raise UserError(f"“{file}” is no file that can be read: check its name and drive.")
        if not self._lies_in(file):
            raise UserError(
                f"“{file}” lies in no folder of the library: add its folder, and it is found."
            )
        raise UserError(
            f"“{file}” is not in the library: it was just written, is left out, or is no video or "
            "music; look again in a moment."
        )

    def _lies_in(self, file: Path) -> bool:
        return any(
            file.is_relative_to(root.path) for root in roots.listed(self._access.store.read())
        )

    def _root(self, folder: str) -> Root:
        path = absolute(folder)
        known = {root.path: root for root in roots.listed(self._access.store.read())}
        if path not in known:
            raise UserError(
                f"“{path}” is not a folder of the library: “mediadesk library list” lists them."
            )
        return known[path]

    def _check_folder(self, old: Path, new: Path) -> None:
        """Refuse a place where a folder of the library can't be."""
        if not self._presence.is_folder(new):
            raise UserError(f"“{new}” is no folder that can be read: check its name and drive.")
        if new == old:
            raise UserError(f"“{old}” is where it was: name the folder that its files are in now.")
        for root in roots.listed(self._access.store.read()):
            if new.is_relative_to(root.path) or root.path.is_relative_to(new):
                lies = "is" if new == root.path else f"overlaps “{root.path}”, which is"
                raise UserError(
                    f"“{new}” {lies} in the library already: what is found there is recognised by "
                    f"its content, so “{old}” can be removed."
                )

    def _act(self, says: str, write: Callable[[Database, str], Sequence[str]]) -> Change:
        made = self._access.store.write(
            lambda db: changes.act(db, says, partial(write, db)), durable=True
        )
        self._access.changed("items", "features", "status")
        return Change(**asdict(made))


def absolute(path: str) -> Path:
    """Give a path without `..`, so that a file has one name, but through links as a person sees.

    Raises:
        UserError: if it is empty.
    """
    if not path:
        raise UserError("An empty name is no file or folder: write which one you mean.")
    # Those of `Path` keep `..`, and raise where nobody has such a home.
    return Path(os.path.abspath(os.path.expanduser(native(path))))  # noqa: PTH100, PTH111


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size if path.is_file() else None
    except OSError:
        return None
