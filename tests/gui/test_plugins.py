"""The window's half of plugins, on an engine of made-up data."""

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from gui import fake_plugins as made
from gui.fake_client import FakeClient, item
from gui.names import nameless
from PySide6.QtCore import (
    QBuffer,
    QCoreApplication,
    QEvent,
    QIODevice,
    QMimeData,
    QPointF,
    Qt,
    QUrl,
)
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QScrollArea,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from mediadesk.api import UserError
from mediadesk.api.errors import OptionNeededError
from mediadesk.engine.messages import Changed, FolderView, PluginView, Verbs
from mediadesk.ui import plan_words, plugin_words
from mediadesk.ui.card_view import CardView
from mediadesk.ui.installing import InstallDialog
from mediadesk.ui.widgets.choose import SourceDialog
from mediadesk.ui.widgets.controls import Button, OneLine
from mediadesk.ui.widgets.form import Form
from mediadesk.ui.widgets.plot import PointMap
from mediadesk.ui.widgets.sections import decoded
from mediadesk.ui.widgets.switch import Switch
from mediadesk.ui.widgets.table import TextTable
from mediadesk.ui.window import Window

Show = Callable[[FakeClient], Window]
Key = Qt.Key
COLOURS = Path(__file__).parents[2] / "plugins" / "colourmap"
WHEEL = "/home/me/mood-1.2.0-py3-none-any.whl"


def engine(known: tuple[PluginView, ...] = made.EVERY, items: int = 60) -> FakeClient:
    client = FakeClient([item(number) for number in range(items)])
    client.folders = (FolderView(path="/media", files=items, available=True),)
    client.known = known
    client.made_pages = made.PAGES
    client.known_players = made.PLAYERS
    client.plans = {
        (WHEEL, False): made.INSTALL,
        ("update", False): made.UPDATE,
        ("changed", False): made.CHANGED,
        ("long", False): made.UNSIGNED,
        ("far", False): OptionNeededError("“far” was never fetched: allow that.", "network"),
        ("far", True): made.INSTALL,
    }
    return client


def work(application: QApplication) -> None:
    """Let the window work; this engine answers at once, so that nothing has to be waited for."""
    for _ in range(5):
        application.processEvents()


def settle(application: QApplication, window: Window) -> None:
    """Let the window work until it has all its answers."""
    work(application)
    for _ in range(50):  # what is painted asks for pictures
        if window.desk.bridge.waiting:
            application.processEvents()
    assert not window.desk.bridge.waiting


def asked(client: FakeClient, verb: str) -> list[tuple[object, ...]]:
    """What a verb was called with, so far."""
    return [(*args, *more.values()) for name, args, more in client.calls if name == verb]


def button(parent: QWidget, text: str) -> QAbstractButton:
    """The visible button that says this, or whose accessible name it is."""
    found = [
        one
        for one in parent.findChildren(QAbstractButton)
        if one.isVisible() and text in {one.text().strip(), one.accessibleName()}
    ]
    assert found, f"no button “{text}”"
    return found[0]


def buttons(parent: QWidget) -> set[str]:
    """What the visible buttons say."""
    found = parent.findChildren(QAbstractButton)
    return {one.text().strip() for one in found if one.isVisible()}


def texts(parent: QWidget) -> str:
    shown = [one for one in parent.findChildren(QLabel) if one.isVisible()]
    return "\n".join(f"{one.accessibleName() or one.text()}" for one in shown).replace("\u200b", "")


def dialog(window: Window) -> InstallDialog:
    return next(one for one in window.findChildren(InstallDialog) if one.isVisible())


def go(application: QApplication, window: Window, page: str, argument: str = "") -> None:
    window.go(page, argument)
    settle(application, window)


# --- words -----------------------------------------------------------------------------------


@pytest.mark.parametrize("one", made.EVERY, ids=lambda one: one.state)
def test_a_state_is_told_in_words_colour_and_icon(one: PluginView) -> None:
    sign = plugin_words.state(one)
    assert sign.text
    assert sign.drawn
    assert sign.tone in {"good", "warning", "danger", "muted"}
    helped = bool(plugin_words.remedies(one))
    assert helped == (one.state not in {"ready", "disabled"})


def test_a_state_that_is_new_to_the_window_is_shown_as_it_is() -> None:
    assert plugin_words.state(made.plugin("x", "asleep")).text == "Asleep"


def test_hosts_with_one_reason_are_one_line_and_new_ones_come_first() -> None:
    wishes = plugin_words.wishes(made.UPDATE.permissions)
    assert [wish.new for wish in wishes] == [True, True, False, False]
    assert wishes[0].title == "Fetch from api.moods.example, *.cdn.moods.example"


def test_what_a_plugin_gives_is_told_by_what_it_does() -> None:
    told = plugin_words.provides(made.plugin("x", provides=("extractor a", "extractor b", "odd")))
    assert told == "Understands files: a, b · Odd"


