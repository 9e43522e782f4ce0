"""Starts the engine's process; so little that it comes before anything else is loaded."""

import subprocess
import sys


def launch() -> "subprocess.Popen[bytes]":
    """Start a process that loads the engine, then waits to be told by a `Client` what to open."""
    source = [] if getattr(sys, "frozen", False) else ["-P", "-m", "mediadesk"]
    command = [sys.executable, *source, "--engine"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own command
