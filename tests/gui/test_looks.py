"""What is seen: colours that can be read, texts where they belong, heads of one height."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace

import pytest
from gui.fake_client import FakeClient, item
from gui.names import controls, nameless
from gui.widths import cut_off
from PySide6.QtCore import QBuffer, QRect, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
)
from pytestqt.qtbot import QtBot

from mediadesk import app
from mediadesk.api import UserError
from mediadesk.engine.messages import (
    Card,
    FolderView,
    MomentView,
    NodeView,
    Problem,
    Shelf,
    Status,
    WorkView,
)
from mediadesk.ui import poses, words
from mediadesk.ui.cards import CardPainter, Look
from mediadesk.ui.desk import Desk
from mediadesk.ui.pages.activity import ActivityPage, WorkRow
from mediadesk.ui.pages.for_you import below
from mediadesk.ui.style import CONTRAST, DARK, LIGHT, Palette
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.chips import ChipBox
from mediadesk.ui.widgets.controls import OneLine, Sentence, label
from mediadesk.ui.widgets.empty import Empty
from mediadesk.ui.widgets.hero import Hero
from mediadesk.ui.widgets.sheet import Sheet
from mediadesk.ui.window import Window

Show = Callable[[FakeClient], Window]
DISTINCT = 3.0  # what it asks of signs
READABLE = 4.5  # the contrast that WCAG 2 asks of text, level AA
INKS = ("text", "muted", "accent_text", "reason", "good", "warning", "danger")
GROUNDS = ("window", "rail", "surface", "raised", "accent_soft")
_POSED_ON = {
    "preview": "for-you",
    "next": "guide", "end": "settings", "leave-out": "settings", "further": "item",
    "pictures": "item", "person": "item", "measured": "quality",
    "previewed": "sync", "key": "sync", "join": "sync", "new-key": "sync",
}  # else in the library  # fmt: skip
ARABIC = "مدينة الرياح"


def light(colour: QColor) -> float:
    """The relative luminance of WCAG 2."""
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
             for part in (colour.redF(), colour.greenF(), colour.blueF())]  # fmt: skip
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    """The contrast of two colours, 1 to 21."""
    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


def strongest(image: QImage, area: QRect) -> float:
    """The greatest contrast in a part of a picture with the colour in its corner."""
    ground = image.pixelColor(area.topLeft())
    return max(
        contrast(ground, image.pixelColor(x, y))
        for x in range(area.left(), area.right())
        for y in range(area.top(), area.bottom())
    )


@pytest.mark.parametrize("palette", [DARK, LIGHT, CONTRAST], ids=["dark", "light", "contrast"])
def test_every_text_can_be_read_on_every_ground(palette: Palette) -> None:
    tokens = {name: QColor(value) for name, value in asdict(palette).items()}
    weak = {
        (ink, ground)
        for ink in INKS
        for ground in GROUNDS
        if contrast(tokens[ink], tokens[ground]) < READABLE
    }
    assert weak == set()
    assert contrast(tokens["on_accent"], tokens["accent"]) >= READABLE
    assert contrast(tokens["text"], tokens["track"]) >= READABLE, "a button under the mouse"
    assert contrast(tokens["accent"], tokens["track"]) >= DISTINCT, "how far a bar is"


@pytest.mark.parametrize("look", ["dark", "light", "contrast"])
def test_a_missing_item_and_an_empty_field_can_be_read(
    application: QApplication, desk: Desk, look: str
) -> None:
    desk.theme.choose(look)
    painter_of = CardPainter(desk.theme, desk.pictures)
    cell = QRect(0, 0, 248, 208)
    image = QImage(cell.size(), QImage.Format.Format_RGB32)
    image.fill(desk.theme.colour("window"))
    painter = QPainter(image)
    painter_of.paint(painter, cell, words.tile(item(1, available=False)), Look())
    painter.end()
    assert strongest(image, QRect(0, 150, 240, 50)) >= READABLE
    field = QLineEdit()
    field.setPlaceholderText("Search your library")
    field.resize(240, 40)
    seen = field.grab().toImage()
    assert strongest(seen, QRect(8, 8, 160, 24)) >= READABLE
    desk.theme.choose("dark")


@pytest.fixture
def desk(theme: Theme) -> Desk:
    made = Desk(theme)
    made.connect_engine(FakeClient([item(n) for n in range(3)]))  # type: ignore[arg-type]
    return made


@pytest.mark.parametrize(
    "make",
    [
        lambda: label(ARABIC, "hero"),
        lambda: OneLine(ARABIC, "hero"),
        lambda: Sentence(ARABIC, "hero"),
    ],
)
def test_a_title_written_from_the_right_begins_where_the_others_do(
    application: QApplication, theme: Theme, make: Callable[[], QLabel]
) -> None:
    made = make()
    made.resize(800, 40)
    seen = made.grab().toImage()
    assert strongest(seen, QRect(0, 0, 300, 40)) > READABLE
    assert strongest(seen, QRect(500, 0, 300, 40)) < READABLE, "nothing stands at the right"


def test_what_an_empty_page_says_fills_its_lines_evenly(
    application: QApplication, theme: Theme
) -> None:
    told = "Whatever turns up twice, also as another encode, is shown here side by side."
    empty = Empty(theme, "check", "No duplicates", told)
    sentence = empty._sentence
    metrics = sentence.fontMetrics()
    lines = sentence.heightForWidth(sentence.width()) // metrics.lineSpacing()
    assert lines == 2
    assert sentence.width() < 0.7 * metrics.horizontalAdvance(told), "no word stands alone"


def test_the_heads_of_all_pages_are_of_one_height(application: QApplication, show: Show) -> None:
    window = show(FakeClient([item(n) for n in range(8)]))
    tops = {}
    for name in ("library", "collections", "tidy", "activity", "plugins", "settings"):
        window.go(name)
        app.settle(application, window)
        title = next(
            one
            for one in window.page.findChildren(QLabel)
            if one.property("role") == "hero" and one.isVisible()
        )
        tops[name] = title.mapTo(window, title.rect().center()).y()
    assert len(set(tops.values())) == 1, tops


def test_the_pick_at_the_head_is_not_shown_twice() -> None:
    cards = tuple(Card(**asdict(item(n))) for n in range(3))
    top = Shelf(id="top", title="Top picks", items=cards)
    begun = Shelf(id="continue", title="Continue", items=cards)
    assert below(top, cards[0]) == list(cards[1:])
    assert below(begun, cards[0]) == list(cards), "what was begun is all there"
    assert below(replace(top, items=cards[:1]), cards[0]) == []


def test_what_is_done_has_a_tick_and_no_bar(application: QApplication, desk: Desk) -> None:
    row = WorkRow(desk, lambda _: None)
    row.show()
    row.show_work(WorkView(extractor="audio", done=3, waiting=2, skipped=0, failed=0), {})
    assert (row._bar.isVisible(), row._done.isVisible()) == (True, False)
    row.show_work(WorkView(extractor="audio", done=5, waiting=0, skipped=0, failed=0), {})
    assert (row._bar.isVisible(), row._done.isVisible()) == (False, True)
    row.close()


def test_a_problem_names_its_file_once(desk: Desk, qtbot: QtBot) -> None:
    class Troubled(FakeClient):
        def status(self) -> Status:
            told = (
                Problem(path="/films/a.mkv", extractor=None, sentence="“/films/a.mkv” is broken."),
                Problem(path="/films/b.mkv", extractor="audio", sentence="It has no sound."),
            )
            return replace(super().status(), problems=told)

    desk.connect_engine(Troubled([item(1)]))  # type: ignore[arg-type]
    page = ActivityPage(desk)
    page.show()
    page.enter()

    def seen() -> list[str]:
        return [one.text() for one in page.findChildren(QLabel) if one.isVisible()]

    qtbot.waitUntil(lambda: "/films/b.mkv · Sound" in seen())
    assert [text for text in seen() if "a.mkv" in text] == ["“/films/a.mkv” is broken."]
    page.close()


def test_poses_are_pages_and_what_is_done_there() -> None:
    assert poses.understood("library+selected+tag")
    assert poses.understood("guide+next")
    assert not poses.understood("library+pick-all"), "the keys that pick are those of a view"
    assert not poses.understood("nowhere")


def test_what_is_posed_is_seen_and_leaves_no_trace(application: QApplication, show: Show) -> None:
    folder = FolderView(path="/films", files=8, available=True)
    items = [item(n, title="Above the Clouds") for n in range(8)]
    client = FakeClient(items, folders=[folder])
    moment = MomentView(start=1, end=2, extractor="understanding", image="moment/1", why="new")
    person = NodeView(
        kind="person", name="Ann", role="actor", source="sidecar", confidence=1, search="Ann"
    )
    client.inside = {"moments": (moment,), "keyframes": (moment,) * 3, "nodes": (person,)}
    window = show(client)
    plain = {
        page: poses.picture(application, window, page).toImage()
        for page in ("library", *set(_POSED_ON.values()))
    }
    for state in poses.STATES.keys() - {"menu", "examples"}:  # popups need a screen
        page = _POSED_ON.get(state, "library")
        posed = poses.picture(application, window, f"{page}+{state}").toImage()
        assert state == "end" or posed != plain[page], state
    assert poses.picture(application, window, "library").toImage() == plain["library"]
    assert window.topbar.search.text() == ""
    assert not window.library.browser.picked
    assert window.library.browser.view.hovered is None
    assert not any(one.isVisible() for one in (window.toast, window.message, window.library.facets))


def test_every_control_of_every_dialog_has_a_name_to_be_read_aloud(
    application: QApplication, show: Show
) -> None:
    window = show(FakeClient([item(n) for n in range(8)]))
    window.go("library")
    app.settle(application, window)
    window.library.browser.picked.toggle(0)
    named = 0
    for act in ("help", "palette", "edit", "tag", "collect"):
        window.shortcuts.run(act)
        app.settle(application, window)
        dialog = application.activeModalWidget()
        assert isinstance(dialog, QDialog), act
        found = nameless(dialog)
        named += len(controls(dialog))
        dialog.close()
        assert found == [], act
    assert named > 50


def test_a_search_that_is_not_understood_says_so_where_nothing_is_shown(
    application: QApplication, show: Show
) -> None:
    window = show(FakeClient([item(n) for n in range(8)]))
    window.go("library")
    page = window.library
    for text in ("nothing like it", "walk ("):
        window.topbar.search.setText(text)
        page._typing.timeout.emit()
        app.settle(application, window)
    assert page.none.isVisible()
    assert "close them" in page.none._sentence.text()
    assert "nothing like it" not in page.none._sentence.text()
    assert not page.hint.isVisible(), "it is said once"


def test_an_engine_that_refuses_from_the_first_is_no_endless_wait(
    application: QApplication, show: Show
) -> None:
    client = FakeClient([item(1)])
    window = show(client)
    client.error = UserError("The engine keeps stopping: run “mediadesk doctor” to see why.")
    window.go("library")
    app.settle(application, window)
    failed = window.library.browser._failed
    assert failed.isVisible()
    assert "mediadesk doctor" in failed._sentence.text()
    assert not window.library.hint.isVisible()


def test_a_dialog_is_as_high_as_its_chips_need(
    application: QApplication, show: Show, qtbot: QtBot
) -> None:
    window = show(FakeClient([item(n) for n in range(3)]))
    box = ChipBox(window.desk.theme, "Tag", hint="New tag")
    sheet = Sheet(window.desk, "Tag", "Save", window, width=320)
    sheet.body.addWidget(box)
    sheet.open()
    application.processEvents()
    box.show_names([f"evening {n}" for n in range(12)])
    qtbot.waitUntil(lambda: len({chip.y() for chip in box.chips.values()}) > 2)
    lowest = max(chip.geometry().bottom() for chip in box.chips.values())
    qtbot.waitUntil(lambda: box.rect().bottom() >= lowest)
    sheet.close()


def test_the_window_can_be_as_narrow_as_it_says(application: QApplication, show: Show) -> None:
    window = show(FakeClient([item(n) for n in range(8)]))
    least = window.minimumSize()
    window.resize(least)
    for name in dict.fromkeys(("library", "collections", *poses.PAGES)):
        if window.knows(name):
            poses._turn(window, name)
            app.settle(application, window)
            assert window.minimumSizeHint().width() <= least.width(), name
            assert window.size() == least, name
            assert not cut_off(window), name


def test_a_window_resized_elsewhere_lays_its_cards_anew(
    application: QApplication, show: Show
) -> None:
    window = show(FakeClient([item(n) for n in range(40)]))
    window.resize(1440, 900)
    window.go("library")
    app.settle(application, window)
    grid = window.library.browser.grid
    many = grid.model().columnCount()
    window.go("settings")
    window.resize(1000, 700)
    app.settle(application, window)
    window.go("library")
    app.settle(application, window)
    assert grid.model().columnCount() == grid.columns_that_fit() < many


def test_a_page_with_nothing_for_the_keyboard_has_it_on_its_tab(
    application: QApplication, show: Show
) -> None:
    window = show(FakeClient([item(n) for n in range(8)]))
    window.activateWindow()
    for face in ("missing", "twins"):
        window.go("tidy", face)
        app.settle(application, window)
        window.page.take_keyboard()
        assert window.focusWidget() is window.tidy.chips[face], face


@pytest.mark.parametrize(("look", "colour"), [("dark", "#ffffff"), ("light", "#000000")])
def test_the_words_of_a_head_can_be_read_over_any_artwork(
    application: QApplication, desk: Desk, qtbot: QtBot, look: str, colour: str
) -> None:
    class Plain(FakeClient):
        def pictures(self, keys: Sequence[str]) -> dict[str, bytes]:
            picture, data = QImage(64, 36, QImage.Format.Format_RGB32), QBuffer()
            picture.fill(QColor(colour))
            data.open(QBuffer.OpenModeFlag.WriteOnly)
            picture.save(data, "PNG")  # type: ignore[call-overload]
            return dict.fromkeys(keys, bytes(data.data().data()))

    desk.connect_engine(Plain([item(1)]))  # type: ignore[arg-type]
    desk.theme.choose(look)
    tile = words.tile(item(1))
    hero = Hero(desk, art=QSize(400, 225))
    qtbot.addWidget(hero)
    hero.resize(1100, 273)
    hero.show_tile(tile)
    qtbot.waitUntil(lambda: desk.pictures.get(tile.picture) is not None)
    seen = hero.grab().toImage()
    muted = desk.theme.colour("muted")
    weakest = min(contrast(muted, seen.pixelColor(x, 136)) for x in range(32, 600, 8))
    assert weakest >= READABLE
    desk.theme.choose("dark")
