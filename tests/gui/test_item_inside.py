"""What the page of an item shows of its inside, and the ways that lead on from there."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from gui.fake_client import FakeClient, item
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from mediadesk.engine.messages import ChapterView, FieldView, JobView, NodeView, Quote, Span
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


INSIDE: dict[str, Any] = {
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
    "languages": ("en", "de"),
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
    assert inside_words.languages(("en", "zh", "en", "qq")) == "English, Chinese, qq"


def test_what_could_not_be_read_is_said_and_a_failure_before_it() -> None:
    part = JobView(extractor="audio", state="done", problem="Only the first 3 minutes were read.")
    failed = JobView(extractor="keyframes", state="failed", problem="It is damaged.")
    skipped = JobView(extractor="subtitles", state="skipped", problem="It has none.")
    assert pending((part, skipped)) == "Only the first 3 minutes were read."
    assert pending((part, failed)).startswith("It is damaged.")
    assert pending((skipped,)) == ""