def test_downloads_of_unknown_size_are_not_hidden_in_the_sum() -> None:
    told = plan_words.fetched(made.INSTALL.downloads)
    assert told == "Would be downloaded: 3 files, 12 MB, 1 file of unknown size"
    assert plan_words.fetched(()).startswith("Nothing is downloaded")


# --- the list --------------------------------------------------------------------------------


def test_the_list_says_of_each_plugin_what_it_is_and_how_it_is(
    application: QApplication, show: Show
) -> None:
    window = show(engine())
    go(application, window, "plugins")
    shown = texts(window.plugins)
    for one in made.EVERY:
        for text in (one.title, one.version, one.summary, plugin_words.state(one).text):
            assert text in shown
        assert not one.problem or one.problem in shown
    assert "4 plugins at work, 6 need attention." in shown


def test_a_switch_is_reached_and_turned_by_the_keyboard(
    application: QApplication, show: Show
) -> None:
    client = engine()
    window = show(client)
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    go(application, window, "plugins")
    assert QApplication.focusWidget() is button(window.plugins, "Details of “Pictures”")
    QTest.keyClick(window, Key.Key_Backtab)
    switch = QApplication.focusWidget()
    assert isinstance(switch, Switch)
    QTest.keyClick(switch, Key.Key_Space)
    settle(application, window)
    assert asked(client, "enable_plugin") == [("keyframes", False)]
    assert client.known[0].state == "disabled"
    assert not switch.isChecked()
    assert QApplication.focusWidget() is switch


def test_what_helps_is_one_click_away(application: QApplication, show: Show) -> None:
    client = engine()
    window = show(client)
    go(application, window, "plugins")
    button(window.plugins, "Try again: Faces").click()
    button(window.plugins, "Go back to 0.9.1: Faces").click()
    settle(application, window)
    assert asked(client, "enable_plugin") == [("faces", True)]
    assert asked(client, "rollback_plugin") == [("faces",)]
    assert next(one for one in client.known if one.name == "faces").version == "0.9.1"
    button(window.plugins, "Look for another version: Old friend").click()
    settle(application, window)
    assert asked(client, "offers") == [(False,)]
    button(window.plugins, "Installed").click()
    button(window.plugins, "See what happened: Night radio").click()
    settle(application, window)
    assert window.page is window.plugin
    assert "segmentation fault" in texts(window.plugin)


def test_a_switch_that_could_not_be_turned_goes_back_and_says_why(
    application: QApplication, show: Show
) -> None:
    client = engine()
    window = show(client)
    go(application, window, "plugins")
    client.known = made.STRANGERS
    button(window.plugins, "“Pictures” takes part").click()
    settle(application, window)
    assert "There is no plugin “keyframes”" in window.message.words.accessibleName()
    assert "Pictures" not in texts(window.plugins)


def test_the_list_follows_what_the_engine_tells(
    application: QApplication, show: Show, qtbot: QtBot
) -> None:
    client = engine(made.BUNDLED)
    window = show(client)
    go(application, window, "plugins")
    client.known = (*made.BUNDLED, made.plugin("late", title="Late one"))
    client.made_pages = ()
    window.desk.on_change(Changed(what=frozenset({"plugins"})))
    qtbot.waitUntil(lambda: "Late one" in texts(window.plugins))
    settle(application, window)
    assert window.rail.panels == {}


def test_the_index_is_read_from_the_network_only_on_the_button(
    application: QApplication, show: Show
) -> None:
    client = engine()
    client.plans[("mood", False)] = made.UPDATE
    window = show(client)
    go(application, window, "plugins")
    button(window.plugins, "Browse index").click()
    settle(application, window)
    assert "The index has not been read yet" in texts(window.plugins)
    assert asked(client, "offers") == [(False,)]
    button(window.plugins, "Look for updates (uses the network)").click()
    settle(application, window)
    assert asked(client, "offers") == [(False,), (True,)]
    shown = texts(window.plugins)
    assert "4 plugins in the index as it was last read, 1 update." in shown
    assert "卡拉OK" in shown
    button(window.plugins, "Update to 1.3.0… Mood of films").click()
    settle(application, window)
    assert "Update “Mood of films” to 1.3.0?" in texts(dialog(window))


def test_reading_the_index_is_seen_through_whatever_happens_meanwhile(
    application: QApplication, show: Show
) -> None:
    client = engine()
    window = show(client)
    go(application, window, "plugins")
    window.plugins.browse()
    settle(application, window)
    client.late = []
    button(window.plugins, "Look for updates (uses the network)").click()
    (reading,), client.late = client.late, None
    window.plugins.refresh(frozenset({"plugins"}))
    window.go("settings")
    work(application)
    client.error = UserError("The index can't be reached: try again later.")
    reading()
    settle(application, window)
    assert "The index can't be reached" in window.message.words.accessibleName()


