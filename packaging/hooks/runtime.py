"""Runs first in the frozen program: sets right what differs from an installed Python."""

import ctypes.util
import os
import sys
from pathlib import Path

# The bootloader set this for our own process, which has read it; the programs we start must not
# load our libraries instead of the system's.
before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if before is None:
    os.environ.pop("LD_LIBRARY_PATH", None)
else:
    os.environ["LD_LIBRARY_PATH"] = before

_find_in_system = ctypes.util.find_library


def _find_library(name: str) -> str | None:
    """Find our own copy first: the system's way needs ldconfig or a compiler."""
    ours = sorted(Path(sys._MEIPASS).glob(f"lib{name}.so*"))  # noqa: SLF001
    return str(ours[0]) if ours else _find_in_system(name)


if sys.platform.startswith("linux"):
    ctypes.util.find_library = _find_library
