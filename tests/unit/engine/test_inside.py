"""What extractors found inside an item is viewed as far as it is there, whatever is missing."""

from mediadesk.api import Feature, Moment
from mediadesk.engine import inside
from mediadesk.engine.messages import ChapterView, Quote, Span
from mediadesk.search import parse
from mediadesk.search.tree import Text
from mediadesk.store.graph import NODES, Edge

_KNOWN = {
    "keyframes": Feature(moments=tuple(Moment(start=n, end=n, image=b"j") for n in (1.0, 5.0))),
    "subtitles": Feature(
        moments=(Moment(start=3.0, end=4.0, text="A storm comes."),),
        data={"language": "de", "languages": ["de", "fr"]},
    ),
    "audio": Feature(data={"loudness_lufs": -20.5, "music_share": 1, "sure": True, "tags": {}}),
    "understanding": Feature(
        moments=(Moment(start=5.0, end=6.0, text="A storm", why="typical"),),
        data={
            "languages": {"en": 0.9, "zh": None},
            "spans": [[50, 60.0, "credits"], [0.0, 9.5, "intro"], ["x"], 3],
            "kind": {"clip": 0.1, "talk": 0.9, "film": None},
            "summary": [{"t": 7.0, "text": "Later."}, {"t": 3, "text": "A storm."}, {"t": None}],
            "chapters": [[0.0, "Storm"], [40, "Calm"], "odd", [1]],
        },
    ),
}


def test_all_that_is_known_is_viewed_by_time() -> None:
    assert [each.image for each in inside.keyframes("i", _KNOWN)] == [
        "moment/i/keyframes/0", "moment/i/keyframes/1"
    ]  # fmt: skip
    assert [(each.start, each.text) for each in inside.passages("i", _KNOWN)] == [
        (3.0, "A storm comes.")
    ]
    (moment,) = inside.moments("i", _KNOWN)
    assert (moment.image, moment.why) == ("moment/i/keyframes/1", "typical")
    assert inside.summary(_KNOWN) == (
        Quote(start=3, text="A storm."),
        Quote(start=7, text="Later."),
    )
    assert inside.spans(_KNOWN) == (
        Span(start=0, end=9.5, label="intro"), Span(start=50, end=60, label="credits")
    )  # fmt: skip
    assert inside.sound(_KNOWN) == {"loudness_lufs": -20.5, "music_share": 1.0}
    assert inside.languages(_KNOWN) == {"en": 0.9}
    assert list(inside.kinds(_KNOWN).items()) == [("talk", 0.9), ("clip", 0.1)]


def test_languages_that_other_plugins_tell_come_after_those_that_were_weighed() -> None:
    known = {
        "guest": Feature(data={"language": "nl", "languages": ["nl", "en"]}),
        "understanding": Feature(data={"languages": {"en": 0.45}}),
        "subtitles": Feature(data={"language": "de", "languages": ["de"], "tracks": []}),
        "text": Feature(data={"language": "fr", "language_confidence": 1.0}),
    }
    found = inside.languages(known)
    assert (found, list(found)) == ({"en": 0.45, "nl": 1.0}, ["en", "nl"])


def test_chapters_are_proposed_only_where_the_file_has_none() -> None:
    assert inside.chapters([(2.0, "One")], _KNOWN) == (ChapterView(start=2.0, title="One"),)
    assert inside.chapters([], _KNOWN) == (
        ChapterView(start=0, title="Storm", proposed=True),
        ChapterView(start=40, title="Calm", proposed=True),
    )


def test_while_the_key_moments_are_not_derived_the_keyframes_stand_for_them() -> None:
    known = {name: feature for name, feature in _KNOWN.items() if name != "understanding"}
    assert inside.moments("i", known) == inside.keyframes("i", known)
    palette = {**_KNOWN, "palette": Feature(moments=(Moment(start=2.0, end=3.0, image=b"j"),))}
    assert [each.extractor for each in inside.moments("i", palette)] == ["palette", "understanding"]


def test_a_key_moment_has_the_last_keyframe_before_it_or_the_first() -> None:
    starts = (0.5, 1.0, 4.9, 5.0, 9.0)
    derived = Feature(moments=tuple(Moment(start=n, end=n, why="typical") for n in starts))
    seen = [each.image for each in inside.moments("i", {**_KNOWN, "understanding": derived})]
    assert seen == [f"moment/i/keyframes/{n}" for n in (0, 0, 0, 1, 1)]
    assert [each.image for each in inside.moments("i", {"understanding": derived})] == [None] * 5
    dark = Feature(moments=(Moment(start=0.0, end=1.0), *_KNOWN["keyframes"].moments))
    assert inside.moments("i", {"keyframes": dark, "understanding": derived})[-1].image == (
        "moment/i/keyframes/2"
    )


def test_nothing_known_is_nothing_shown() -> None:
    assert not inside.keyframes("i", {})
    assert not inside.moments("i", {})
    assert not inside.summary({})
    assert not inside.chapters([], {})
    assert not inside.spans({})
    assert not inside.sound({})
    assert not inside.languages({})
    assert not inside.kinds({})


def test_the_search_of_each_node_is_one_that_can_be_asked() -> None:
    edges = [
        Edge(kind=kind, name=name, role="x", source="user")
        for kind in NODES
        for name in ('Ann “the” "Bee" O\'Cee', "and", "OR", "海")
    ]
    for node in inside.nodes(edges):
        assert parse(node.search) == Text(node.kind, node.name, whole=True)  # type: ignore[arg-type]
