"""Key moments: which they are, why, and what is said then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from mediadesk.api import Array, Feature, Item, Kind, Moment, unit
from mediadesk.understand.highlights import NEW, TELLING, TYPICAL, highlights
from mediadesk.understand.summary import summary


def look(seed: int, *, like: Array | None = None, length: int = 1280) -> Array:
    """Give a vector of its own, or one whose cosine to another is about .9."""
    own = unit(np.random.default_rng(seed).standard_normal(length))
    return own if like is None else unit(like + 0.5 * own)


def pictures(vectors: Sequence[Array], *, each: float = 10.0) -> Feature:
    return Feature(
        summary=unit(np.mean(vectors, axis=0)),
        moments=tuple(
            Moment(start=each * n, end=each * (n + 1), vector=vector, image=b"jpeg %d" % n)
            for n, vector in enumerate(vectors)
        ),
    )


def words(lines: Mapping[float, str], *, topic: Array) -> Feature:
    """Give passages of four seconds; those with an exclamation mark are about the topic."""
    moments = []
    for n, (start, text) in enumerate(lines.items()):
        vector = look(50 + n, like=topic if "!" in text else None, length=512)
        moments.append(Moment(start=start, end=start + 4, text=text, vector=vector))
    return Feature(summary=topic, moments=tuple(moments), data={"languages": ["en"]})


def video(seconds: float, kind: Kind = Kind.CLIP) -> Item:
    return Item(id="v", kind=kind, title="v", path=None, duration=seconds)


def test_one_picture_is_the_most_typical_and_those_unlike_all_before_are_told() -> None:
    sea, hill = look(1), look(2)
    shown = [look(3, like=sea), look(4, like=sea), sea, hill, look(5, like=hill), look(6, like=sea)]
    found = highlights(video(60), {"keyframes": pictures(shown)})
    assert [(each.start, each.why) for each in found] == [(20, TYPICAL), (30, NEW)]
    assert [each.image for each in found] == [b"jpeg 2", b"jpeg 3"]
    assert all(each.vector is None for each in found)


def talk(count: int) -> Feature:
    """Give a passage each ten seconds; every third is about the topic."""
    lines = {10.0 * n + 2: f"Line {n}{'.' if n % 3 else '!'}" for n in range(count)}
    return words(lines, topic=look(9, length=512))


def test_the_sentences_of_the_summary_are_told_with_what_is_seen_then() -> None:
    sea = look(1)
    shown = pictures([look(n, like=sea) for n in range(2, 26)])
    known = {"keyframes": shown, "subtitles": talk(24)}
    item = video(240)
    lines = {each["text"]: each["t"] for each in summary(known)}
    found = {each.text: each for each in highlights(item, known) if each.why == TELLING}
    assert found
    assert found.keys() <= lines.keys()
    for text, moment in found.items():
        assert moment.start == lines[text]
        assert moment.start < moment.end <= moment.start + 4
        assert moment.image == b"jpeg %d" % (moment.start // 10)


def test_a_picture_has_the_sentence_nearest_to_it_unless_that_is_far_away() -> None:
    """Pictures at 0, 10 … 40 s; what is said at 22 s is nearer to that of 20 than what is at 5."""
    lines = {5: "Early!", 22: "Near!", 70: "Far!"}
    known = {
        "keyframes": pictures([look(n) for n in range(5)]),
        "subtitles": words(lines, topic=look(9, length=512)),
    }
    found = {each.start: each.text for each in highlights(video(80), known)}
    # Each is quoted once and none from afar; the first is over at 9 s.
    assert found == {10: "Early!", 20: "Near!", 30: "", 40: ""}


def test_no_sentence_is_quoted_twice() -> None:
    """Of a passage, each picture has another sentence, told by its place; a refrain counts once."""
    long = Moment(
        start=0, end=20, vector=look(50, length=512), text="The sea is calm. A gull cries. Rain!"
    )
    again = Moment(start=26, end=28, vector=look(51, length=512), text="A GULL CRIES.")
    shown = pictures([look(n) for n in range(5)], each=6)
    subtitles = Feature(summary=look(50, length=512), moments=(long, again))
    found = highlights(video(60), {"keyframes": shown, "subtitles": subtitles})
    told = {6: "The sea is calm.", 12: "A gull cries.", 18: "Rain!", 24: ""}
    assert {each.start: each.text for each in found} == told


def test_no_half_sentence_is_quoted_where_the_passage_before_is_not_compared() -> None:
    near, far = look(50, length=512), look(51, length=512)
    passages = (
        Moment(start=0, end=2, vector=near, text="All is quiet."),
        Moment(start=2, end=4, text="The old keeper"),
        Moment(start=20, end=22, vector=far, text="walks home. Rain falls."),
    )
    known = {
        "keyframes": pictures([look(n) for n in range(5)]),
        "subtitles": Feature(summary=near, moments=passages),
    }
    told = {each.text for each in highlights(video(60), known)}
    assert "Rain falls." in told
    assert "walks home." not in told


def test_what_sums_it_up_is_quoted_with_no_other_picture() -> None:
    sea = look(1)
    shown = pictures([look(n, like=None if n % 6 == 0 else sea) for n in range(24)])
    found = highlights(video(240), {"keyframes": shown, "subtitles": talk(24)})
    assert {NEW, TELLING} <= {each.why for each in found}
    quoted = [each.text for each in found if each.text]
    assert len(quoted) == len(set(quoted)) > 3


def test_of_a_passage_that_sums_it_up_no_other_picture_quotes_a_part() -> None:
    """Each passage is of two sentences, and there is a picture for each of them."""
    lines = {10.0 * n + 2: f"Here is line {n}! It has half {n} behind it." for n in range(0, 24, 6)}
    sea = look(1)
    shown = pictures([look(n, like=None if n % 12 == 0 else sea) for n in range(48)], each=5)
    said = words(lines, topic=look(9, length=512))
    item, known = video(240), {"keyframes": shown, "subtitles": said}
    found = highlights(item, known)
    telling = [each.text for each in found if each.why == TELLING]
    others = [each.text for each in found if each.why != TELLING and each.text]
    assert telling
    assert others
    assert not [text for text in others if any(text in whole for whole in telling)]


def test_a_refrain_sums_it_up_once_where_it_is_first_sung() -> None:
    refrain = "Home again, home again, over the hills and far away we go!"
    other = "The keeper lights the lamp! He waits for somebody who does not come."
    lines = {2.0: refrain, 40.0: "Ah.", 80.0: refrain, 120.0: other}
    known = {"subtitles": words(lines, topic=look(9, length=512))}
    item = video(240)
    assert [each["text"] for each in summary(known)] == [refrain, refrain, other]
    assert [(each.start, each.text) for each in highlights(item, known)] == [
        (2, refrain), (120, other)
    ]  # fmt: skip


def test_there_are_eight_at_most_spread_over_a_long_video() -> None:
    found = highlights(video(4800), {"keyframes": pictures([look(n) for n in range(48)], each=100)})
    starts = [each.start for each in found]
    assert len(starts) == len(set(starts)) == 8
    assert starts == sorted(starts)
    assert starts[0] < 1200
    assert starts[-1] > 3600
    assert max(np.diff(starts)) < 1500


def test_a_short_clip_has_few() -> None:
    shown = {"keyframes": pictures([look(n) for n in range(12)], each=1.5)}
    assert len(highlights(video(18), shown)) == 2
    assert highlights(video(18), {"keyframes": pictures([look(1)])}) == ()


def test_the_titles_of_a_film_are_no_key_moments() -> None:
    scene = look(1)
    shown = [look(90), *(look(n, like=scene) for n in range(2, 48)), look(91)]
    found = highlights(video(4800, Kind.FILM), {"keyframes": pictures(shown, each=100)})
    assert [each.why for each in found] == [TYPICAL]
    assert 96 <= found[0].start <= 4560


def test_one_who_talks_before_the_same_wall_has_a_moment_for_each_sentence() -> None:
    known = {"keyframes": pictures([look(1)]), "subtitles": talk(24)}
    item = video(240)
    found = highlights(item, known)
    assert [each.start for each in found] == sorted(each["t"] for each in summary(known))
    assert {each.image for each in found} == {b"jpeg 0"}
    assert {each.why for each in found} == {TELLING}


def test_where_hardly_anything_is_said_no_line_sums_it_up() -> None:
    shown = pictures([look(n) for n in range(6)])
    found = highlights(video(60), {"keyframes": shown, "subtitles": talk(3)})
    assert found
    assert TELLING not in {each.why for each in found}


@pytest.mark.parametrize("kind", [Kind.SONG, Kind.RECORDING])
def test_sound_alone_has_key_moments_only_where_something_is_said(kind: Kind) -> None:
    sound = Feature(moments=(Moment(start=0, end=3, vector=look(1, length=392)),))
    assert highlights(video(240, kind), {"audio": sound}) == ()
    said = {"audio": sound, "subtitles": talk(24)}
    found = highlights(video(240, kind), said)
    assert {each.why for each in found} == {TELLING}
    assert not any(each.image for each in found)


def test_the_same_features_give_the_same_moments() -> None:
    known = {"keyframes": pictures([look(n % 9) for n in range(24)]), "subtitles": talk(24)}
    found = highlights(video(240), known)
    assert found == highlights(video(240), dict(reversed(known.items())))
    shown = [each.image for each in found if each.why != TELLING]
    assert len(shown) == len(set(shown))


def test_nothing_known_gives_nothing() -> None:
    assert highlights(video(60), {}) == ()
    assert highlights(video(60), {"keyframes": Feature()}) == ()
