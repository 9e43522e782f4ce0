"""Changes plugins in processes that are killed meanwhile; started by tests/faults.

Run as `python install_victim.py steps|moments PLAN`, where PLAN is a JSON file of `Orders`. It
forks its victims, so that each is there at once. At the end it prints what became of them as JSON.
"""

import builtins
import io
import itertools
import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mediadesk.host.install import Installer

_CHANGES = {"open", "os.mkdir", "os.remove", "os.rename", "os.rmdir"}


def act(desk: Installer, action: str, package: str) -> Callable[[], object]:
    """Give the last step of an action, after its preparations."""
    if action == "install":
        token = desk.plan(package, network=False).token
        return lambda: desk.install(token)
    if action == "rollback":
        return lambda: desk.rollback("tiny")
    return lambda: desk.remove("tiny", with_data=action == "remove all")


def steps(orders: dict[str, Any]) -> list[dict[str, Any]]:
    """Kill a victim before its first change on disk, one before its second, and so on."""
    rounds = []
    whole = _copied(orders, "whole")
    _seconds(whole, orders["action"], orders["packages"][0])  # loads what all victims need
    for step in range(1, 10_000):
        folder = _copied(orders, f"{orders['action'].replace(' ', '-')}-{step}")
        pid = os.fork()
        if pid == 0:
            desk = Installer(folder)
            last = act(desk, orders["action"], orders["packages"][0])
            _arm(folder, step)
            last()
            os._exit(0)
        killed = os.WIFSIGNALED(os.waitpid(pid, 0)[1])
        rounds.append({"folder": str(folder), "killed": killed})
        if not killed:
            break
    return rounds


def moments(orders: dict[str, Any]) -> list[dict[str, Any]]:
    """Kill victims that install one version after the other, each at a random moment."""
    chance = random.Random(orders["seed"])  # noqa: S311 - it shall be repeatable
    folder = Path(orders["base"])
    rounds = []
    one = min(_seconds(folder, "install", each) for each in orders["packages"])
    for number in range(orders["rounds"]):
        pid = os.fork()
        if pid == 0:
            desk = Installer(folder)
            desk.recover()
            for package in itertools.cycle(orders["packages"][:: -1 if number % 2 else 1]):
                act(desk, "install", package)()
        time.sleep(chance.uniform(0.0, 6.0 * one))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        kept = Path(orders["work"], f"moment-{number}")
        shutil.copytree(folder, kept, ignore=shutil.ignore_patterns("*.lock"))
        rounds.append({"folder": str(kept), "killed": True})
    return rounds


def _copied(orders: dict[str, Any], name: str) -> Path:
    return shutil.copytree(orders["base"], Path(orders["work"], name))


def _seconds(folder: Path, action: str, package: str) -> float:
    """Measure how long one action takes; what it needs is loaded after the first."""
    start = time.monotonic()
    desk = Installer(folder)
    desk.recover()
    act(desk, action, package)()
    desk.close()
    return time.monotonic() - start


def _arm(folder: Path, step: int) -> None:
    """Die before the `step`th change below `folder`."""
    left = step

    def change() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        # What `shutil.rmtree` deletes is named relative to an open folder.
        place = str(arguments[0])
        if event not in _CHANGES or (place.startswith("/") and not place.startswith(str(folder))):
            return
        if event != "open" or arguments[2] & (os.O_WRONLY | os.O_RDWR):
            change()

    def opened(*arguments: Any, _real: Callable[..., Any] = open, **options: Any) -> Any:  # noqa: ANN401
        file = _real(*arguments, **options)
        if file.writable() and str(arguments[0]).startswith(str(folder)):
            change()  # there is an empty file now
        return file

    def fsync(_: int) -> None:
        change()  # and no more: what a process has written outlives it without

    os.fsync, io.open, builtins.open = fsync, opened, opened
    sys.addaudithook(watch)


if __name__ == "__main__":
    _, mode, file = sys.argv
    told = json.loads(Path(file).read_text(encoding="utf-8"))
    json.dump({"steps": steps, "moments": moments}[mode](told), sys.stdout)
