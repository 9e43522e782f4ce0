"""How a guest process is started."""

import os
import sys
from pathlib import Path

_INHERITED = ("LANG", "LANGUAGE", "TZ", "SYSTEMROOT")
_CARDS = ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES")


def command() -> list[str]:
    """Give what starts a guest process, from source and in the packaged program."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--guest"]
    # Isolated from variables, the working folder and the person's own packages; no byte code.
    return [sys.executable, "-I", "-B", "-m", "mediadesk", "--guest"]


def environment(scratch: Path) -> dict[str, str]:
    """Give the only variables that a guest has.

    Nothing in them is the person's but language, clock, and which graphics cards are to be used.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in (*_INHERITED, *_CARDS) or name.startswith("LC_")
    }
    here = str(scratch)
    return kept | {
        "PATH": "",
        "HOME": here,
        "USERPROFILE": here,
        "TMPDIR": here,
        "TEMP": here,
        "TMP": here,
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "ORT_DISABLE_TELEMETRY": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONSAFEPATH": "1",
    }