# --- installing ------------------------------------------------------------------------------


def test_nothing_is_installed_without_consent_and_the_default_is_no(
    application: QApplication, show: Show
) -> None:
    client = engine(made.BUNDLED)
    window = show(client)
    window.acts.install(WHEEL)
    settle(application, window)
    asking = dialog(window)
    shown = texts(asking)
    for text in (
        "Install “Mood of films”?",
        "Signed by a publisher seen here for the first time",
        made.KEY,
        "Read your films, videos and music",
        "To look at the colours of your films and videos.",
        "scikit-image 0.26.0",
        "31 MB on disk, unpacked from 48 kB",
        "Brings along colour-science 0.4.6, networkx 3.5",
        "From /home/me/Downloads/mediadesk_mood-1.2.0-py3-none-any.whl",
    ):
        assert text in shown
    assert asked(client, "plan_plugin") == [(WHEEL, False)]
    cancel = button(asking, "Cancel")
    assert cancel.isDefault()  # type: ignore[attr-defined]
    QTest.keyClick(asking, Key.Key_Return)
    assert not asking.isVisible()
    assert asked(client, "install_plugin") == []
    window.acts.install(WHEEL)
    settle(application, window)
    button(dialog(window), "Install").click()
    settle(application, window)
    assert asked(client, "install_plugin") == [("one", False)]
    assert "is installed" in texts(window.toast)


def test_an_update_shows_first_what_it_wants_anew(application: QApplication, show: Show) -> None:
    window = show(engine())
    window.acts.install("update")
    settle(application, window)
    shown = texts(dialog(window))
    anew = shown.index("This version also wants to …")
    before = shown.index("As before, it may …")
    assert anew < shown.index("See what you watched, heard and liked") < before
    assert before < shown.index("Read your films, videos and music")
    assert shown.count("New\n") == 2
    assert "about 2 hours" in shown
    assert button(dialog(window), "Update").isVisible()


def test_another_key_than_before_is_shown_beside_the_old_one_and_needs_its_own_consent(
    application: QApplication, show: Show
) -> None:
    client = engine()
    window = show(client)
    window.acts.install("changed")
    settle(application, window)
    shown = texts(dialog(window))
    for text in ("Signed with another key than before", "2FA6B8C10D3E4F55", "7BC1F0A2D94E6683"):
        assert text in shown
    button(dialog(window), "Trust the new key and update").click()
    settle(application, window)
    assert asked(client, "install_plugin") == [("four", True)]


def test_a_normal_plan_needs_no_scrolling_and_a_huge_one_keeps_its_buttons(
    application: QApplication, show: Show
) -> None:
    window = show(engine())
    for source, scrolls in ((WHEEL, False), ("update", False), ("long", True)):
        window.acts.install(source)
        settle(application, window)
        asking = dialog(window)
        assert asking.height() <= window.height()
        area = asking.findChildren(QScrollArea)[-1]
        assert (area.verticalScrollBar().maximum() > 0) == scrolls
        cancel = button(asking, "Cancel")
        below = cancel.mapTo(asking, cancel.rect().bottomRight())
        assert asking.rect().contains(below)
        assert cancel.geometry().top() >= area.geometry().bottom()
        asking.reject()


def test_the_network_is_used_only_after_a_person_allows_it(
    application: QApplication, show: Show
) -> None:
    client = engine()
    window = show(client)
    window.acts.install("far")
    settle(application, window)
    assert "The network is needed" in texts(dialog(window))
    assert asked(client, "plan_plugin") == [("far", False)]
    button(dialog(window), "Allow the network for this install").click()
    settle(application, window)
    assert asked(client, "plan_plugin")[-1] == ("far", True)
    assert "Install “Mood of films”?" in texts(dialog(window))


def test_an_install_that_fails_says_so_and_can_be_looked_at_again(
    application: QApplication, show: Show
) -> None:
    client = engine()
    window = show(client)
    window.acts.install(WHEEL)
    settle(application, window)
    client.error = OSError("disk full")
    button(dialog(window), "Install").click()
    settle(application, window)
    assert "It has not been installed" in texts(dialog(window))
    assert "disk full" in texts(dialog(window))
    client.error = None
    button(dialog(window), "Look again").click()
    settle(application, window)
    assert "Install “Mood of films”?" in texts(dialog(window))


