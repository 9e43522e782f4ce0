from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("order", ["usearch.index, onnxruntime", "onnxruntime, usearch.index"])
def test_the_index_and_the_models_can_live_in_one_process(order: str) -> None:
    """Usearch 2.26.2 to 2.26.6 crash the process when onnxruntime is imported after them."""
    done = subprocess.run([sys.executable, "-c", f"import {order}"], check=False)
    assert done.returncode == 0
