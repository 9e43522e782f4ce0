"""What is shown of the data that extractors keep."""

from collections.abc import Mapping

import pytest

from mediadesk.api import SURE, Feature
from mediadesk.engine.learnt import facts, learnt
from mediadesk.host.registry import Plugin


class Part:
    """A part with nothing but its name."""

    def __init__(self, name: str) -> None:
        self.name = name


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"speech_share": 0.427}, {"Speech": "43%"}),
        (
            {"loudness_lufs": -13.7, "tempo_bpm": 127.6},
            {"Loudness": "-14 LUFS", "Tempo": "128 bpm"},
        ),
        ({"loudness_db": -18.34, "share": 0.5}, {"Loudness": "-18 dB", "Share": "0.5"}),
        ({"peak_db": -0.2}, {"Peak": "0 dB"}),
        ({"year": 1999, "words": 12_345}, {"Year": "1999", "Words": "12,345"}),
        ({"pace": 0.123456, "beats": 128.0}, {"Pace": "0.123", "Beats": "128"}),
        ({"dark": True, "hue": None, "BPM": float("nan"), "far": 10**400}, {"Dark": "yes"}),
        ({"singers": ["Ann", "Ben"], "tracks": [{"a": 1}], "none": []}, {"Singers": "Ann, Ben"}),
        ({"beats": list(range(99))}, {"Beats": "0, 1, 2, 3, 4, 5, 6, 7, …"}),
        ({"a\x1b[31m\nb": "x\u202e\n y"}, {"A [31m b": "x y"}),
        ({"cover": 3, "description_words": 20, "frames": 16}, {"Frames": "16"}),
    ],
)
def test_short_entries_are_written_as_people_read_them(
    data: dict[str, object], told: Mapping[str, str]
) -> None:
    assert dict(facts(data)) == told


def test_what_is_not_sure_is_told_as_such() -> None:
    data = {"tempo_bpm": 88, "tempo_confidence": SURE - 0.1, "peak_db": -5.0}
    assert facts(data) == (("Tempo", "perhaps 88 bpm"), ("Peak", "-5 dB"))
    assert facts(data | {"tempo_confidence": SURE})[0] == ("Tempo", "88 bpm")
    assert not facts({"language": "nl", "languages": ["nl"]}), "the page tells how sure they are"


def test_much_and_long_data_is_cut() -> None:
    (long,) = facts({"k" * 99: "word " * 99})
    assert len(long[0]) == 40
    assert len(long[1]) <= 120
    assert len(facts({f"key {n}": n for n in range(99)})) == 12


def test_facts_stand_under_the_title_of_their_plugin() -> None:
    sound = {"extractors": (Part("audio"), Part("voice"))}
    pictures = {"extractors": (Part("hues"),), "panels": (Part("map"),)}
    plugins = [
        Plugin(name="audio", version="1", title="Audio", parts=sound),
        Plugin(name="palette", version="1", title="Colours", parts=pictures),
    ]
    known = {name: Feature(data={"n": 1}) for name in ("audio", "voice", "hues", "gone")}
    shown = learnt(known | {"mute": Feature()}, plugins)
    assert [one.title for one in shown] == ["Audio", "Audio · voice", "Colours", "gone"]
