"""A trial as a person starts it, in processes of its own."""

import os
import subprocess
from pathlib import Path

import household_factory
from command import Command


def test_two_processes_print_the_same_bytes(empty: Command, tmp_path: Path) -> None:
    """Whatever order their sets have: Python orders them anew in each process."""
    household_factory.write(tmp_path / "set", items=120, users=8, events=70)
    words = ("eval", "--dataset", str(tmp_path / "set"), "--protocol", "crowd", "--json")
    printed = [
        subprocess.run(
            empty.arguments(*words),
            capture_output=True, timeout=120, check=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert printed[0] == printed[1]
    assert b'"ndcg@10"' in printed[0]
