"""A process that writes tags and NFO files over and over, until it is killed."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from mediadesk.library import writeback
from mediadesk.library.nfo import Nfo
from mediadesk.library.originals import Originals


def main(folder: Path) -> None:
    """Write “0 0 0…”, “1 1 1…” and so on as titles into every file of a folder."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    kept = Originals(folder / "kept")
    for n in itertools.count():
        title = " ".join([str(n)] * 90)
        for path in sorted(folder.glob("*.mp3")):
            writeback.carry_out(writeback.draft_tags(path, {"title": title}), kept)
        for path in sorted(folder.glob("*.mkv")):
            writeback.carry_out(writeback.draft_nfo(path, Nfo(title=title)), kept)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
