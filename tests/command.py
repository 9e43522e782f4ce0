"""The command `mediadesk`, as tests run it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from typer.testing import CliRunner

from mediadesk import log
from mediadesk.cli import app
from mediadesk.privacy import gate


@dataclass(frozen=True)
class Command:
    """The command `mediadesk` in a process of its own, on one library."""

    data: Path

    def arguments(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "mediadesk", "--data-dir", str(self.data), *words]

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
        done = subprocess.run(
            self.arguments(*words),
            capture_output=True, text=True, timeout=120, env=environment, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        assert "Traceback" not in done.stdout
        return done

    def text(self, *words: str) -> str:
        done = self.run(*words)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def json(self, *words: str) -> Any:  # noqa: ANN401 - whatever was printed
        return json.loads(self.text(*words, "--json"))


@dataclass(frozen=True)
class Inside(Command):
    """The command in the process of the tests, which is much quicker.

    What goes wrong otherwise than in a sentence is raised.
    """

    def run(self, *words: str, answer: str | None = None) -> "subprocess.CompletedProcess[str]":
        # The log stays that of the tests; they may have servers, and a gate is shut for ever.
        with patch.object(log, "configure"), patch.object(gate, "shut"):
            done = CliRunner().invoke(app, ["--data-dir", str(self.data), *words], input=answer)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)


PROGRAM = os.environ.get("MEDIADESK_FROZEN", "")


@dataclass(frozen=True)
class Frozen(Command):
    """The packaged command, on one library."""

    def arguments(self, *words: str) -> list[str]:
        return [str(Path(PROGRAM).absolute()), "--data-dir", str(self.data), *words]
