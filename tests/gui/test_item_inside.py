"""What the page of an item shows of its inside, and the ways that lead on from there."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from gui.fake_client import FakeClient, item
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from mediadesk.api import SURE
from mediadesk.engine.messages import (
    ChapterView,
    FieldView,
    JobView,
    MomentView,
    NodeView,
    Quote,
    Span,
)
from mediadesk.ui import inside_words
from mediadesk.ui.pages.item import pending
from mediadesk.ui.window import Window

Show = Callable[[FakeClient], Window]
Played = list[tuple[str, float]]
FILM = f"{4:032x}"


def node(name: str, role: str, kind: str = "person") -> NodeView:
    return NodeView(
        kind=kind, name=name, role=role, source="sidecar", confidence=1.0, search=f'{kind}="{name}"'
    )


def pictured(start: float, place: int, why: str = "", text: str = "") -> MomentView:
    name = "understanding" if why else "keyframes"
    image = f"moment/{FILM}/{name}/{place}"
    return MomentView(start=start, end=start + 1, extractor=name, image=image, why=why, text=text)


INSIDE: dict[str, Any] = {
    "moments": (
        pictured(20, 0, "the most typical picture", "Nobody came & went."),
        pictured(50, 1, "unlike all before it"),
    ),
    "keyframes": tuple(pictured(10.0 * n, n) for n in range(7)),
    "passages": (
        MomentView(start=8, end=9, extractor="subtitles", text="A lamp."),
        MomentView(start=30, end=41, extractor="subtitles", text="A storm."),
    ),
    "summary": (
        Quote(start=12.5, text="The keeper lights the lamp & waits."),
        Quote(start=48, text="Nobody came that night."),
    ),
    "chapters": (
        ChapterView(start=0, title="Harbour", proposed=True),
        ChapterView(start=40, title="Storm", proposed=True),
    ),
    "spans": (Span(start=3, end=9, label="intro"), Span(start=55, end=61, label="credits")),
    "sound": {"speech_share": 0.7, "music_share": 0.2, "silence_share": 0.1, "loudness_lufs": -35},
    "languages": {"en": 0.9, "de": 0.9},
    "nodes": (
        node("Walks", "set", "set"),
        node("Somebody", "artist"),
        node("Ann & Co", "director"),
        node("calm", "tag", "tag"),
        *(node(f"Player {n}", "actor") for n in range(14)),
        node("Iceland", "country", "place"),
    ),
}


@pytest.fixture
def client() -> FakeClient:
    made = FakeClient([item(number) for number in range(8)])
    made.inside = dict(INSIDE)
    return made


@pytest.fixture
def window(application: QApplication, show: Show, client: FakeClient) -> Window:
    made = show(client)
    made.open_item(FILM)
    work(application)
    return made


@pytest.fixture
def played(window: Window) -> Played:
    """What is played from where, instead of playing it."""
    found: Played = []
    window.desk.played.disconnect()
    window.desk.played.connect(lambda which, start: found.append((which, start)))
    return found


def work(application: QApplication) -> None:
    for _ in range(8):
        application.processEvents()


def again(application: QApplication, window: Window) -> None:
    window.item.refresh(frozenset({"features"}))
    work(application)


def test_the_lines_of_the_summary_are_quoted_and_play_from_where_they_are_said(
    window: Window, played: Played
) -> None:
    box = window.item.summary
    assert box.isVisible()
    said = [each.text() for each in box.findChildren(QLabel)]
    assert "“The keeper lights the lamp & waits.”" in said
    assert [button.text() for button in box.buttons] == ["0:12", "0:48"]
    assert "Play from 0:48: “Nobody came" in box.buttons[1].accessibleName()
    box.buttons[1].setFocus()
    QTest.keyClicks(box.buttons[1], " ")
    assert played == [(FILM, 48.0)]


def cards(window: Window) -> list[tuple[str, str, str, float | None]]:
    """What the cards of the moments say, and from where they play."""
    shelf = window.item.moments
    tiles = [shelf.model.tile(n) for n in range(shelf.model.total)]
    return [(one.title, one.reason, one.pill, one.start) for one in tiles if one]


def test_a_key_moment_says_why_it_is_one_and_quotes_what_is_said(window: Window) -> None:
    assert window.item.moments.view.accessibleName() == "Key moments"
    assert cards(window) == [
        ("The most typical picture", "“Nobody came & went.”", "0:20", 20),
        ("Unlike all before it", "", "0:50", 50),
    ]


def test_all_pictures_are_shown_where_they_are_asked_for_and_each_plays(
    application: QApplication, window: Window, played: Played
) -> None:
    shelf = window.item.moments
    assert shelf.switch.text() == "All 7 pictures"
    shelf.switch.setFocus()
    QTest.keyClick(shelf.switch, Qt.Key.Key_Return)
    work(application)
    assert shelf.view.accessibleName() == "Pictures"
    assert cards(window) == [
        ("At 0:00", "", "0:00", 0),
        ("At 0:10", "“A lamp.”", "0:10", 10),
        ("The most typical picture", "“Nobody came & went.”", "0:20", 20),
        ("At 0:30", "“A storm.”", "0:30", 30),
        ("At 0:40", "“A storm.”", "0:40", 40),
        ("Unlike all before it", "", "0:50", 50),
        ("At 1:00", "", "1:00", 60),
    ]
    shelf.view.take_keyboard(3)
    again(application, window)
    assert len(cards(window)) == 7, "what is learnt meanwhile does not turn it back"
    assert shelf.view.here == 3
    QTest.keyClick(shelf.view, Qt.Key.Key_Return)
    assert played == [(FILM, 30.0)]
    left = Qt.MouseButton.LeftButton
    second = shelf.view.visualRect(shelf.model.index(0, 1)).center()
    QTest.mouseClick(shelf.view.viewport(), left, pos=second)
    assert played[1:] == [(FILM, 10.0)]
    assert shelf.switch.text() == "Key moments only"
    QTest.mouseClick(shelf.switch, left)
    work(application)
    assert len(cards(window)) == 2


def test_another_item_is_shown_with_its_key_moments(
    application: QApplication, window: Window
) -> None:
    window.item.moments.switch.click()
    window.open_item(f"{5:032x}")
    work(application)
    assert len(cards(window)) == 2
    assert window.item.moments.switch.text() == "All 7 pictures"


def test_where_the_moments_are_all_pictures_there_is_nothing_to_switch(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    shelf = window.item.moments
    shelf.switch.click()
    client.inside["moments"] = client.inside["keyframes"]
    again(application, window)
    assert not shelf.switch.isVisible()
    assert shelf.view.accessibleName() == "Moments"
    client.inside["keyframes"] = INSIDE["keyframes"][:2]
    client.inside["moments"] = INSIDE["moments"]
    again(application, window)
    assert not shelf.switch.isVisible()
    assert shelf.view.accessibleName() == "Key moments"
    client.inside["moments"] = ()
    again(application, window)
    assert not shelf.isVisible()


def test_chapters_that_are_proposed_say_so_and_intro_and_credits_stand_with_them(
    application: QApplication, window: Window, client: FakeClient, played: Played
) -> None:
    box = window.item.chapters
    assert [each.text() for each in box.buttons] == [
        "0:00  Harbour", "0:03  Intro, to 0:09", "0:40  Storm", "0:55  Credits, to 1:01"
    ]  # fmt: skip
    assert box._heading.text() == "Proposed chapters"
    assert box._note.isVisible()
    box.buttons[2].click()
    assert played == [(FILM, 40.0)]
    client.inside["chapters"] = (ChapterView(start=0, title="Own"),)
    client.inside["spans"] = ()
    again(application, window)
    assert [each.text() for each in box.buttons] == ["0:00  Own"]
    assert (box._heading.text(), box._note.isVisible()) == ("Chapters", False)
    client.inside["chapters"], client.inside["spans"] = (), INSIDE["spans"]
    again(application, window)
    assert box._heading.text() == "Intro and credits"


def test_of_five_hundred_chapters_the_first_are_shown_until_all_are_wanted(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    box = window.item.chapters
    assert not box.more.isVisible()
    client.inside["chapters"] = tuple(ChapterView(start=n, title=f"C{n}") for n in range(500))
    client.inside["spans"] = ()
    again(application, window)
    assert len(box.buttons) == 40
    assert box.more.text() == "Show all 500 chapters"
    box.more.setFocus()
    QTest.keyClick(box.more, Qt.Key.Key_Space)
    assert len(box.buttons) == 500
    assert not box.more.isVisible()
    assert box.buttons[40].hasFocus()
    again(application, window)
    assert len(box.buttons) == 500, "news about it do not close them"


def test_people_and_places_are_chips_that_show_all_that_is_theirs(window: Window) -> None:
    wanted: list[str] = []
    window.desk.search_wanted.connect(wanted.append)
    chips = window.item.credits.chips
    assert chips["director/Ann & Co"].text() == "Ann && Co", "no key of the window"
    assert chips["director/Ann & Co"].accessibleName() == "Director: show all of “Ann & Co”"
    chips["director/Ann & Co"].click()
    chips["country/Iceland"].click()
    assert wanted == ['person="Ann & Co"', 'place="Iceland"']
    assert not {"artist/Somebody", "tag/calm"} & set(chips), "they are shown in their own places"


def test_of_a_long_cast_the_rest_comes_when_it_is_asked_for(
    application: QApplication, window: Window
) -> None:
    chips = window.item.credits.chips
    assert chips["actor/Player 9"].isVisible()
    assert not chips["actor/Player 10"].isVisible()
    (more,) = [
        each for each in window.item.credits.findChildren(QPushButton) if each.text() == "4 more"
    ]
    more.click()
    work(application)
    assert chips["actor/Player 13"].isVisible()
    assert chips["actor/Player 10"].hasFocus()
    assert not more.isVisible()


def test_what_is_cut_is_told_whole_by_the_tip_and_to_who_listens(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    long = "Maximiliane von und zu Hohenstaufen-Wittelsbach-Lothringen <the Elder>"
    client.inside["nodes"] = (node(long, "director"), node("Ann", "writer"))
    client.inside["chapters"] = (ChapterView(start=0, title=long), ChapterView(start=9, title=""))
    again(application, window)
    chips, buttons = window.item.credits.chips, window.item.chapters.buttons
    for cut in (chips[f"director/{long}"], buttons[0]):
        assert cut.text().endswith("…")
        assert "&lt;the Elder&gt;" in cut.toolTip(), "as it is, and not as HTML"
        assert long in cut.accessibleName()
    assert chips["writer/Ann"].toolTip() == ""
    assert buttons[2].text() == "0:09  Chapter 2"


def test_proposed_chapters_are_kept_by_keyboard_and_then_are_its_own(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    box = window.item.chapters
    assert box.keep.isVisible()
    box.keep.setFocus()
    QTest.keyClick(box.keep, Qt.Key.Key_Return)
    work(application)
    assert [name for name, *_ in client.calls].count("keep_chapters") == 1
    assert "Kept the proposed chapters" in window.toast.sentence
    again(application, window)
    assert box._heading.text() == "Chapters"
    assert not box.keep.isVisible()


def test_a_tag_that_is_not_sure_says_perhaps_and_whose_it_is(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    guessed = {f"tag {n:02}": 0.01 * n for n in range(2, 20)}
    client.inside["tags"] = {"sea": SURE, "storm": SURE - 0.02, **guessed}
    again(application, window)
    chips = window.item.yours.tags.chips
    assert (chips["sea"].button.text(), chips["storm"].button.text()) == ("sea", "perhaps storm")
    assert f"{SURE - 0.02:.0%} sure" in chips["storm"].button.toolTip()
    shown = list(chips)
    assert len(shown) == 12, "no more than help"
    assert shown[-1] == "tag 10"


def test_a_chip_leads_by_keyboard_to_the_library_and_back(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    chip = window.item.credits.chips["director/Ann & Co"]
    chip.setFocus()
    QTest.keyClick(chip, Qt.Key.Key_Return)
    work(application)
    assert window.page_name == "library"
    assert window.topbar.search.text() == 'person="Ann & Co"'
    window.shortcuts.run("back")
    work(application)
    assert window.page_name == "item"


def test_nothing_known_of_the_inside_takes_no_room(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    client.inside = {}
    again(application, window)
    page = window.item
    assert not page.summary.isVisible()
    assert not page.chapters.isVisible()
    assert not page.credits.isVisible()
    assert "Language" not in dict(page._told)


def test_the_page_says_how_it_sounds_in_which_languages_and_that_the_kind_is_a_guess(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    told = dict(window.item._told)
    assert told["Language"] == "English, German"
    assert told["Sounds like"] == "Mostly speech, some music, some silence, very quiet"
    assert window.item._line.text().startswith("Video · ")
    kind = FieldView(name="kind", value="talk", source="understood", locked=False, said=())
    client.inside |= {"fields": (kind,), "kinds": {"talk": 0.87, "clip": 0.08, "film": 0.02}}
    again(application, window)
    assert window.item._line.text().startswith("Probably a video · ")
    assert dict(window.item._told)["May be"] == "Talk 87%, Video 8%, Film 2%"
    client.inside["fields"] = (replace(kind, locked=True),)
    again(application, window)
    assert "May be" not in dict(window.item._told)
    assert window.item._line.text().startswith("Video · ")


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({}, ""),
        ({"music_share": 1.0, "tempo_bpm": 117.6, "loudness_lufs": -9.0},
         "Music, about 118 beats a minute, loud"),
        ({"music_share": 0.5, "speech_share": 0.45, "tempo_bpm": 90, "tempo_confidence": 0.1},
         "Music, speech"),
        ({"silence_share": 0.97, "loudness_lufs": -70.0}, "Silence"),
        ({"speech_share": 0.02, "loudness_lufs": -20.0}, ""),
    ],
)  # fmt: skip
def test_sound_is_told_in_words(numbers: dict[str, float], words: str) -> None:
    assert inside_words.sound(numbers) == words


def test_languages_are_named_each_once_and_strange_ones_as_they_are() -> None:
    assert inside_words.languages({"en": 0.9, "zh": 1.0, "qq": SURE}) == "English, Chinese, qq"
    assert inside_words.languages({"nb": 0.9, "no": 0.9}) == "Norwegian Bokmål"


def test_a_language_that_is_not_sure_is_no_fact() -> None:
    unsure = {"nl": SURE - 0.01, "en": 0.9, "af": 0.2}
    assert inside_words.languages(unsure) == "English, perhaps Dutch, perhaps Afrikaans"


def test_what_could_not_be_read_is_said_and_a_failure_before_it() -> None:
    part = JobView(extractor="audio", state="done", problem="Only the first 3 minutes were read.")
    failed = JobView(extractor="keyframes", state="failed", problem="It is damaged.")
    skipped = JobView(extractor="subtitles", state="skipped", problem="It has none.")
    assert pending((part, skipped)) == "Only the first 3 minutes were read."
    assert pending((part, failed)).startswith("It is damaged.")
    assert pending((skipped,)) == ""
