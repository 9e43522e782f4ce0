"""What a guest is given of a graphics card: nothing without the permission."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mediadesk.host.isolate import gpu
from mediadesk.host.isolate.messages import Start
from mediadesk.host.isolate.shared import Shared
from mediadesk.host.isolate.spec import GuestSpec, start
from mediadesk.host.manifest import Manifest, Permissions

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="devices are files on Linux only")


def told(permissions: Permissions, folder: Path) -> Start:
    manifest = Manifest(
        name="p",
        distribution="p",
        version="1",
        module="p",
        title="P",
        api=">=1,<2",
        permissions=permissions,
    )
    spec = GuestSpec(manifest=manifest, root=folder, log=folder, settings={}, language="en")
    shared = Shared(folder)
    made = start(spec, shared, scratch=folder, inbox=folder, outbox=folder)
    shared.close()
    return made


def test_devices_are_given_only_with_the_permission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "no_device").touch()
    library = tmp_path / "cuda-13"
    library.mkdir()
    here = str(tmp_path).removeprefix("/")
    monkeypatch.setattr(gpu, "_NODES", ("dev/ful[l]", "dev/no-such-card*", f"{here}/no_device"))
    monkeypatch.setattr(gpu, "_FILES", (f"{here}/cuda*",))
    without = told(Permissions(), tmp_path)
    assert (without.uses_gpu, without.devices) == (False, ())
    assert library not in without.readable
    granted = told(Permissions(gpu="is faster"), tmp_path)
    assert (granted.uses_gpu, granted.devices) == (True, (Path("/dev/full"),))
    assert library in granted.readable
