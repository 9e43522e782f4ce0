"""Checks the engine and what it stands on: each `check_…` says what it found, or raises.

All is imported late: what can't be imported must fail one check, not the program.
"""

import os
from pathlib import Path

from mediadesk.selftest.modules import each_of

_PLUGINS = frozenset({
    "audio", "episodes", "history", "keyframes", "next", "subtitles", "tags", "taste", "together",
})  # fmt: skip
_PATIENCE_S = 60


def check_plugins(folder: Path) -> str:
    """Start the engine in its own process and see that the first-party ones are ready there."""
    from mediadesk.engine.client import Client
    from mediadesk.engine.messages import Verbs

    client = Client(folder / "data", on_change=lambda _: None, on_restart=lambda: None)
    try:
        found = client.call(Verbs.plugins).result(timeout=_PATIENCE_S)
    finally:
        client.close()
    states = {plugin.name: plugin.state for plugin in found}
    ready = {name for name, state in states.items() if state == "ready"}
    if missing := _PLUGINS - ready:
        raise LookupError(f"{', '.join(sorted(missing))} not ready in {states}")
    return f"{', '.join(sorted(ready))} ready"


def check_database(folder: Path) -> str:
    """Make a library, write to it and read it again."""
    import sqlite3

    from mediadesk.store import Store, roots

    store = Store(folder / "database" / "library.db")
    try:
        store.write(lambda db: roots.add(db, folder), durable=True)
        read = [root.path for root in roots.listed(store.read())]
    finally:
        store.close()
    if read != [folder]:
        raise ValueError(f"{folder} was written and {read} read")
    return f"written and read, SQLite {sqlite3.sqlite_version}"


def check_models(folder: Path) -> str:
    """Run every model of the catalogue once, on nothing in particular."""
    import numpy as np

    from mediadesk.api import Item, Kind, ModelSpec
    from mediadesk.models import Models, load_catalogue
    from mediadesk.understand.blocks import inputs as blocks

    tasks = {model.name: model.task for model in load_catalogue()}
    inputs = {
        "text": {"text": np.array(["A film about the sea"])},
        "image": {"pixels": np.zeros((1, 224, 224, 3), np.uint8)},
        "audio": {"waveform": np.zeros((1, 48000), np.float32)},
        "fuse": blocks([Item(id="", kind=Kind.FILM, title="", path=None)], [{}]),
        "voice": {
            "input": np.zeros((1, 576), np.float32),
            "state": np.zeros((2, 1, 128), np.float32),
            "sr": np.array(16000),
        },
    }
    models = Models(folder / "cache")
    try:
        each_of(
            tasks,
            lambda name: models.run(ModelSpec(task=tasks[name], name=name), inputs[tasks[name]]),
        )
    finally:
        models.close()
    return f"{', '.join(tasks)} run"


def check_worker(_: Path) -> str:
    """Have a worker process do something."""
    from mediadesk.host.workers import Work, Workers

    workers = Workers(1)
    try:
        work = Work(key="self-test", function=os.getpid, arguments=(), timeout=60)
        outcome = workers.submit(work).result()
    finally:
        workers.close()
    if outcome.result in {None, os.getpid()}:
        raise RuntimeError(outcome.death or str(outcome.error))
    return "a process of its own answered"
