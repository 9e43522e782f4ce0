"""Measures what shutting a guest in costs: run it with pytest -s, it is not in the suite."""

import json
import statistics
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from mediadesk.host.isolate import sandbox

_ROUNDS = 10
_GUEST = """
import json, os, sys, time
from mediadesk.host.isolate import sandbox
began = time.perf_counter()
sandbox.available()  # loads the libraries
loaded = time.perf_counter()
enforced = sandbox.enter(sandbox.Policy(**json.loads(sys.argv[1])))
entered = time.perf_counter()
for _ in range(10_000):
    os.close(os.open("/dev/null", os.O_RDONLY))
opened = time.perf_counter()
assert not any(getattr(enforced, each) for each in enforced.__slots__), enforced
print(json.dumps([loaded - began, entered - loaded, (opened - entered) / 10_000]))
"""


@pytest.mark.skipif(any(asdict(sandbox.available()).values()), reason="not all is enforced here")
def test_what_shutting_in_costs(tmp_path: Path) -> None:
    policy = sandbox.Policy(readable=(), writable=(str(tmp_path),), memory_mb=256, open_files=64)
    rounds = [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", _GUEST, json.dumps(asdict(policy))],
                capture_output=True, text=True, check=True, timeout=60,
            ).stdout
        )
        for _ in range(_ROUNDS)
    ]  # fmt: skip
    loading, entering, opening = map(statistics.median, zip(*rounds, strict=True))
    print(
        f"\nloading {loading * 1e3:.1f} ms, entering {entering * 1e3:.1f} ms, "
        f"then opening a file {opening * 1e6:.1f} µs"
    )
