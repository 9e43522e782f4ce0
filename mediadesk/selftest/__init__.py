"""Checks that all that MediaDesk is made of is there and works: `mediadesk --self-test [--json]`.

It is for the packaged program, where a module, a data file or a library may have been left behind,
and the only place that may import everything.
"""

import faulthandler
import json
import os
import sys
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from mediadesk.selftest import engine, files, modules, screen

__all__ = ["Result", "run"]
_CHECKS = {
    "Modules": modules.check_own,
    "Libraries": modules.check_libraries,
    "Standard library": modules.check_standard_library,
    "Plugins": engine.check_plugins,
    "Database": engine.check_database,
    "Models": engine.check_models,
    "Media": files.check_media,
    "Library": files.check_library,
    "Worker": engine.check_worker,
    "Window": screen.check_window,
    "Qt": screen.check_qt,
    "Player": screen.check_player,
}


@dataclass(frozen=True, slots=True)
class Result:
    """What one check found, or why it failed."""

    name: str
    ok: bool
    found: str


def run(words: Collection[str]) -> int:
    """Print a line for each check, or one list with ``--json``; give the exit status.

    Nothing outside a temporary folder is read or written, and no window is seen.
    """
    faulthandler.enable()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    results = []
    with tempfile.TemporaryDirectory(prefix="mediadesk-") as folder:
        for result in _results(Path(folder)):
            results.append(result)
            if "--json" not in words:
                line = f"{'ok ' if result.ok else '!! '} {result.name}: {result.found}\n"
                sys.stdout.write(line)
                sys.stdout.flush()
    if "--json" in words:
        listed = [asdict(result) for result in results]
        sys.stdout.write(json.dumps(listed, ensure_ascii=False, indent=2) + "\n")
    return int(not all(result.ok for result in results))


def _results(folder: Path) -> Iterator[Result]:
    for name, check in _CHECKS.items():
        try:
            found, ok = check(folder), True
        except (Exception, SystemExit) as error:  # noqa: BLE001 - it is what we look for
            found, ok = f"{type(error).__name__}: {error}", False
        yield Result(name, ok, found)
