"""What the window's process loads: Qt and little else."""

import subprocess
import sys

FORBIDDEN = ("numpy", "av", "sqlite3", "sqlite_utils", "onnxruntime", "usearch", "torch", "vlc")


def test_the_window_starts_without_database_models_and_decoders() -> None:
    program = "import sys, mediadesk.app, mediadesk.engine.process; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    loaded = set(done.stdout.decode().split())
    assert "PySide6.QtWidgets" in loaded
    assert loaded.isdisjoint(FORBIDDEN)