def drag(area: QWidget, path: str, *, drop: bool) -> bool:
    """Drag a file onto the window; whether it is taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path)])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(400, 300).toPoint(), copy, data, left, none)
    QApplication.sendEvent(area, enter)
    if drop and enter.isAccepted():
        QApplication.sendEvent(area, QDropEvent(QPointF(400, 300), copy, data, left, none))
    return enter.isAccepted()


def test_a_dropped_plugin_is_hinted_at_and_looked_at(application: QApplication, show: Show) -> None:
    client = engine()
    window = show(client)
    assert drag(window.drop_area, WHEEL, drop=False)
    assert window.drop_area.hint.isVisible()
    assert "mood-1.2.0-py3-none-any.whl" in texts(window.drop_area.hint)
    assert drag(window.drop_area, WHEEL, drop=True)
    settle(application, window)
    assert not window.drop_area.hint.isVisible()
    assert asked(client, "plan_plugin") == [(WHEEL, False)]
    assert "Install “Mood of films”?" in texts(dialog(window))


def test_a_dropped_folder_that_is_no_plugin_can_be_added_to_the_library_instead(
    application: QApplication, show: Show
) -> None:
    client = engine()
    window = show(client)
    window.acts.install("/home/me/Films")
    settle(application, window)
    assert "It can't be installed" in texts(dialog(window))
    button(dialog(window), "Add to the library instead").click()
    settle(application, window)
    assert asked(client, "add_folder") == [("/home/me/Films",)]


def test_a_source_can_be_typed(application: QApplication, show: Show) -> None:
    client = engine()
    window = show(client)
    go(application, window, "plugins")
    button(window.plugins, "Install…").click()
    (asking,) = window.findChildren(SourceDialog)
    asking._typed.setText(f"  {WHEEL} ")
    QTest.keyClick(asking._typed, Key.Key_Return)
    settle(application, window)
    assert asked(client, "plan_plugin") == [(WHEEL, False)]


# --- one plugin ------------------------------------------------------------------------------


def test_a_page_shows_what_a_plugin_may_do_what_it_cost_and_what_happened(
    application: QApplication, show: Show
) -> None:
    window = show(engine())
    go(application, window, "plugin", "mood")
    shown = texts(window.plugin)
    for text in (
        "Mood of films",
        "Fetch from api.moods.example, *.cdn.moods.example",
        "Most memory at once: 412 MB",
        "Not enforced on this computer",
        "Signed with the key 2FA6B8C10D3E4F55",
        "extractor mood · memory, 3 times",
        "/media/films/A quiet walk number 2.mkv",
    ):
        assert text in shown
    costs, fetched = (table.model() for table in window.plugin._usage.findChildren(TextTable))
    assert [fetched.index(0, column).data() for column in (1, 2)] == ["lyrics.org", "5.2 kB"]
    assert [costs.index(0, column).data() for column in range(3)] == [
        "extractor mood",
        "1,204",
        "14 minutes",
    ]
    log = window.plugin._log._text
    assert log.verticalScrollBar().value() >= log.verticalScrollBar().maximum() - 1
    button(window.plugin, "Copy the log").click()
    assert QApplication.clipboard().text().endswith(made.CHINESE)
    button(window.plugin, "Copy the report").click()
    assert QApplication.clipboard().text().count("\n") == 2


def test_the_price_tag_is_measured_on_the_button(application: QApplication, show: Show) -> None:
    client = engine()
    window = show(client)
    go(application, window, "plugin", "mood")
    assert asked(client, "price_plugin") == []
    button(window.plugin, "Measure the price tag").click()
    settle(application, window)
    (table,) = window.plugin._price.findChildren(TextTable)
    cells = [table.model().index(0, column).data() for column in range(6)]
    assert cells == ["extractor mood", "2 hours", "3 hours", "48 MB", "410 MB", "5 of 1,204"]
    assert "No file of a kind that it understands is here" in texts(window.plugin._price)
    assert button(window.plugin, "Measure the price tag").isEnabled()


def test_a_budget_is_shown_and_set(application: QApplication, show: Show) -> None:
    client = engine()
    window = show(client)
    go(application, window, "plugin", "mood")
    box = window.plugin._budget._box
    assert box.currentText() == "Whenever there is work"
    box.setCurrentIndex(box.findData("idle-and-mains"))
    box.activated.emit(box.currentIndex())
    settle(application, window)
    assert asked(client, "budget_plugin") == [("mood", "idle-and-mains")]
    assert box.currentData() == "idle-and-mains"


def test_settings_have_a_field_of_their_kind_and_only_changes_are_saved(
    application: QApplication, show: Show
) -> None:
    client = engine()
    window = show(client)
    go(application, window, "plugin", "mood")
    form = window.plugin._form
    assert form.changes() == {}
    save = button(form, "Save")
    assert not save.isEnabled()
    spin = form.findChildren(QAbstractSpinBox)
    assert [one.accessibleName() for one in spin] == ["Bilder", "Warmth"]
    assert "So viele." in texts(form)
    assert (spin[0].minimum(), spin[0].maximum()) == (4, 64)  # type: ignore[attr-defined]
    assert spin[1].text() == "0.35"
    wanted = ("A whole number from 4 to 64 goes here.", "A number from 0 to 1 goes here.")
    for box, said in zip(spin, wanted, strict=True):
        QTest.keyClicks(box, "x")
        assert said in texts(form)
        QTest.keyClick(box, Key.Key_Up)
        QTest.keyClick(box, Key.Key_Down)
        assert said not in texts(form)
    form.findChildren(QComboBox)[0].setCurrentText("all")
    spin[0].setValue(32)  # type: ignore[attr-defined]
    form.findChildren(Switch)[0].click()
    form.findChildren(QPlainTextEdit)[0].setPlainText("/a b\n\n  /c \n")
    assert '"points"' in texts(form)
    save.click()
    settle(application, window)
    assert asked(client, "set_plugin") == [
        (
            "mood",
            {
                "palette": "all",
                "frames": 32,
                "enabled_at_night": False,
                "ignored": ["/a b", "/c"],
            },
        )
    ]
    assert form.changes() == {}
    assert not save.isEnabled()


def test_a_refused_setting_is_explained_at_its_field_and_defaults_come_back(
    application: QApplication, show: Show
) -> None:
    window = show(engine())
    go(application, window, "plugin", "mood")
    form = window.plugin._form
    line = next(one for one in form.findChildren(QLineEdit) if one.accessibleName() == "Server")
    line.setText("wrong")
    window.plugin.refresh(frozenset({"plugins"}))
    settle(application, window)
    assert line.text() == "wrong"  # news from the engine do not overwrite what is being typed
    button(form, "Save").click()
    settle(application, window)
    assert "is no address" in form._problems["server"].text()
    button(form, "Reset to default").click()
    assert form.changes() == {
        "enabled_at_night": False,
        "palette": "few",
        "warmth": 0.5,
        "ignored": [],
    }
    assert form._problems["server"].text() == ""


def test_of_a_plugin_that_runs_inside_no_cost_is_told(
    application: QApplication, show: Show
) -> None:
    window = show(engine())
    go(application, window, "plugin", "mood")
    assert window.plugin._usage.isVisible()
    go(application, window, "plugin", "taste")
    assert not window.plugin._usage.isVisible()


def test_the_wheel_over_a_field_scrolls_the_page_and_changes_nothing(
    application: QApplication, show: Show
) -> None:
    window = show(engine())
    go(application, window, "plugin", "mood")
    box = window.plugin._form.findChildren(QComboBox)[0]
    QTest.wheelEvent(box.window().windowHandle(), _middle(window, box), QPointF(0, -120).toPoint())
    assert window.plugin._form.changes() == {}


def _middle(window: Window, widget: QWidget) -> QPointF:
    return QPointF(widget.mapTo(window, widget.rect().center()))


def test_late_answers_touch_neither_another_page_nor_a_closed_dialog(
    application: QApplication, show: Show
) -> None:
    client = engine()
    window = show(client)
    go(application, window, "plugin", "mood")
    page, client.late = window.plugin, []
    page._set_budget("idle")
    page._form.findChildren(Switch)[0].click()
    page._save({"server": "wrong"})
    page._measure()
    window.acts.install(WHEEL)
    asking = dialog(window)
    asking.reject()
    window.item._open_with.show_item(item(1))
    window.item._open_with.click()
    late, client.late = client.late, None
    window.go("plugin", "faces")
    work(application)
    assert page._form.changes() == {}  # what was typed for another plugin
    page._save({"warmth": 1.0})
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    for answer in late:
        answer()
    settle(application, window)
    assert page._content is not None
    assert page._content.plugin.name == "faces"
    assert "wrong" not in texts(page)
    assert "is no address" in window.message.words.accessibleName()
    assert not page._price.findChildren(TextTable)
    assert window.item._open_with.menu_shown is None
    assert not window.findChildren(InstallDialog)


@pytest.mark.parametrize(
    ("says", "with_data"), [("Remove, keep its data", False), ("Remove all", True)]
)
def test_removing_asks_about_the_data(
    application: QApplication, show: Show, says: str, with_data: bool
) -> None:
    client = engine()
    window = show(client)
    go(application, window, "plugins")
    go(application, window, "plugin", "mood")
    button(window.plugin, "Remove…").click()
    (box,) = window.findChildren(QMessageBox)
    assert box.defaultButton().text() == "Cancel"
    button(box, says).click()
    settle(application, window)
    assert asked(client, "remove_plugin") == [("mood", with_data)]
    assert window.page is window.plugins
    assert "Mood of films" not in texts(window.plugins)


def test_a_plugin_of_ours_can_not_be_removed_and_a_gone_one_says_so(
    application: QApplication, show: Show
) -> None:
    window = show(engine())
    go(application, window, "plugin", "taste")
    assert "Remove…" not in {
        one.accessibleName() for one in window.plugin._head.findChildren(Button)
    }
    assert "It is a part of MediaDesk" in texts(window.plugin)
    go(application, window, "plugin", "nobody")
    assert "There is no plugin “nobody”" in texts(window.plugin)
    button(window.plugin, "All plugins").click()
    assert window.page is window.plugins


def test_a_folder_in_development_says_that_it_reloads(
    application: QApplication, show: Show
) -> None:
    window = show(engine())
    go(application, window, "plugin", "lyrics")
    assert "loaded again by itself when a file in its folder changes" in texts(window.plugin)
    assert button(window.plugin, "Show its folder").isVisible()


# --- pages of plugins ------------------------------------------------------------------------


def picture(kind: str) -> bytes:
    image = QImage(40, 20, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind)
    return bytes(buffer.data().data())


def test_a_page_of_a_plugin_is_in_the_rail_and_drawn(application: QApplication, show: Show) -> None:
    client = engine()
    client.page_image = picture("PNG")
    window = show(client)
    window.rail.panels["mood/colours"].click()
    settle(application, window)
    assert window.page is window.panel
    assert window.rail.panels["mood/colours"].isChecked()
    assert not window.rail.buttons["plugins"].isChecked()
    shown = texts(window.panel)
    for text in ("Colour map", "made by the plugin “mood”", "The library by colour", "The palette"):
        assert text in shown
    (table,) = window.panel.findChildren(TextTable)
    assert table.model().index(3, 0).data() == item(3).title
    (shelf,) = window.panel.findChildren(CardView)
    assert shelf.cards.total == 8
    assert len(window.panel._maps) == 1


def test_a_map_is_walked_with_the_arrows_and_opened_with_enter(
    application: QApplication, show: Show
) -> None:
    window = show(engine())
    window.activateWindow()
    go(application, window, "panel", "mood/colours")
    dots = window.panel._maps[0]
    assert QApplication.focusWidget() is dots
    start = dots.chosen
    assert start is not None
    for key, axis, sign in (
        (Key.Key_Right, "x", 1),
        (Key.Key_Up, "y", 1),
        (Key.Key_Left, "x", -1),
        (Key.Key_Down, "y", -1),
    ):
        before = dots.chosen
        QTest.keyClick(dots, key)
        after = dots.chosen
        assert before is not None
        assert after is not None
        assert sign * (getattr(after, axis) - getattr(before, axis)) > 0
        assert after.label in dots.accessibleName()
    chosen = dots.chosen
    assert chosen is not None
    QTest.keyClick(dots, Key.Key_Return)
    settle(application, window)
    assert window.page is window.item
    assert window.item._name.text() == chosen.label


def test_every_dot_can_be_reached_from_the_middle(application: QApplication, show: Show) -> None:
    window = show(engine(items=120))
    go(application, window, "panel", "mood/colours")
    scatter = window.panel._maps[0]._scatter
    keys = (Key.Key_Left, Key.Key_Right, Key.Key_Up, Key.Key_Down)
    known, ahead = {0}, [0]
    while ahead:
        here = ahead.pop()
        for key in keys:
            there = scatter.next(here, key)
            if there not in known:
                known.add(there)
                ahead.append(there)
    assert len(known) == 120


def test_a_dot_is_pointed_at_and_clicked(application: QApplication, show: Show) -> None:
    window = show(engine())
    go(application, window, "panel", "mood/colours")
    dots = window.panel._maps[0]
    place = dots.place_of(7).toPoint()
    QTest.mouseMove(dots, place)
    found = dots._scatter.at(QPointF(place), 12)
    assert found is not None
    QTest.mouseClick(dots, Qt.MouseButton.LeftButton, pos=place)
    settle(application, window)
    assert window.page is window.item
    assert dots._points[found].label == window.item._name.text()


def test_a_page_is_not_made_anew_at_every_file_that_is_analysed(
    application: QApplication, show: Show
) -> None:
    client = engine()
    window = show(client)
    go(application, window, "panel", "mood/colours")
    dots = window.panel._maps[0]
    window.panel.refresh(frozenset({"items", "features"}))
    settle(application, window)
    assert len(asked(client, "page")) == 1
    assert "The library has changed since" in texts(window.panel)
    button(window.panel, "Refresh").click()
    settle(application, window)
    assert len(asked(client, "page")) == 2
    assert window.panel._maps[0] is dots  # the same content is not drawn again
    assert "The library has changed since" not in texts(window.panel)


def test_a_page_that_fails_or_is_empty_says_what_to_do(
    application: QApplication, show: Show
) -> None:
    client = engine()
    window = show(client)
    go(application, window, "panel", "mood/nothing")
    assert "has no page “nothing”" in texts(window.panel)
    button(window.panel, "About the plugin").click()
    settle(application, window)
    assert window.page is window.plugin
    client.page = lambda *_: replace(  # type: ignore[method-assign,assignment]
        made.panel(made.PAGES[0], ()), sections=()
    )
    go(application, window, "panel", "mood/colours")
    assert "has nothing to show yet" in texts(window.panel)


def test_only_png_and_jpeg_are_decoded(application: QApplication) -> None:
    assert decoded(picture("PNG")) is not None
    assert decoded(picture("JPG")) is not None
    assert decoded(picture("BMP")) is None
    assert decoded(b"<svg xmlns='http://www.w3.org/2000/svg'/>") is None
    assert decoded(picture("PNG")[:30]) is None
    assert decoded(b"\x89PNG" + base64.b64decode("AAAA")) is None


def test_a_map_of_many_dots_is_drawn_once_for_many_moves(
    application: QApplication, show: Show
) -> None:
    window = show(engine(items=3))
    many = made.points(tuple(item(number) for number in range(5_000)))
    dots = PointMap(window.desk.theme, "Many", many, ("", ""))
    dots.resize(1000, 520)
    dots.show()
    settle(application, window)
    drawn = dots._drawn
    assert drawn is not None
    for number in (3, 400, 4_999):
        QTest.mouseMove(dots, dots.place_of(number).toPoint())
        dots.repaint()
    assert dots._drawn is drawn
    window.desk.theme.choose("light")
    dots.repaint()
    assert dots._drawn is not drawn
    window.desk.theme.choose("dark")
    dots.close()
    dots.deleteLater()


# --- the rest of the window ------------------------------------------------------------------


def test_after_a_crash_at_start_the_plugins_can_be_switched_on_again(
    application: QApplication, show: Show
) -> None:
    client = engine()
    window = show(client)
    assert window.safe_start.isVisible()
    assert texts(window.safe_start).strip() == (
        "Plugins are switched off. MediaDesk crashed while starting. “subtitle-seeker” was being "
        "started then."
    )
    button(window.safe_start, "See plugins").click()
    assert window.page is window.plugins
    button(window.safe_start, "Switch on again").click()
    settle(application, window)
    assert asked(client, "enable_plugin") == [("subtitle-seeker", True)]
    assert not window.safe_start.isVisible()


def test_without_a_crash_there_is_no_banner(application: QApplication, show: Show) -> None:
    outside = made.plugin("outside", "switched off", source="environment", problem="Install it.")
    window = show(engine((*made.BUNDLED, outside)))
    assert not window.safe_start.isVisible()
    go(application, window, "plugins")
    assert not button(window.plugins, "“Outside” takes part").isEnabled()
    button(window.plugins, "Install…: Outside").click()
    assert window.findChildren(SourceDialog)


def test_an_item_opens_with_the_programs_that_the_engine_names(
    application: QApplication, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = engine()
    window = show(client)
    window.open_item(item(1).id)
    settle(application, window)
    window.item._open_with.click()
    settle(application, window)
    assert asked(client, "players") == [(item(1).id, 30.0)]
    menu = window.item._open_with.menu_shown
    assert menu is not None
    names = [action.text() for action in menu.actions()]
    assert names == ["mpv", "Gone && lost", "The system's player"]
    menu.actions()[0].trigger()  # the program “true”
    assert not window.message.isVisible()
    menu.actions()[1].trigger()
    assert "“/no/such/player” can't be started" in window.message.words.accessibleName()
    menu.close()


def test_players_of_one_item_are_not_offered_for_another(
    application: QApplication, show: Show
) -> None:
    client = engine()
    window = show(client)
    go(application, window, "item", item(1).id)
    client.late = []
    window.item._open_with.click()
    late, client.late = client.late, None
    window.go("item", item(2).id)
    work(application)
    assert window.item._open_with.isVisible()
    for answer in late:
        answer()
    settle(application, window)
    assert window.item._open_with.menu_shown is None


@pytest.mark.parametrize("size", [(960, 600), (1200, 800)], ids=str)
def test_pages_fit_their_window_whatever_the_texts(
    application: QApplication, show: Show, size: tuple[int, int]
) -> None:
    client = engine((made.LONG, *made.EVERY))
    long = item(1, title=made.LONG.title, liked=True, hidden=True, resume_s=3600.0)
    client.items[long.id] = long
    client.made_pages = (replace(made.PAGES[0], title=made.LONG.title), *made.PAGES[1:])
    client.index_read = True
    client.more_work = made.HELD
    window = show(client)
    window.resize(*size)
    for page, argument in (
        ("library", ""),
        ("item", long.id),
        ("activity", ""),
        ("settings", ""),
        ("plugins", ""),
        ("plugin", "long"),
        ("panel", "mood/colours"),
    ):
        go(application, window, page, argument)
        assert window.width() == size[0]
        for area in window.page.findChildren(QScrollArea):
            inner = area.widget()
            if area.isVisible() and inner is not None:
                assert inner.minimumSizeHint().width() <= area.viewport().width()
        for one in window.page.findChildren(QAbstractButton):
            if one.isVisible():
                outer = one.parentWidget()
                assert outer is not None
                assert outer.rect().contains(one.geometry()), one.accessibleName()
                assert one.width() >= one.minimumSizeHint().width(), one.accessibleName()


def test_an_item_tells_what_its_extractors_learnt(application: QApplication, show: Show) -> None:
    window = show(engine())
    go(application, window, "item", item(1).id)
    shown = texts(window.item._learnt)
    for text in ("Sound", "Loudness", "-23 dB", "Mood of films", "calm, bright, a little sad"):
        assert text in shown


def test_activity_tells_what_waits_and_why(application: QApplication, show: Show) -> None:
    client = engine()
    client.more_work = made.HELD
    window = show(client)
    go(application, window, "activity")
    shown = texts(window.activity)
    assert "All done but for what waits." in shown
    assert "12 items wait for “people (Faces)”: its plugin is quarantined." in shown
    assert "1 item waits for “Mood of films”, which waits until the computer is idle." in shown
    see = button(window.activity, "See the plugin of “people (Faces)”")
    window.activateWindow()
    see.setFocus()
    QTest.mousePress(see, Qt.MouseButton.LeftButton)
    client.more_work = (replace(made.HELD[0], left=11),)
    window.activity.refresh(frozenset({"status"}))
    settle(application, window)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert QApplication.focusWidget() is see
    assert "11 items wait for “people (Faces)”" in texts(window.activity)
    assert "1 item waits" not in texts(window.activity)
    QTest.mouseRelease(see, Qt.MouseButton.LeftButton)
    settle(application, window)
    assert window.page is window.plugin
    button(window.plugin, "Try again").click()
    settle(application, window)
    assert asked(client, "enable_plugin") == [("faces", True)]


def test_plugins_texts_are_never_drawn_as_html(application: QApplication, show: Show) -> None:
    show(engine())
    line = OneLine("<img src='file:///x'> " * 30)
    line.resize(100, 20)
    line.say("<img src='file:///x'> " * 30)
    assert line.textFormat() == Qt.TextFormat.PlainText
    assert "&lt;img" in line.toolTip()


def test_every_control_of_the_plugin_pages_has_a_name(
    application: QApplication, show: Show
) -> None:
    client = engine()
    client.index_read = True
    window = show(client)
    window.acts.install(WHEEL)
    for page, argument in (("plugins", ""), ("plugin", "mood"), ("panel", "mood/colours")):
        go(application, window, page, argument)
    window.plugins.browse()
    settle(application, window)
    assert nameless(window) == []


def test_a_form_made_of_nonsense_is_shown_and_changes_nothing(
    application: QApplication, show: Show
) -> None:
    window = show(engine())
    form = Form(window.desk.theme)
    schema = {
        "properties": {
            "a": {"type": ["string", "null"]},
            "b": "no schema",
            "c": {"type": "array", "items": {"type": "integer"}},
            "d": {"type": "integer", "minimum": -(10**30), "maximum": 10**30},
            "e": {"enum": [1, None, "x"]},
        }
    }
    form.show_settings(schema, {"a": None, "b": 1, "c": [1, 2], "d": 5, "e": None}, {})
    assert form.changes() == {}
    form.deleteLater()


# --- the real engine -------------------------------------------------------------------------


def test_a_folder_becomes_a_plugin_with_a_page_and_goes_again(
    open_window: Callable[[Path], Window], library: Path, media: Path, qtbot: QtBot
) -> None:
    window = open_window(library)
    window.acts.install(str(COLOURS))
    asking = dialog(window)
    qtbot.waitUntil(lambda: "It wants to …" in texts(asking), timeout=30_000)
    assert "Read your films, videos and music" in texts(asking)
    button(asking, "Install").click()
    qtbot.waitUntil(lambda: "colourmap/colour-map" in window.rail.panels, timeout=60_000)
    window.desk.questions.tell(Verbs.analyze, wait=True)
    qtbot.waitUntil(lambda: not window.desk.bridge.waiting, timeout=120_000)
    window.go("panel", "colourmap/colour-map")
    qtbot.waitUntil(lambda: bool(window.panel._maps), timeout=30_000)
    videos = [file for file in media.iterdir() if file.suffix in {".mkv", ".mp4", ".webm"}]
    assert len(window.panel._maps[0]._points) == len(videos)
    window.go("plugin", "colourmap")
    qtbot.waitUntil(lambda: "Show its folder" in buttons(window.plugin), timeout=30_000)
    window.plugin._form.findChildren(QSpinBox)[0].setValue(6)
    button(window.plugin._form, "Save").click()
    qtbot.waitUntil(lambda: "are saved" in texts(window.toast), timeout=30_000)
    button(window.plugin, "Measure the price tag").click()
    qtbot.waitUntil(lambda: bool(window.plugin._price.findChildren(TextTable)), timeout=60_000)
    assert window.plugin._content is not None
    window.acts.remove(window.plugin._content.plugin, with_data=True)
    qtbot.waitUntil(lambda: not window.rail.panels, timeout=30_000)
    assert COLOURS.is_dir()
    assert window.page is not window.plugin
