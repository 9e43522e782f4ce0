"""The page of an item holds whatever it may be: nothing is cut off, nothing lies on another."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from gui.fake_client import FakeClient, item
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QLineEdit, QPushButton, QWidget

from mediadesk import app
from mediadesk.engine.messages import ChapterView, ItemView, MomentView, NodeView, Quote, Span
from mediadesk.ui.window import Window

Show = Callable[[FakeClient], Window]
FILM = f"{0:032x}"
ENDLESS = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 3
HEBREW = "איש אחד הולך ביער ולא פוגש איש, עד שהערב יורד והציפורים שותקות"
CHINESE = "从山顶往下看，山谷只是云下的一个传闻。" * 6
_WRAPPED = Qt.TextFlag.TextWordWrap.value
LENGTHS = {"second": 1.0, "hours": 12 * 3600.0}


def person(name: str, role: str = "actor") -> NodeView:
    return NodeView(
        kind="person", name=name, role=role, source="sidecar", confidence=1.0, search="person=x"
    )


def moment(start: float, text: str = "", why: str = "unlike all before it") -> MomentView:
    return MomentView(start=start, end=start + 1, extractor="understanding", text=text, why=why)


def full(seconds: float, text: str) -> dict[str, Any]:
    """All that may be known of an item of so many seconds, in words of this kind."""
    return {
        "summary": tuple(Quote(start=seconds * n / 5, text=text) for n in range(5)),
        "moments": tuple(moment(seconds * n / 8, text) for n in range(8)),
        "keyframes": tuple(moment(seconds * n / 48) for n in range(48)),
        "chapters": tuple(
            ChapterView(start=seconds * n / 30, title=text, proposed=True) for n in range(30)
        ),
        "spans": (Span(start=0, end=seconds / 2, label="intro"),),
        "languages": dict.fromkeys(("en", "de", "fr", "zh", "ar", "he", "ja", "pt", "nl"), 0.3),
        "sound": {"speech_share": 0.4, "music_share": 0.4, "silence_share": 0.2},
        "nodes": (
            person(text[:80], "director"),
            *(person(f"{text[:60]} {n}") for n in range(40)),
            person("Iceland", "country"),
        ),
    }


NOTHING = {"moments": (), "facts": (), "description": "", "similar": (), "tags": {}, "learnt": ()}
ITEMS: dict[str, tuple[ItemView, dict[str, Any]]] = {
    "endless": (item(0, title=ENDLESS, artist=ENDLESS, album=ENDLESS), full(600, ENDLESS)),
    "hebrew": (item(0, title=HEBREW, series=HEBREW, season=1, episode=2), full(600, HEBREW)),
    "chinese": (item(0, title=CHINESE, duration_s=LENGTHS["hours"]), full(43200, CHINESE)),
    "short": (item(0, title="A", duration_s=LENGTHS["second"]), full(1.0, "Ah!")),
    "bare": (item(0, title="Nothing is known", duration_s=0.0, year=None), NOTHING),
}


class Client(FakeClient):
    """Knows of an item what it is told to, and nothing else."""

    def item(self, name: str, *, profile: str | None = None) -> Any:  # noqa: ANN401
        told = {key: value for key, value in self.inside.items() if key in NOTHING}
        self.inside, kept = {k: v for k, v in self.inside.items() if k not in told}, self.inside
        page = replace(super().item(name, profile=profile), **told)
        self.inside = kept
        return page


@pytest.mark.parametrize("size", [(1440, 900), (1024, 700)], ids=["large", "small"])
@pytest.mark.parametrize("which", ITEMS)
def test_whatever_an_item_is_its_page_holds_it(
    application: QApplication, show: Show, which: str, size: tuple[int, int]
) -> None:
    one, inside = ITEMS[which]
    client = Client([one, *(item(n) for n in range(1, 4))])
    client.inside = dict(inside)
    window = show(client)
    window.resize(*size)
    window.open_item(FILM)
    app.settle(application, window)
    for more in window.item.credits.findChildren(QPushButton):
        if more.text().endswith(" more"):
            more.click()
    app.settle(application, window)
    page, area = window.item._body, window.item._area
    assert page.isVisible()
    assert page.width() <= area.viewport().width(), "it would have to be scrolled aside"
    parts = {part: place(part, page) for part in shown(page)}
    assert parts
    for part, where in parts.items():
        assert page.rect().contains(where), f"{name(part)} is cut off"
        least = part.minimumSizeHint().height()
        assert where.height() >= min(least, 16), f"{name(part)} is too low"
    for text in page.findChildren(QLabel):
        if text.isVisible() and text.wordWrap():
            wide = text.fontMetrics().boundingRect(text.rect(), _WRAPPED, text.text()).width()
            assert wide <= text.width(), f"{name(text)} is wider than its place"
    for (one_part, here), (other, there) in combinations(parts.items(), 2):
        assert not here.intersects(there), f"{name(one_part)} lies on {name(other)}"


def shown(page: QWidget) -> list[QWidget]:
    """The parts that say something: labels, buttons and fields, but not those inside of fields."""
    found: list[QWidget] = []
    for kind in (QLabel, QPushButton, QLineEdit):
        found += [
            part
            for part in page.findChildren(kind)
            if part.isVisible() and (part.text() or isinstance(part, QLineEdit))
        ]
    return [part for part in found if type(part.parentWidget()) is not QLineEdit]


def place(part: QWidget, page: QWidget) -> QRect:
    return QRect(part.mapTo(page, part.rect().topLeft()), part.size())


def name(part: QWidget) -> str:
    frame = part.parentWidget()
    while frame is not None and type(frame) in {QWidget, QFrame}:
        frame = frame.parentWidget()
    said = part.text() if isinstance(part, QLabel | QPushButton | QLineEdit) else ""
    return f"“{said[:40]}” in {type(frame).__name__}"
