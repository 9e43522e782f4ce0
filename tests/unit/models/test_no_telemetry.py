"""Running models leaves nothing in the home folder and starts nothing that could send it."""

import os
import subprocess
import sys
from pathlib import Path

CODE = """
import os, threading
before = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 0
import mediadesk.models.network
after = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 0
print(after - before)
"""


def test_onnxruntime_tells_nobody(tmp_path: Path) -> None:
    own = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "OPENBLAS_NUM_THREADS": "1"}
    kept = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    done = subprocess.run(
        [sys.executable, "-c", CODE], env=kept | own, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "0", "a thread was started by the import alone"
    assert not list(tmp_path.iterdir())
