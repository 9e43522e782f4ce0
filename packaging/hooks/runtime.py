"""Runs first in the frozen program: our libraries are for us, not for the programs we start."""

import os

# The bootloader set this for our own process, which has read it; Debian's tools would crash on it.
before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if before is None:
    os.environ.pop("LD_LIBRARY_PATH", None)
else:
    os.environ["LD_LIBRARY_PATH"] = before
