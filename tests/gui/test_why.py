"""The explanation of a card: bars that are as long as the shares, and the evidence beside it."""

from __future__ import annotations

from gui.fake_client import FakeClient, item
from PySide6.QtCore import QBuffer
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar
from pytestqt.qtbot import QtBot

from mediadesk.engine.messages import Evidence, Reason, Why
from mediadesk.ui.desk import Desk
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.picture import Picture
from mediadesk.ui.widgets.share_chart import ShareChart
from mediadesk.ui.widgets.why import WhyView

SHARES = [("Your taste", 2.0), ("What comes next", 0.5), ("What is new", -1.0)]


def painted(picture: QImage, line: int, theme: Theme, colour: str) -> list[int]:
    """Give the columns that have a colour in the middle of a line of the chart."""
    middle = round((line + 0.5) * picture.height() / len(SHARES))
    wanted = theme.colour(colour).rgb()
    return [x for x in range(picture.width()) if picture.pixelColor(x, middle).rgb() == wanted]


def filled(colour: str) -> bytes:
    """Give a picture of one colour, as PNG."""
    picture, written = QImage(160, 90, QImage.Format.Format_RGB32), QBuffer()
    picture.fill(QColor(colour))
    picture.save(written, "PNG")
    return bytes(written.data().data())


STOCK = {colour: filled(colour) for colour in ("#ff0000", "#0000ff")}


def middle(picture: Picture) -> str:
    """Give the colour in the middle of what is painted."""
    return picture.grab().toImage().pixelColor(picture.rect().center()).name()


def test_bars_are_as_long_as_the_shares_on_either_side_of_one_line(
    application: QApplication, theme: Theme
) -> None:
    chart = ShareChart(theme, SHARES)
    chart.resize(600, chart.height())
    picture = chart.grab().toImage()
    most, little = (painted(picture, n, theme, "accent") for n in (0, 1))
    against = painted(picture, 2, theme, "danger")
    assert abs(len(most) - 4 * len(little)) <= 8, "a pixel is lost at each round end"
    assert abs(len(most) - 2 * len(against)) <= 6
    assert max(against) < min(most)
    assert abs(min(most) - min(little)) <= 1
    chart.close()


def test_a_reason_stands_with_both_pictures_and_what_would_be_without_its_seed(
    theme: Theme, qtbot: QtBot
) -> None:
    evidence = Evidence(
        kind="frame", item=item(1).id, t=61, image="#ff0000", seed_t=5, seed_image="#0000ff"
    )
    liked = Reason(
        text="Because you liked “Rain”: the picture at 1:01 is like 0:05 there",
        ranker="taste",
        seed="s",
        seed_title="Rain",
        share=0.75,
        evidence=evidence,
    )
    new = Reason(text="New in your library", ranker="novelty", share=0.25)
    desk, client = Desk(theme), FakeClient([item(1)], pictures=STOCK)
    desk.connect_engine(client)  # type: ignore[arg-type]
    view = WhyView(desk)
    view.show_why(
        Why(
            item=item(1),
            rank=1,
            of=9,
            score=1.0,
            rankers={"novelty": 0.25, "taste": 0.75},
            reasons=(liked, new),
            without={"s": 7},
        )
    )
    view.show()
    said = [label.text() for label in view.findChildren(QLabel)]
    assert said.index(liked.text) < said.index(new.text)
    assert {"75%", "25%", "Without “Rain” it would be number 7."} <= set(said)
    (chart,) = view.findChildren(ShareChart)
    assert chart.accessibleName() == "Your taste +0.75, What is new +0.25, All of them +1.00"
    own, theirs = view.findChildren(Picture)
    names = [f"1:01 · {item(1).title}", "0:05 · Rain"]
    assert [own.accessibleName(), theirs.accessibleName()] == names
    qtbot.waitUntil(lambda: [middle(own), middle(theirs)] == list(STOCK))
    desk.bridge.close()
    view.close()


def test_a_reason_that_adds_nothing_has_no_bar(theme: Theme) -> None:
    view = WhyView(Desk(theme))
    reason = Reason(text="Not played yet: a passage at 2:39", ranker="taste", share=0.0)
    view.show_why(
        Why(
            item=item(1),
            rank=3,
            of=9,
            score=0.0,
            rankers={"taste": 0.0},
            reasons=(reason,),
            without={},
        )
    )
    said = [label.text() for label in view.findChildren(QLabel)]
    assert reason.text in said
    assert not any("%" in text or "Speaks" in text for text in said)
    assert view.findChildren(QProgressBar) == []
    view.close()
