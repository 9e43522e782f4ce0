"""The listener writing to a real folder."""

import json
from pathlib import Path

from mediadesk.api import Event, EventKind, testing

from MODULE import listeners


def test_every_event_is_a_line(tmp_path: Path) -> None:
    (listener,) = listeners(testing.Context(folder=tmp_path))
    for n in range(2):
        event = Event(id=f"d:{n}", profile="家", item="i", kind=EventKind.LIKE, at=float(n))
        listener.on_events([event])
    listener.on_events([])
    lines = (tmp_path / "diary.jsonl").read_text(encoding="utf-8").splitlines()
    told = [(event["id"], event["kind"], event["profile"]) for event in map(json.loads, lines)]
    assert told == [("d:0", "like", "家"), ("d:1", "like", "家")]
