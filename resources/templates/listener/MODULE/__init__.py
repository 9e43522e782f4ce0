"""Keeps a diary of what you play and like: one line of JSON an event, for scripts of your own."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from mediadesk.api import Context, Event, Listener, hookimpl


class Diary:
    """Appends to diary.jsonl in the plugin's folder.

    Events may come twice, after a crash for example; those have the same `id`.
    """

    name = "NAME"

    def __init__(self, file: Path) -> None:
        self._file = file

    def on_events(self, events: Sequence[Event]) -> None:
        """Write events down; should that fail, the same ones come again."""
        lines = [json.dumps(asdict(event), ensure_ascii=False) + "\n" for event in events]
        with self._file.open("a", encoding="utf-8") as diary:
            diary.writelines(lines)


@hookimpl
def listeners(context: Context) -> list[Listener]:
    """Hand over what this plugin has."""
    return [Diary(context.data / "diary.jsonl")]
