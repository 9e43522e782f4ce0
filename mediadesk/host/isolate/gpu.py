"""What a guest with the permission “gpu” may reach of a graphics card on Linux, where there is one.

Not tried on a machine with a card: the lists follow what containers are given (NVIDIA's container
toolkit, AMD's and Intel's guides). The nodes of screens are left out: they show what others draw.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

_NODES = (
    "dev/nvidia[0-9]*",
    "dev/nvidiactl",
    "dev/nvidia-uvm",
    "dev/nvidia-uvm-tools",
    "dev/nvidia-caps/*",
    "dev/dri/renderD*",
    "dev/kfd",
    "dev/dxg",
)
_FILES = (
    "usr/local/cuda*",
    "opt/rocm*",
    "opt/intel",
    "etc/OpenCL/vendors",
    "usr/share/libdrm",
    "proc/driver/nvidia",
    "proc/devices",
    "sys/dev/char",
    "sys/class/drm",
    "sys/class/drm/renderD*/device",
    "sys/bus/pci/drivers/nvidia/0*",
    "sys/class/kfd/kfd/topology",
)


def devices() -> tuple[Path, ...]:
    """Give the device nodes through which graphics cards compute; none where there is no card."""
    return tuple(node for node in _found(_NODES) if node.is_char_device())


def files() -> tuple[Path, ...]:
    """Give where the cards' libraries lie, and what the system tells of the cards."""
    return tuple(_found(_FILES))


def _found(patterns: Sequence[str]) -> Iterator[Path]:
    for pattern in patterns:
        yield from sorted(Path("/").glob(pattern))
