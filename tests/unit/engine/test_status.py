"""What is told of the work that goes on."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from mediadesk.engine import views
from mediadesk.engine.messages import WorkView
from mediadesk.library.scan import scan_root
from mediadesk.store import Store, locations, roots
from mediadesk.store.locations import Location

_AT_WORK: Any = SimpleNamespace(
    pipeline=SimpleNamespace(busy=True, trouble=None),
    seconds_left=lambda waiting: sum(waiting.values()) / 2,
)


def test_time_left_counts_what_will_be_done_and_waits_until_all_files_are_opened(
    tmp_path: Path,
) -> None:
    store = Store(tmp_path / "library.db")
    work = (
        WorkView(extractor="audio", done=0, waiting=60, skipped=0, failed=0),
        WorkView(
            extractor="slow", done=0, waiting=900, skipped=0, failed=0, held="waits for quiet"
        ),
    )

    def left() -> float | None:
        return views.status(
            store.read(), _AT_WORK, settling=0, work=work, pace="", paused=False
        ).seconds_left

    assert left() == 30.0
    store.write(lambda db: roots.add(db, Path("/media")))
    file = Location(path=Path("/media/a.mp4"), root=Path("/media"), size=1, mtime_ns=1)
    store.write(lambda db: locations.save_locations(db, [file]))
    assert left() is None, "nobody knows what is in it"
    store.close()


def test_a_folder_is_scanned_once_it_was_looked_through_to_its_end(tmp_path: Path) -> None:
    store = Store(tmp_path / "library.db")
    media = tmp_path / "media"
    media.mkdir()
    store.write(lambda db: roots.add(db, media))

    def is_scanned() -> bool:
        [root] = roots.listed(store.read())
        return views.folder(root).scanned

    assert not is_scanned()
    scan_root(store, media)
    assert is_scanned()
    store.close()
