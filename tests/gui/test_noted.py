"""What a person does with a card is noted by the real window: by whom, when, where it stood."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import library_factory
import pytest
from media_factory import film
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mediadesk.api import UserError
from mediadesk.engine.messages import Ledger, Verbs
from mediadesk.engine.messages.ledgers import Source
from mediadesk.play import vlc
from mediadesk.ui.widgets.shelf import Shelf
from mediadesk.ui.window import Window
from mediadesk.ui.words import Tile

LONG = 20_000
TOLD_S = 3.5  # seconds, somewhat more than the least that is told
KEYS = {
    "like": Qt.Key.Key_L,
    "less": Qt.Key.Key_D,
    "not-now": Qt.Key.Key_N,
    "hide": Qt.Key.Key_H,
    "rated": Qt.Key.Key_4,
}


def log(library: Path, item: str) -> list[dict[str, Any]]:
    """Give what was noted of an item, oldest first."""
    db = sqlite3.connect(library / "library.db")
    db.row_factory = sqlite3.Row
    rows = db.execute("SELECT * FROM event WHERE item = ? ORDER BY rowid", [item]).fetchall()
    db.close()
    return [dict(row) | {"context": json.loads(row["context"])} for row in rows]


def kinds(library: Path, item: str) -> list[str]:
    return [event["kind"] for event in log(library, item)]


@pytest.fixture
def window(open_window: Callable[[Path], Window], library: Path, qtbot: QtBot) -> Window:
    opened = open_window(library)
    qtbot.waitUntil(lambda: opened.for_you._panel is not None, timeout=LONG)
    return opened


def here(window: Window) -> tuple[Shelf, Tile, dict[str, object]]:
    """Go to a card by keyboard; give its shelf, it, and where it stands."""
    shelf = next(one for one in window.for_you._shelves if not one.isHidden())
    shelf.view.take_keyboard()
    tile = shelf.view.tile_here()
    assert tile is not None
    assert tile.origin is not None
    where = {"page": "for-you", "shelf": tile.origin.shelf, "slot": tile.origin.slot}
    assert all(where.values())
    return shelf, tile, where


def sources(window: Window, item: str) -> tuple[Source, ...]:
    """Give what the ledger tells of an item, newest first."""
    told = window.desk.client.call(Ledger.listed).result(20)
    return next((one.sources for one in told.opinions if one.item.id == item), ())


def watch(window: Window, item: str, qtbot: QtBot) -> None:
    """Play an item until so much of it was watched that it is told."""
    window.desk.played.emit(item, 0.0)
    window.player.set_volume(0)
    playback = window.player.playback
    qtbot.waitUntil(lambda: playback.is_on and playback.position > TOLD_S, timeout=LONG)


@pytest.fixture
def films(window: Window, tmp_path: Path, qtbot: QtBot) -> list[str]:
    """Two films of half a minute in the library."""
    try:
        vlc.version()
    except UserError as error:
        pytest.skip(str(error))
    folder = tmp_path / "films"
    folder.mkdir()
    for n in range(2):
        film(folder / f"The long walk {n}.mkv", seconds=30.0 + n)
    library_factory.rest(*folder.iterdir())
    call = window.desk.client.call
    call(Verbs.add_folder, str(folder)).result(20)
    qtbot.waitUntil(lambda: len(call(Verbs.ids, text="long walk").result(20)) == 2, timeout=LONG)
    return list(call(Verbs.ids, text="long walk").result(20))


@pytest.mark.skipif(not library_factory.SHARED.exists(), reason="the shared media are not at hand")
def test_what_is_said_of_a_card_by_a_key_says_where_it_stood_and_is_in_the_ledger(
    window: Window, library: Path, qtbot: QtBot
) -> None:
    for kind, key in KEYS.items():
        shelf, tile, where = here(window)
        begun = time.time()
        QTest.keyClick(shelf.view, key)
        qtbot.waitUntil(lambda: bool(kinds(library, tile.id)), timeout=LONG)  # noqa: B023
        (event,) = log(library, tile.id)
        assert (event["profile"], event["kind"], event["context"]) == ("me", kind, where)
        assert event["value"] == (0.8 if kind == "rated" else 0.0)
        assert begun <= event["at"] <= time.time()
        assert re.fullmatch(r"[0-9a-f]{16}:\d+", event["id"]), "the device and its number"
        (source,) = sources(window, tile.id)
        assert (source.id, source.kind, source.at) == (event["id"], kind, event["at"])
        told = {"page": source.page, "shelf": source.shelf, "slot": source.slot}
        assert told == where
        # What was judged gives its place on the panel to another.
        gone = tile.id
        qtbot.waitUntil(lambda: here(window)[1].id != gone, timeout=LONG)  # noqa: B023


def test_what_was_said_of_a_card_and_is_taken_back_is_in_the_log_and_not_in_the_ledger(
    window: Window, library: Path, qtbot: QtBot
) -> None:
    shelf, tile, where = here(window)
    QTest.keyClick(shelf.view, KEYS["like"])
    qtbot.waitUntil(lambda: "Liked" in window.toast.sentence, timeout=LONG)
    window.toast.undo_button.click()
    qtbot.waitUntil(lambda: kinds(library, tile.id) == ["like", "undo"], timeout=LONG)
    assert where.items() <= log(library, tile.id)[-1]["context"].items()
    assert sources(window, tile.id) == ()


def test_a_dislike_that_is_pressed_twice_was_said_once(
    window: Window, library: Path, qtbot: QtBot
) -> None:
    shelf, tile, _ = here(window)
    for _ in range(2):
        QTest.keyClick(shelf.view, KEYS["less"])
    qtbot.waitUntil(lambda: kinds(library, tile.id) == ["less", "less"], timeout=LONG)
    assert len(sources(window, tile.id)) == 1


def test_a_film_that_is_left_for_another_is_abandoned_and_still_on_continue(
    window: Window, library: Path, films: list[str], qtbot: QtBot
) -> None:
    first, second = films
    watch(window, first, qtbot)
    window.go("library")
    qtbot.waitUntil(lambda: kinds(library, first) == ["played"], timeout=LONG)
    watch(window, second, qtbot)
    qtbot.waitUntil(lambda: kinds(library, first) == ["played", "abandoned"], timeout=LONG)
    played, left = log(library, first)
    assert 0.05 < left["value"] == played["value"] < 0.9
    assert left["context"]["position"] == played["context"]["position"]
    assert [source.kind for source in sources(window, first)] == ["abandoned", "played"]
    shelves = window.desk.client.call(Verbs.for_you).result(20).shelves
    assert first in {card.id for one in shelves if one.id == "continue" for card in one.items}
    watch(window, second, qtbot)
    window.go("library")
    qtbot.waitUntil(lambda: "played" in kinds(library, second), timeout=LONG)
    assert "abandoned" not in kinds(library, second), "it was begun anew, and nothing instead"


def test_what_is_opened_again_while_the_player_is_on_its_way_is_begun_once(
    window: Window, films: list[str], qtbot: QtBot
) -> None:
    begun: list[str] = []
    window.desk.played.emit(films[0], 0.0)
    playback = window.player.playback
    playback.sat_down.connect(lambda: begun.append(playback.sitting.item.id))
    with qtbot.waitSignal(playback.learnt, timeout=LONG):
        pass
    assert playback.player is None, "libVLC is still on its way"
    watch(window, films[0], qtbot)
    assert begun == [films[0]]
