"""Says what an install would do, for a person to read and consent to."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import msgspec
from packaging.version import Version

from mediadesk.api import UserError
from mediadesk.api.errors import OptionNeededError
from mediadesk.host import project
from mediadesk.host.install.disk import Disk
from mediadesk.host.install.host import Host
from mediadesk.host.install.inventory import Inventory
from mediadesk.host.install.trust import Blocks, Signature, Suspect, Trust
from mediadesk.host.manifest import Grant, Manifest

if TYPE_CHECKING:  # what it imports is slow, and needed for new packages only
    from mediadesk.host.install.prepare import Prepared

Action = Literal["install", "update", "reinstall", "downgrade"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file that comes from the network; `size` in bytes, 0 where unknown."""

    name: str
    version: str
    size: int
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an install would do; `token` stands for all of it.

    `new_permissions` are those of the manifest that the installed version lacks. `bundled` are
    "name version" of what is not fetched. Sizes are in bytes; `installed_size` counts a wheel that
    was not fetched yet as it is packed. `contents` are the SHA-256 of all that is installed,
    `replaces` is the version folder that counts now. `signer` is the id of a key, `former_signer`
    that of the key that this plugin was signed with until now, where this is not.
    """

    token: str
    source: str
    name: str
    version: str
    manifest: Manifest
    action: Action
    installed_version: str | None
    package_size: int
    installed_size: int
    downloads: tuple[Download, ...]
    bundled: tuple[str, ...]
    new_permissions: tuple[Grant, ...]
    signature: Signature
    signer: str | None
    former_signer: str | None
    warnings: tuple[str, ...]
    contents: tuple[str, ...]
    replaces: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawer:
    """Draws plans from what is prepared and what is installed now."""

    disk: Disk
    host: Host
    inventory: Inventory
    trust: Trust
    reserved: Collection[str]

    def draw(self, prepared: "Prepared", blocks: Blocks) -> Plan:
        """Say what installing would do now.

        Raises:
            UserError: if it must not be installed.
        """
        manifest = prepared.manifest
        if prepared.folder:  # it may have changed since
            manifest = project.read(prepared.folder)
        name = manifest.name
        self.host.check(manifest)
        if name in self.reserved:
            raise UserError(
                f"A plugin “{name}” comes with MediaDesk: this one can be installed when its maker "
                "gives it another name."
            )
        contents = _contents(prepared)
        _check_blocks(prepared, manifest, contents, blocks)
        signature, former = self.trust.of_plugin(name, prepared.signer)
        installed = self.inventory.one(name)
        current = self.disk.counting(name)
        earlier = installed.manifest if installed and installed.state != "damaged" else None
        plan = Plan(
            token="",
            source=prepared.source,
            name=name,
            version=manifest.version,
            manifest=manifest,
            action=_action(manifest, earlier),
            installed_version=earlier.version if earlier else None,
            package_size=prepared.package.size if prepared.package else 0,
            installed_size=_installed_size(prepared),
            downloads=_downloads(prepared, manifest),
            bundled=tuple(
                f"{each.name} {each.version}" for each in prepared.choices if not each.remote
            ),
            new_permissions=manifest.permissions.beyond(earlier.permissions) if earlier else (),
            signature=signature if prepared.package else "development",
            signer=prepared.signer.key_id if prepared.signer else None,
            former_signer=former,
            warnings=(),
            contents=contents,
            replaces=current.current if current else None,
        )
        plan = replace(plan, warnings=tuple(_warnings(plan, prepared)))
        return replace(plan, token=hashlib.sha256(msgspec.json.encode(plan)).hexdigest())


def _contents(prepared: "Prepared") -> tuple[str, ...]:
    package = prepared.package
    own = (package.sha256, package.plugin.sha256) if package else ()
    return (*own, *(each.sha256 for each in prepared.choices))


def _check_blocks(
    prepared: "Prepared", manifest: Manifest, contents: Collection[str], blocks: Blocks
) -> None:
    signer = prepared.signer
    suspect = Suspect(
        name=manifest.name,
        version=manifest.version,
        digests=frozenset(contents),
        keys=frozenset({signer.key, signer.key_id} if signer else ()),
    )
    if reason := blocks.reason(suspect):
        raise UserError(reason)


def _action(manifest: Manifest, earlier: Manifest | None) -> Action:
    if earlier is None:
        return "install"
    new, old = Version(manifest.version), Version(earlier.version)
    if new == old:
        return "reinstall"
    return "update" if new > old else "downgrade"


def _installed_size(prepared: "Prepared") -> int:
    own = prepared.package.plugin.unpacked if prepared.package else 0
    return own + sum(each.wheel.unpacked if each.wheel else each.size for each in prepared.choices)


def _downloads(prepared: "Prepared", manifest: Manifest) -> tuple[Download, ...]:
    found = [
        Download(name=each.name, version=each.version, size=each.size, origin=each.origin)
        for each in prepared.choices
        if each.remote
    ]
    if prepared.package and prepared.origin:
        own = Download(
            name=manifest.distribution,
            version=manifest.version,
            size=prepared.package.size,
            origin=prepared.origin,
        )
        found.insert(0, own)
    return tuple(found)


def check_publisher(plan: Plan, *, new_publisher: bool) -> None:
    """Refuse what another key signed than before, or none, unless a person consents to just that.

    Raises:
        UserError: naming both keys, and how to consent.
    """
    if plan.former_signer and not new_publisher:
        raise OptionNeededError(
            f"The plugin “{plan.name}” was signed with the key {plan.former_signer} until now, and "
            f"this is {_signed(plan)}: ask its maker why, and if you believe that, consent to it.",
            "new_publisher",
        )


def _signed(plan: Plan) -> str:
    return f"signed with the key {plan.signer}" if plan.signer else "not signed"


def _warnings(plan: Plan, prepared: "Prepared") -> Iterator[str]:
    if plan.former_signer:
        yield (
            f"The plugin “{plan.name}” was signed with the key {plan.former_signer} until now, and "
            f"this is {_signed(plan)}: ask its maker why before you go on."
        )
    elif plan.signature == "unsigned":
        yield "It is not signed, so nothing proves who made it or that nobody changed it."
    elif plan.signature == "new":
        yield (
            f"It is signed with the key {plan.signer}, which was never seen before: compare it "
            "with the one that its maker tells. Later versions must be signed with it too."
        )
    if plan.signature == "development":
        yield "It runs straight from that folder: whoever changes files there changes the plugin."
    if network := plan.manifest.permissions.network:
        yield (
            "It is told the names of the items it works on, and could send them and all else that "
            f"it may read to {' and '.join(network.hosts)}."
        )
    if plan.action == "downgrade":
        yield f"It is older than version {plan.installed_version}, which is installed."
    fetched = [each.size for each in prepared.choices if each.remote and each.wheel]
    if prepared.package and prepared.origin:
        fetched.append(prepared.package.size)
    if fetched:
        yield (
            f"{sum(fetched) / 1e6:.1f} MB of it had to be fetched already, to learn what it needs; "
            "they are deleted unless it is installed."
        )
