"""Installs, updates, rolls back and removes plugins; a crash leaves the old or the new, whole."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mediadesk import resources
from mediadesk.api import UserError
from mediadesk.host.install.disk import Disk, discard, telling
from mediadesk.host.install.host import Host
from mediadesk.host.install.index import Index, Offer, offers
from mediadesk.host.install.inventory import Installed, Inventory
from mediadesk.host.install.plan import Drawer, Plan, check_publisher
from mediadesk.host.install.staging import Staging
from mediadesk.host.install.trust import Blocks, Trust, shipped
from mediadesk.host.install.versions import Versions

if TYPE_CHECKING:  # what they import is slow, and needed for new packages only
    from mediadesk.host.install.prepare import Prepared
    from mediadesk.host.install.web import Allow, Web

_PLANS = 8


class Installer:
    """The plugins folder of one MediaDesk, and all that may be done to it.

    It may be used from any thread, and several processes may have one each.
    """

    def __init__(
        self,
        folder: Path,
        *,
        allow: "Allow | None" = None,
        before_commit: Callable[[], None] = lambda: None,
        reserved: Collection[str] = (),
        index: str | None = None,
        wheel_index: str | None = None,
        settings: str = "settings.toml",
        blocked: Path | None = None,
        host_versions: Mapping[str, str] | None = None,
    ) -> None:
        """Take over a folder, which is made when something is installed.

        Args:
            folder: the plugins folder.
            allow: is called with the address before each request; may raise UserError. None means
                that there is no network. What it gives is called for each piece of the answer, and
                may do so, too.
            before_commit: is called just before something is installed; what it raises stops that.
            reserved: names that no plugin may have, those of the plugins that MediaDesk ships.
            index: path or address of the plugin index.
            wheel_index: path or address of a simple index (PEP 503 or 691) of wheels.
            settings: the file that people are told to set such places in.
            blocked: the block list, else the one that MediaDesk ships.
            host_versions: the versions of what MediaDesk brings, else those that are installed.

        Raises:
            UserError: if the block list is missing or damaged.
        """
        self._disk = Disk(folder)
        self._trust = Trust(self._disk)
        self._host = Host(host_versions)
        self._index = Index(index, self._disk, self._trust, settings) if index else None
        self._shipped = shipped(blocked or resources.path("blocked-plugins.json"))
        self._inventory = Inventory(self._disk, self._host, self._blocks)
        self._versions = Versions(self._disk)
        self._drawer = Drawer(
            disk=self._disk,
            host=self._host,
            inventory=self._inventory,
            trust=self._trust,
            reserved=frozenset(reserved),
        )
        self._allow = allow
        self._before_commit = before_commit
        self._wheel_index = wheel_index
        self._settings = settings
        self._staging = Staging(self._disk)
        self._prepared: OrderedDict[str, Prepared] = OrderedDict()

    def installed(self) -> tuple[Installed, ...]:
        """List the installed plugins, by name; a damaged one is listed too, with its state."""
        return self._inventory.all()

    def data_of(self, name: str) -> Path:
        """Give the folder of a plugin's own data, which may not exist.

        Raises:
            UserError: if the name can't be a plugin's.
        """
        return self._disk.data(name)

    def plan(
        self, source: str, *, network: bool, wheelhouse: Path | None = None, anew: bool = False
    ) -> Plan:
        """Tell what installing would do; nothing but staging and the copy of the index is changed.

        Args:
            source: a wheel, bundle or folder, by path or file:// address; the https:// address of
                a wheel or bundle; or a name in the index. What could be a name is one, whatever
                lies here: “./tiny” is a folder.
            network: whether anything may be fetched.
            wheelhouse: folder of wheels, which is used instead of the wheel index.
            anew: whether the wheels for a source folder are chosen again though some are here.

        Raises:
            UserError: if it can't or must not be installed.
        """
        from mediadesk.host.install.prepare import Preparer

        preparer = Preparer(
            self._disk,
            self._host,
            index=self._index,
            wheelhouse=wheelhouse,
            anew=anew,
            wheel_index=self._wheel_index,
            settings=self._settings,
            blocks=self._blocks,
        )
        with telling(f"“{source}” can't be looked into", self._disk.staging):
            staging = self._staging.new()
            try:
                with self._web(network=network) as web:
                    prepared = preparer.prepare(source, staging, web)
                plan = self._drawer.draw(prepared, self._blocks())
            except BaseException:
                discard(staging)
                raise
        self._remember(plan.token, prepared)
        return plan

    def install(self, token: str, *, new_publisher: bool = False) -> Installed:
        """Do what a plan of this object said, all or nothing; the plan is used up.

        Args:
            token: of the plan.
            new_publisher: whether a person consents to another key than before, or to none.

        Raises:
            UserError: if there is no such plan, or it would be another one now, or it can't be
                done. What was installed before works on.
        """
        from mediadesk.host.install.commit import commit

        prepared = self._prepared.pop(token, None)
        if prepared is None:
            raise UserError("There is no such plan any more: look at the plugin again.")
        name = prepared.manifest.name
        with telling(f"The plugin “{name}” can't be installed", self._disk.root):
            try:
                self._agreed(prepared, token, new_publisher=new_publisher)
                fetched = self._fetched(prepared)
                with self._disk.changing():
                    commit(
                        self._agreed(prepared, token, new_publisher=new_publisher),
                        fetched,
                        disk=self._disk,
                        versions=self._versions,
                        trust=self._trust,
                        before=self._before_commit,
                    )
            finally:
                discard(prepared.staging)
        return self._one(name)

    def rollback(self, name: str) -> Installed:
        """Swap the current version with the previous one, whose publisher is then the known one.

        Raises:
            UserError: if there is none, or it would not work.
        """
        with (
            telling(f"The plugin “{name}” can't be changed", self._disk.root),
            self._disk.changing(),
        ):
            current = self._disk.read_current(name)
            if current and current.previous:
                target = self._inventory.version(name, current.previous)
                if target.problem:
                    raise UserError(target.problem)
                # Before it counts, as in `commit`: a crash between must not leave it untrusted.
                self._trust.remember_plugin(name, self._inventory.signer(name, current.previous))
            self._versions.swap(name)
        return self._one(name)

    def remove(self, name: str, *, with_data: bool) -> None:
        """Remove a plugin; its publisher's key is remembered, should it come again.

        Args:
            name: of the plugin; with data it may be one that was removed before and left them.
            with_data: whether its own data are deleted too.

        Raises:
            UserError: if there is no such plugin, or it can't be removed.
        """
        with telling(f"The plugin “{name}” can't be removed", self._disk.root):
            here = self._disk.folders() if with_data else self._disk.names()
            if name not in here:
                raise UserError(f"There is no plugin “{name}”: look at the list of plugins.")
            if not with_data:
                with self._disk.changing():
                    self._versions.remove(name)
                return
            trash = self._staging.new()
            with self._disk.changing():
                self._versions.remove_all(name, trash)
            discard(trash)

    def recover(self) -> None:
        """Delete what a crash left behind; to be called at start.

        Raises:
            UserError: if the folder can't be written.
        """
        if self._disk.root.is_dir():
            with telling("The plugins can't be tidied", self._disk.root), self._disk.changing():
                self._versions.recover()

    def offers(self, *, network: bool) -> tuple[Offer, ...]:
        """List what the index offers, the newest version that can be installed here of each.

        Raises:
            UserError: if no index is set, or it can't be read.
        """
        if self._index is None:
            raise UserError(
                "No plugin index is set: give the address of one as “plugin_index” in "
                f"“{self._settings}”."
            )
        with self._web(network=network) as web:
            catalogue = self._index.read(web)
        here = {each.name: each.version for each in self.installed()}
        return offers(catalogue, self._blocks(), here)

    def close(self) -> None:
        """Forget the plans and delete what they fetched."""
        self._prepared.clear()
        self._staging.close()

    def _agreed(self, prepared: "Prepared", token: str, *, new_publisher: bool) -> Plan:
        """Draw the plan again, and see that it is still the one that a person consented to."""
        plan = self._drawer.draw(prepared, self._blocks())
        if plan.token != token:
            raise UserError(
                f"What installing the plugin “{plan.name}” would do has changed since you were "
                "asked: look at it again."
            )
        check_publisher(plan, new_publisher=new_publisher)
        return plan

    def _fetched(self, prepared: "Prepared") -> "Prepared":
        """Fetch the wheels that the plan only knew of; who consented to it consented to that."""
        if all(each.wheel for each in prepared.choices):
            return prepared
        from mediadesk.host.install.supply import fetched

        into = prepared.staging / "wheels"
        with self._web(network=True) as web:
            choices = [
                each if each.wheel else fetched(each, web, into) for each in prepared.choices
            ]
        return replace(prepared, choices=tuple(choices))

    def _web(self, *, network: bool) -> "Web":
        from mediadesk.host.install.web import Web

        return Web(self._allow if network else None)

    def _blocks(self) -> Blocks:
        copy = self._index.copy() if self._index else None
        return Blocks([*self._shipped, *(copy.blocked if copy else ())])

    def _remember(self, token: str, prepared: "Prepared") -> None:
        if same := self._prepared.pop(token, None):
            discard(same.staging)
        self._prepared[token] = prepared
        while len(self._prepared) > _PLANS:
            _, oldest = self._prepared.popitem(last=False)
            discard(oldest.staging)

    def _one(self, name: str) -> Installed:
        found = self._inventory.one(name)
        if found is None:
            raise UserError(f"The plugin “{name}” was removed meanwhile: install it again.")
        return found
