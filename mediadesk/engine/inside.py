"""Views what is inside an item, as extractors found it: pictures, words, sound, key moments."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from mediadesk.api import Feature, Moment
from mediadesk.engine.messages import ChapterView, MomentView, NodeView, Quote, Span
from mediadesk.search import written
from mediadesk.search.tree import Text
from mediadesk.store.graph import Edge
from mediadesk.understand import FEATURE

_PICTURES = "keyframes"
_SOUND = ("audio", "voice")
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

    While the key moments are not derived yet, the keyframes stand for them.
    """
    derived = known.get(FEATURE, Feature()).moments

    def is_one(name: str, moment: Moment) -> bool:
        if name == FEATURE or (name == _PICTURES and derived):
            return name == FEATURE
        return bool(moment.image)

    return _views(item, known, is_one)


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
    told = (pair for name in _SOUND if name in known for pair in known[name].data.items())
    return {key: number for key, value in told if (number := _number(value)) is not None}


def kinds(known: Known) -> dict[str, float]:
    """Give kind → how sure it is, by what is in an item, the surest first."""
    found = known.get(FEATURE, Feature()).data.get("kind")
    told = found.items() if isinstance(found, dict) else ()
    numbers = {name: number for name, value in told if (number := _number(value)) is not None}
    return dict(sorted(numbers.items(), key=lambda pair: -pair[1]))


def languages(known: Known) -> dict[str, float]:
    """Give the languages of what is said, as two letters each, that of most of it first.

    Each has how sure it is that it is one; who says nothing of that is sure.
    """
    data = [known.get(name, Feature()).data for name in (FEATURE, *known)]
    first = (str(each["language"]) for each in data if each.get("language"))
    rest = (str(one) for each in data for one in each.get("languages") or () if one)
    told = [
        (each.get("language"), sure)
        for each in (*data, *(track for own in data for track in _dicts(own.get("tracks"))))
        for key in ("language_confidence", "confidence")
        if (sure := _number(each.get(key))) is not None
    ]
    return {
        one: max((sure for language, sure in told if language == one), default=1.0)
        for one in dict.fromkeys((*first, *rest))
    }


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


def _dicts(value: object) -> list[Mapping[str, object]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _list(known: Known, extractor: str, key: str) -> list[object]:
    found = known.get(extractor, Feature()).data.get(key)
    return found if isinstance(found, list) else []


def _number(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None  # type: ignore[arg-type]
