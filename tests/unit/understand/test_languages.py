"""The languages of an item: its sound's own, what was heard, and last what is to be read in it."""

import pytest

from mediadesk.api import SURE, Feature
from mediadesk.api.types import Json
from mediadesk.understand.calibrated import SAME
from mediadesk.understand.languages import languages, told

FRENCH = {"sound": {"language": "fr", "language_confidence": 0.9}}
ENGLISH = {
    "language": "en",
    "languages": ["en"],
    "tracks": [
        {"language": "en", "confidence": 0.9, "passages": 9, "chosen": True},
        {"language": "zh", "confidence": 1.0, "passages": 8, "chosen": False},
    ],
}
HEARD = {"language": "de", "tracks": [{"language": "de", "confidence": 0.8, "passages": 3}]}
BURNED_IN = {
    "language": "zh",
    "languages": ["zh", "en"],
    "tracks": [{"language": "zh", "confidence": 1.0}, {"language": "en", "confidence": 0.5}],
}
SUNG = {"language": "nl", "language_confidence": 0.9}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, {}),
        ({"subtitles": FRENCH}, {"fr": 0.9}),
        ({"subtitles": FRENCH | ENGLISH, "speech": HEARD}, {"fr": 0.9}),
        ({"subtitles": ENGLISH, "speech": HEARD}, {"de": 0.8}),
        ({"subtitles": ENGLISH}, {"en": 0.9 * SAME}),
        ({"ocr": BURNED_IN}, {"zh": SAME, "en": 0.5 * SAME}),
        ({"subtitles": ENGLISH, "speech": HEARD, "text": SUNG}, {"de": 0.8}),
        ({"text": {"language": "nl"}}, {"nl": 0.0}),
        ({"subtitles": {"language": "", "tracks": [{"language": "", "confidence": 0.0}]}}, {}),
    ],
)
def test_the_sound_tells_then_what_was_heard_and_last_what_is_read(
    data: dict[str, Json], expected: dict[str, float]
) -> None:
    known = {name: Feature(data=each) for name, each in data.items()}
    assert languages(known) == pytest.approx(expected, abs=0.001)
    assert list(languages(known)) == list(expected)


def test_what_is_only_to_be_read_is_never_sure() -> None:
    by_its_letters = {"language": "zh", "tracks": [{"language": "zh", "confidence": 1.0}]}
    assert 0 < languages({"subtitles": Feature(data=by_its_letters)})["zh"] < SURE


def test_lyrics_are_in_a_language_as_surely_as_texts_found_so_surely_are() -> None:
    def sung(sure: float) -> float:
        data = {"language": "nl", "language_confidence": sure}
        return languages({"text": Feature(data=data)})["nl"]

    found = [sung(each / 20) for each in range(21)]
    assert found == sorted(found)
    assert sung(1.0) > 0.95, "the words of a whole song tell it"
    assert sung(0.85) < SURE, "of texts that were found so surely about every second one is right"


def test_a_language_is_as_sure_as_the_surest_who_tells_it() -> None:
    tracks = [{"language": "de", "confidence": 0.4}, {"language": "de", "confidence": 0.6}, "odd"]
    data = {"languages": ["de", "fr", None], "tracks": tracks}
    assert told(data) == {"de": 0.6, "fr": 0.0}
    assert told(data, unsaid=1.0) == {"de": 0.6, "fr": 1.0}
    assert told({"language": 3, "languages": "de", "tracks": {}}) == {}
