"""Views what is inside an item, as extractors found it: pictures, words, sound, key moments."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from mediadesk.api import SAID, Feature, Moment
from mediadesk.engine.messages import ChapterView, MomentView, NodeView, Quote, Span
from mediadesk.search import written
from mediadesk.search.tree import Text
from mediadesk.store.features import LEARNT
from mediadesk.store.graph import Edge
from mediadesk.understand import FEATURE
from mediadesk.understand.languages import languages as weighed
from mediadesk.understand.languages import told

_PICTURES = "keyframes"
_SOUND = "audio"
_WEIGHED = frozenset({FEATURE, "text", *SAID})
"""What is told of their languages is weighed in the feature that is derived."""
Known = Mapping[str, Feature]
"""Extractor → what it learnt about one item."""


def keyframes(item: str, known: Known) -> tuple[MomentView, ...]:
    """View the pictures that stand for an item, by time."""
    return _views(item, known, lambda name, moment: name == _PICTURES and moment.image)


def passages(item: str, known: Known) -> tuple[MomentView, ...]:
    """View what is said or written in an item, by time."""

    def is_passage(name: str, moment: Moment) -> bool:
        is_text = bool(moment.text) and not moment.image
        return name != FEATURE and is_text and not moment.language

    return _views(item, known, is_passage)


def moments(item: str, known: Known) -> tuple[MomentView, ...]:
    """View the key moments, and what else extractors found that has a picture, by time.

    A key moment has the last keyframe before it, or the first one. While the key moments are not
    derived yet, the keyframes stand for them.
    """
    derived = known.get(FEATURE, Feature()).moments

    def is_one(name: str, moment: Moment) -> bool:
        if name == FEATURE or (name == _PICTURES and derived):
            return name == FEATURE
        return bool(moment.image)

    pictures = keyframes(item, known)
    starts = [each.start for each in pictures]
    return tuple(
        replace(each, image=pictures[max(0, bisect_right(starts, each.start) - 1)].image)
        if each.extractor == FEATURE and pictures
        else each
        for each in _views(item, known, is_one)
    )


def summary(known: Known) -> tuple[Quote, ...]:
    """View the summary: what was said that says most about an item, by time."""
    said = _list(known, FEATURE, "summary")
    quotes = [
        Quote(start=float(start), text=str(each["text"]))
        for each in said
        if isinstance(each, dict)
        and each.get("text")
        and (start := _number(each.get("t"))) is not None
    ]
    return tuple(sorted(quotes, key=lambda quote: quote.start))


def chapters(own: Iterable[tuple[float, str]], known: Known) -> tuple[ChapterView, ...]:
    """View the chapters of the file, else those that are proposed."""
    views = tuple(ChapterView(start=start, title=title) for start, title in own)
    return views or tuple(
        ChapterView(start=float(each[0]), title=str(each[1]), proposed=True)
        for each in _list(known, FEATURE, "chapters")
        if isinstance(each, list) and len(each) == 2 and _number(each[0]) is not None
    )


def spans(known: Known) -> tuple[Span, ...]:
    """View the intros and credits that were found, by time."""
    found = [
        Span(start=float(each[0]), end=float(each[1]), label=str(each[2]))
        for each in _list(known, FEATURE, "spans")
        if isinstance(each, list) and len(each) == 3 and None not in map(_number, each[:2])
    ]
    return tuple(sorted(found, key=lambda span: span.start))


def sound(known: Known) -> dict[str, float]:
    """Give the numbers that the sound was measured by: shares, loudness, tempo."""
    return _numbers(known.get(_SOUND, Feature()).data)


def kinds(known: Known) -> dict[str, float]:
    """Give kind → how sure it is, by content or by what people filed others as, surest first."""
    taught = _numbers(known.get(LEARNT, Feature()).data.get("kind"))
    found = taught or _numbers(known.get(FEATURE, Feature()).data.get("kind"))
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def languages(known: Known) -> dict[str, float]:
    """Give the languages that an item is in, as two letters each, with how sure that is.

    First come those that follow from all that is known, then those that other plugins tell of;
    who says nothing of how sure it is, is sure.
    """
    derived = known.get(FEATURE)
    found = _numbers(derived.data.get("languages")) if derived else weighed(known)
    for name, feature in known.items():
        if name not in _WEIGHED:
            found = found | told(feature.data, unsaid=1.0) | found
    return found


def nodes(edges: Sequence[Edge]) -> tuple[NodeView, ...]:
    """View the edges of an item, each with the search for all that its node has to do with."""
    return tuple(
        NodeView(
            kind=each.kind,
            name=each.name,
            role=each.role,
            source=each.source,
            confidence=round(each.confidence, 4),
            search=search(each.kind, each.name),
        )
        for each in edges
    )


def search(kind: str, name: str) -> str:
    """Write the search for all that a node has to do with."""
    return written(Text(kind, name, whole=True))  # type: ignore[arg-type]  # nodes are fields


def _views(
    item: str, known: Known, wanted: Callable[[str, Moment], object]
) -> tuple[MomentView, ...]:
    found = [
        MomentView(
            start=moment.start,
            end=moment.end,
            extractor=name,
            text=moment.text,
            image=f"moment/{item}/{name}/{n}" if moment.image else None,
            why=moment.why,
        )
        for name, feature in known.items()
        for n, moment in enumerate(feature.moments)
        if wanted(name, moment)
    ]
    return tuple(sorted(found, key=lambda each: each.start))


def _list(known: Known, extractor: str, key: str) -> list[object]:
    found = known.get(extractor, Feature()).data.get(key)
    return found if isinstance(found, list) else []


def _numbers(value: object) -> dict[str, float]:
    told = value.items() if isinstance(value, Mapping) else ()
    return {key: number for key, each in told if (number := _number(each)) is not None}


def _number(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None  # type: ignore[arg-type]
