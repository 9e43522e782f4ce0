"""The last part of an install: the version is put on disk and made to count."""

import secrets
import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING

from packaging.version import Version

from mediadesk.api import UserError
from mediadesk.host.install.build import build
from mediadesk.host.install.disk import Disk, write
from mediadesk.host.install.plan import Plan
from mediadesk.host.install.records import FOLDER, Current, Link
from mediadesk.host.install.trust import Trust
from mediadesk.host.install.versions import Versions

if TYPE_CHECKING:  # what it imports is slow
    from mediadesk.host.install.prepare import Prepared

_SPARE_BYTES = 16 << 20


def commit(
    plan: Plan,
    prepared: "Prepared",
    *,
    disk: Disk,
    versions: Versions,
    trust: Trust,
    before: Callable[[], None],
) -> None:
    """Put a version on disk and make it count; while `Disk.changing()`.

    Args:
        plan: what a person consented to.
        prepared: the same with all that had to be fetched.
        disk: where it goes.
        versions: of that disk.
        trust: remembers the publisher's key.
        before: is called when all is ready and nothing has changed yet.

    Raises:
        UserError, OSError: if that can't be done; then what counted before still does.
    """
    _check_space(plan, disk)
    made = prepared.staging / "version"
    if prepared.package or prepared.choices:
        build(prepared, made)
    before()
    try:
        if prepared.folder:
            counting = FOLDER
            if made.exists() and prepared.needs:
                versions.place(plan.name, prepared.needs, made)
            disk.data(plan.name).mkdir(parents=True, exist_ok=True)
            write(disk.link(plan.name), Link(folder=str(prepared.folder), needs=prepared.needs))
        else:
            counting = f"{Version(plan.version)}-{secrets.token_hex(4)}"
            versions.place(plan.name, counting, made)
        trust.remember_plugin(plan.name, prepared.signer)
        versions.switch(
            plan.name, counting, previous=_previous(plan, disk.counting(plan.name), counting)
        )
    except BaseException:
        versions.clean(plan.name)
        raise


def _check_space(plan: Plan, disk: Disk) -> None:
    free = shutil.disk_usage(disk.root).free
    if free < plan.installed_size + _SPARE_BYTES:
        raise UserError(
            f"The plugin “{plan.name}” needs {(plan.installed_size + _SPARE_BYTES) >> 20} MB in "
            f"“{disk.root}”, and {free >> 20} MB are free there: make some space."
        )


def _previous(plan: Plan, before: Current | None, counting: str) -> str | None:
    """Choose which version a rollback shall bring back."""
    if before is None:
        return None
    again = plan.action == "reinstall" and (counting == FOLDER) == (before.current == FOLDER)
    # An "install" where something counts is the repair of something damaged.
    if again or plan.action == "install" or before.current == counting:
        return before.previous if before.previous != counting else None
    return before.current
