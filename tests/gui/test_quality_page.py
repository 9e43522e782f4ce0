"""How good it is: measured by a button, drawn, read as numbers, and two rankers in a contest."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from gui.fake_client import FakeClient, item
from library_factory import SHARED
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from mediadesk.engine.messages import Figure, Measured, Outcome, Progress, Verbs
from mediadesk.ui import quality_words
from mediadesk.ui.pages.quality import QualityPage
from mediadesk.ui.widgets.charted import Charted
from mediadesk.ui.widgets.table import TextTable
from mediadesk.ui.window import Window

if TYPE_CHECKING:
    import pyqtgraph

Show = Callable[[FakeClient], Window]
Opened = tuple[QualityPage, FakeClient, Window]
_PATIENCE_MS = 60_000


@pytest.fixture
def opened(show: Show, qtbot: QtBot) -> Opened:
    client = FakeClient([item(n) for n in range(3)])
    window = show(client)
    window.go("quality")
    qtbot.waitUntil(window.quality.none.isVisible)
    return window.quality, client, window


@pytest.fixture
def measured(opened: Opened, qtbot: QtBot) -> Opened:
    opened[0].measure.click()
    qtbot.waitUntil(lambda: opened[0].charts.count() == 4, timeout=_PATIENCE_MS)
    return opened


def _axis(graph: QWidget, side: str) -> pyqtgraph.AxisItem:
    import pyqtgraph

    items = graph._view.scene().items()  # type: ignore[attr-defined]
    return next(
        one for one in items if isinstance(one, pyqtgraph.AxisItem) and one.orientation == side
    )


def space(button: QWidget) -> None:
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)


def panels(page: QualityPage) -> list[Charted]:
    return page.findChildren(Charted)


def graphs(page: QualityPage) -> list[QWidget]:
    from mediadesk.ui.widgets.graph import Graph

    return page.findChildren(Graph)


def texts(panel: Charted) -> list[list[str]]:
    if panel.table is None:
        panel.numbers.click()
    assert isinstance(panel.table, TextTable)
    model = panel.table.model()
    return [
        [model.index(line, place).data() for place in range(model.columnCount())]
        for line in range(model.rowCount())
    ]


def test_neither_the_window_nor_an_empty_page_loads_what_draws() -> None:
    program = (
        "import sys, mediadesk.ui.window, mediadesk.ui.pages.quality, mediadesk.ui.pages.for_you;"
        "print('pyqtgraph' in sys.modules, 'numpy' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]


def test_the_page_is_reached_from_what_was_learnt_and_from_the_settings(opened: Opened) -> None:
    page, _, window = opened
    for name, button in (("ledger", "judge"), ("settings", "judge")):
        window.go(name)
        getattr(window.page, button).click()
        assert window.page is page


def test_a_measured_history_is_drawn_and_stands_in_numbers_beside(measured: Opened) -> None:
    page, client, _ = measured
    assert not page.none.isVisible()
    assert page.again.isVisible()
    worth, course, price, shown = panels(page)
    assert worth.table is None
    space(worth.numbers)
    assert worth.table.isVisible()
    assert texts(worth)[0] == [
        "MediaDesk", "43% (35% to 51%)", "0.26 (0.21 to 0.31)", "0.30 (0.24 to 0.36)",
    ]  # fmt: skip
    assert "Hide" in worth.numbers.accessibleName()
    space(worth.numbers)
    assert not worth.table.isVisible()
    last = client.outcome.moments[-1]
    assert texts(course)[0][0] == last.title
    assert [row[2] for row in texts(course)][-3:] == ["Below the tenth", "2", "1"]
    assert len(texts(course)) == client.outcome.users
    assert texts(price)[0][1:] == [
        "31% (30% to 32%)", "56% (54% to 58%)", "0.62 (0.60 to 0.64)",
    ]  # fmt: skip
    assert texts(shown)[0] == ["Songs", "30%", "50%"]
    assert texts(shown)[-1] == ["Not known", "4%", "10%"]


def test_a_screen_reader_is_told_what_is_drawn(measured: Opened) -> None:
    page, _, _ = measured
    told = {each.accessibleName(): each.accessibleDescription() for each in graphs(page)}
    assert len(told) == 9
    assert "MediaDesk: 43% (35% to 51%)" in told["Found among the first ten"]
    assert "Songs: 30% shown, 50% there" in told["By kind"]
    assert all(told.values())


@pytest.mark.parametrize("look", ["light", "dark", "contrast"])
def test_the_graphs_follow_the_look(application: QApplication, measured: Opened, look: str) -> None:
    page, _, window = measured
    theme = window.desk.theme
    theme.choose(look)
    application.processEvents()
    first = graphs(page)[0]
    seen = first.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    colours = {QColor(seen.pixel(x, y)).name() for x in range(seen.width()) for y in range(40)}
    accent = theme.palette.accent
    theme.choose("dark")
    assert accent in colours


def test_the_wheel_over_a_graph_scrolls_the_page(
    application: QApplication, measured: Opened
) -> None:
    page, _, window = measured
    application.processEvents()
    bar = page.findChildren(QScrollArea)[0].verticalScrollBar()
    assert bar.maximum() > 200
    graph = graphs(page)[0]
    before = graph.grab().toImage()
    at = QPointF(graph.mapTo(window, graph.rect().center()))
    QTest.wheelEvent(window.windowHandle(), at, QPoint(0, -240))
    assert bar.value() > 0
    assert graph.grab().toImage() == before, "nothing is zoomed"


def test_measuring_goes_on_while_one_is_elsewhere(
    application: QApplication, opened: Opened, qtbot: QtBot
) -> None:
    page, client, window = opened
    client.late = []
    space(page.measure)
    application.processEvents()
    assert page.halt.isVisible()
    assert page.halt.hasFocus(), "the keyboard goes on where it was"
    assert not page.none.isVisible()
    window.go("ledger")
    assert not page._often.isActive()
    late, client.late = client.late, None
    client.measuring = Progress(done=12, of=57)
    window.go("quality")
    qtbot.waitUntil(lambda: "12 of 57" in page._far.text())
    assert page._bar.value() == 12
    client.measuring = None
    for answer in late:
        answer()
    qtbot.waitUntil(lambda: page.charts.count() == 4, timeout=_PATIENCE_MS)
    assert page.again.isVisible()
    assert not page.halt.isVisible()
    window.go("ledger")
    window.go("quality")
    application.processEvents()
    assert page.charts.count() == 4
    assert [name for name, *_ in client.calls].count("measure") == 1


def test_measuring_is_stopped_by_its_button(opened: Opened, qtbot: QtBot) -> None:
    page, client, _ = opened
    client.measuring = Progress(done=1, of=57)
    page.enter()
    qtbot.waitUntil(page.halt.isVisible)
    space(page.halt)
    qtbot.waitUntil(page.none.isVisible)
    assert client.measuring is None


def test_why_it_can_not_be_measured_is_told_where_nothing_is_shown(
    opened: Opened, qtbot: QtBot
) -> None:
    page, client, window = opened
    client.too_short = "The history of “me” is too short to be replayed: like something first."
    space(page.measure)
    qtbot.waitUntil(lambda: "too short" in page.none._sentence.text())
    assert page.none.isVisible()
    assert page.measure.isVisible()
    assert not window.message.isVisible(), "it is said once"


def test_what_was_measured_before_stays_when_measuring_again_fails(
    measured: Opened, qtbot: QtBot
) -> None:
    page, client, window = measured
    client.too_short = "Measuring was stopped: begin it again whenever you like."
    space(page.again)
    qtbot.waitUntil(window.message.isVisible)
    assert page.charts.count() == 4


def test_another_person_sees_nothing_of_it(measured: Opened, qtbot: QtBot) -> None:
    page, client, _ = measured
    client.last = None
    client.who = "ann"
    page.enter()
    qtbot.waitUntil(page.none.isVisible)
    assert page.charts.count() == 0


def test_nothing_that_was_asked_for_by_another_person_comes_to_the_page(
    application: QApplication, opened: Opened, qtbot: QtBot
) -> None:
    page, client, window = opened
    client.too_short = "The history of “me” is too short to be replayed: like something first."
    client.late = []
    page.measure.click()
    application.processEvents()
    late, client.late = client.late, None
    client.who = "ann"
    window.people.switched.emit()
    window.go("quality")
    qtbot.waitUntil(lambda: page._profile == "ann")
    for answer in late:
        answer()
    application.processEvents()
    assert client.measured_for == "me"
    assert "too short" not in page.none._sentence.text()
    assert not window.message.isVisible()
    assert page.none.isVisible(), "it is not ann who is measured"


def test_what_was_drawn_for_another_person_is_gone_at_once(
    application: QApplication, measured: Opened
) -> None:
    page, client, window = measured
    application.processEvents()
    client.last, client.who, client.late = None, "ann", []
    window.people.switched.emit()
    window.go("quality")
    assert page.charts.count() == 0
    assert not page._replayed.text()
    assert not page.contest.isVisible()
    late, client.late = client.late, None
    for answer in late:
        answer()
    application.processEvents()
    assert page.contest.isVisible()


def test_a_contest_is_begun_followed_and_ended_by_keyboard(opened: Opened, qtbot: QtBot) -> None:
    page, client, _ = opened
    box = page.contest
    qtbot.waitUntil(box.isVisible)
    assert (box.first.currentText(), box.second.currentText()) == (
        "Your taste",
        "All rankers together",
    )
    assert not box.stop.isVisible()
    box.first.setFocus()
    QTest.keyClick(box.first, Qt.Key.Key_Up)  # those that there are stand in this order
    space(box.start)
    qtbot.waitUntil(box.stop.isVisible)
    assert client.contest.arms == ("novelty", "blend")
    assert not box.start.isVisible()
    assert "Nothing was seen of it yet." in box._state.text()
    client.contest = replace(
        client.contest, sittings=14, wins=7, losses=2, ties=5, share=0.78, low=0.38, high=0.97,
        needed=12, says="No difference so far.",
    )  # fmt: skip
    page.enter()
    qtbot.waitUntil(lambda: "14 sittings, 7 to 2, 5 undecided" in box._counts.text())
    assert "12 more sittings" in box._counts.text()
    (graph,) = graphs(page)
    assert graph.accessibleDescription() == "78%, between 38% and 97%"
    space(box.stop)
    qtbot.waitUntil(box.start.isVisible)
    assert "until" in box._counts.text(), "what came of it stays"


def _better(outcome: Outcome, name: str, low: float, high: float) -> Outcome:
    figure = Figure(value=(low + high) / 2, low=low, high=high)
    return replace(outcome, differences={**outcome.differences, name: {"ndcg@10": figure}})


def test_the_verdict_says_only_what_the_history_tells() -> None:
    outcome = FakeClient().outcome
    assert quality_words.verdict(outcome) == (
        "MediaDesk is better than Jellyfin's way and chance; not told apart from Streamystats' way."
    )
    worse = _better(outcome, "streamystats", -0.2, -0.1)
    assert "worse than Streamystats' way" in quality_words.verdict(worse)


def test_a_figure_that_is_not_known_is_told_so_and_drawn_as_nothing(
    opened: Opened, qtbot: QtBot
) -> None:
    page, client, _ = opened
    none = Figure(value=None, low=None, high=None)
    client.outcome = replace(client.outcome, metrics={**client.outcome.metrics, "ild": none})
    page.measure.click()
    qtbot.waitUntil(lambda: page.charts.count() == 4, timeout=_PATIENCE_MS)
    assert texts(panels(page)[2])[0][3] == "not known"


@pytest.mark.parametrize("moments", [1, 2, 3])
def test_a_course_of_one_point_is_not_drawn_but_stands_in_numbers(
    opened: Opened, qtbot: QtBot, moments: int
) -> None:
    page, client, _ = opened
    client.outcome = replace(
        client.outcome, moments=client.outcome.moments[:moments], users=moments
    )
    page.measure.click()
    qtbot.waitUntil(lambda: page.charts.count() == 4, timeout=_PATIENCE_MS)
    course = panels(page)[1]
    assert len(texts(course)) == moments
    assert any(each in graphs(page) for each in course.findChildren(QWidget)) == (moments > 2)


def test_of_few_moments_no_verdict_is_told_but_how_many_more_it_takes() -> None:
    outcome = replace(FakeClient().outcome, users=17)
    assert "3 more items" in quality_words.verdict(outcome)
    assert "better than Jellyfin" not in quality_words.verdict(outcome)
    assert "1 more item." in quality_words.verdict(replace(outcome, users=19))
    assert "better than Jellyfin" in quality_words.verdict(replace(outcome, users=20))
    measured = Measured(at=0.0, outcome=replace(outcome, users=1))
    assert quality_words.replayed(measured).startswith("Before the one item that")
    assert "whisker" not in quality_words.replayed(measured)
    assert quality_words.interval("hit@10", Figure(value=0.5, low=None, high=None)) == "50%"


def test_the_numbers_are_reached_by_tab_where_they_stand(
    application: QApplication, measured: Opened
) -> None:
    page, _, window = measured
    first, second, *_ = panels(page)
    space(first.numbers)
    application.processEvents()
    QTest.keyClick(first.numbers, Qt.Key.Key_Tab)
    assert window.focusWidget() is first.table
    QTest.keyClick(first.table, Qt.Key.Key_Tab)
    assert window.focusWidget() is second.numbers


def test_a_share_is_not_read_as_a_fraction_of_another_and_fits_beside(measured: Opened) -> None:
    page, _, _ = measured
    axis = _axis(graphs(page)[-2], "right")
    ticks = [text for level in axis._tickLevels for _, text in level]
    assert "30%, of all 50%" in ticks
    metrics = QFontMetricsF(axis.style["tickFont"])
    assert max(map(metrics.horizontalAdvance, ticks)) < axis.width()


def test_what_has_no_interval_is_a_dot(opened: Opened, qtbot: QtBot) -> None:
    import pyqtgraph

    page, client, _ = opened
    alone = {
        name: Figure(value=figure.value, low=None, high=None)
        for name, figure in client.outcome.metrics.items()
    }
    client.outcome = replace(client.outcome, metrics=alone)
    page.measure.click()
    qtbot.waitUntil(lambda: page.charts.count() == 4, timeout=_PATIENCE_MS)
    items = graphs(page)[0]._view.scene().items()
    dots = [one for one in items if isinstance(one, pyqtgraph.ScatterPlotItem) and len(one.data)]
    assert len(dots) == 4


@pytest.mark.parametrize(
    ("measure", "number", "said"),
    [
        ("hit@10", 0.431, "43%"),
        ("hit@10", 0.0157, "1.6%"),
        ("coverage", 0.0, "0%"),
        ("ndcg@10", 0.431, "0.43"),
        ("ndcg@10", 0.0087, "0.0087"),
        ("ild", 1.0, "1.00"),
    ],
)
def test_small_figures_keep_two_digits(measure: str, number: float, said: str) -> None:
    assert quality_words.value(measure, number) == said


def test_without_any_hit_there_is_still_a_course(opened: Opened, qtbot: QtBot) -> None:
    page, client, _ = opened
    none = tuple(
        replace(each, places=dict.fromkeys(each.places), ndcg=dict.fromkeys(each.ndcg, 0.0))
        for each in client.outcome.moments
    )
    client.outcome = replace(client.outcome, moments=none)
    page.measure.click()
    qtbot.waitUntil(lambda: page.charts.count() == 4, timeout=_PATIENCE_MS)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared media are not at hand")
def test_a_real_history_is_replayed_by_the_real_engine(
    library: Path, open_window: Callable[[Path], Window], qtbot: QtBot
) -> None:
    window = open_window(library)
    window.go("quality")
    page = window.quality
    qtbot.waitUntil(page.none.isVisible, timeout=_PATIENCE_MS)
    page.measure.click()
    qtbot.waitUntil(lambda: "too short" in page.none._sentence.text(), timeout=_PATIENCE_MS)
    client = window.desk.client
    ids = client.call(Verbs.ids).result()
    assert len(ids) > 7, "some are left to be found"
    for n, each in enumerate(ids[:7]):
        client.call(Verbs.event, each, "finished", share=1.0, at=1e9 + 1e4 * n).result()
    page.measure.click()
    qtbot.waitUntil(lambda: page.charts.count() == 4, timeout=_PATIENCE_MS)
    assert len(texts(panels(page)[1])) == 2, "the sixth and the seventh were foretold"
    qtbot.waitUntil(page.contest.isVisible, timeout=_PATIENCE_MS)
    page.contest.start.click()
    qtbot.waitUntil(page.contest.stop.isVisible, timeout=_PATIENCE_MS)
    assert page.contest._state.text(), "the engine says how it stands"
