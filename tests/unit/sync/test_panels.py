"""What stands in the file of panels is not believed beyond what can be."""

import time
from pathlib import Path

from mediadesk.store import Store
from mediadesk.store.panels import Telling, Told
from mediadesk.sync import panels


def test_a_panel_of_times_to_come_is_of_now(store: Store, tmp_path: Path) -> None:
    """Or it would be the newest of all until then."""
    told = Told(profile="Kim", made_at=time.time() + 10**6, limits='{"Kim": null}', says="[]")
    telling = Telling(device="desk" * 4, name="desk", panels=(told,), items=(), pictures={})
    panels.lay(store, tmp_path, telling, check=len)
    [file] = tmp_path.glob("*.mdpanel")
    [read] = panels.read(file, key=None, check=len).panels
    assert read.made_at <= time.time()
