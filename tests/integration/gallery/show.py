"""Shows every hostile plugin to a real engine, and prints what became of it as a table.

Run it from the root of the repository: PYTHONPATH=tests python -m integration.gallery.show
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

from integration.gallery.catalogue import EXHIBITS
from integration.gallery.museum import lacking, opened

_LONGEST = 300


def main() -> None:
    """Print a row for each plugin, as soon as it is known."""
    logging.disable()
    print("| plugin | what it tries | what stopped it | state | what a person reads |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with opened(folder / "museum", folder) as museum:
            for exhibit in EXHIBITS:
                if why := lacking(exhibit):
                    cells = [exhibit.name, exhibit.tries, "not shown here", "", why]
                else:
                    shown = museum.show(exhibit)
                    told = shown.sentence.replace(str(folder), "…")
                    cells = [exhibit.name, exhibit.tries, exhibit.stopped_by, shown.state, told]
                print(f"| {' | '.join(map(_cell, cells))} |", flush=True)


def _cell(text: str) -> str:
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return short.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":  # the workers import this module anew
    main()
