from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("order", ["usearch.index, onnxruntime", "onnxruntime, usearch.index"])
@pytest.mark.parametrize("first", ["", "numkong, "])
def test_the_index_and_the_models_can_live_in_one_process(first: str, order: str) -> None:
    """Usearch 2.26.2 to 2.26.6 crash the process when onnxruntime is imported after them."""
    done = subprocess.run([sys.executable, "-c", f"import {first}{order}"], check=False)
    assert done.returncode == 0
