"""What kind of thing an item is, from its names, its tags, its length, its sound and its pictures.

A naive Bayes classifier: every kind begins with how common it is, each piece of evidence adds the
logarithm of how much likelier it is in that kind than in others, and the sums are turned into
probabilities. The numbers are set by hand, so that no evidence but a clear name reaches `SURE_KIND`
alone; nothing says more than `_SUREST`, for names lie.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from mediadesk.api import AUDIO, VIDEO, Feature, Item, Kind, unit

SURE_KIND = 0.8
"""Probability from which an item is filed under a kind that nobody told."""
_SUREST = 0.98
_BY_LENGTH = frozenset({Kind.FILM, Kind.EPISODE, Kind.CLIP, Kind.SONG, Kind.RECORDING})
_CLEAR, _STRONG, _HINT = 6.0, 4.0, 2.5  # logarithms of how much likelier it is in that kind
Evidence = Iterator[tuple[Kind, float]]

_WORDS: tuple[tuple[str, Kind, float, str], ...] = (
    # The whole name of a folder.
    ("folder", Kind.MUSIC_VIDEO, _CLEAR, r"music ?(videos?|clips?)|mvs?|musikvideos|音乐视频"),
    ("folder", Kind.CONCERT, _CLEAR, r"(live )?concerts?|konzerte|演唱会|音乐会"),
    ("folder", Kind.HOME_VIDEO, _CLEAR, r"(home|family) ?(videos?|movies?)|家庭(录像|视频)"),
    (
        "folder",
        Kind.HOME_VIDEO,
        _CLEAR,
        r"camera( roll)?|dcim|gopro|\d{3}(apple|canon|msdcf)",
    ),
    ("folder", Kind.TALK, _CLEAR, r"talks?|lectures?|tedx?( talks)?|keynotes|webinars|vorlesungen"),
    ("folder", Kind.TALK, _CLEAR, r"vorträge|演讲|讲座|公开课"),
    ("folder", Kind.AUDIOBOOK, _CLEAR, r"audio ?books?|hörbücher|livres audio|audiolibros|有声书"),
    ("folder", Kind.PODCAST, _CLEAR, r"podcasts?|播客"),
    # The whole of a genre.
    ("genre", Kind.MUSIC_VIDEO, _CLEAR, r"music ?videos?"),
    ("genre", Kind.CONCERT, _CLEAR, r"(live )?concerts?"),
    ("genre", Kind.HOME_VIDEO, _CLEAR, r"home ?(videos?|movies?)"),
    ("genre", Kind.TALK, _CLEAR, r"talks?|lectures?|ted talks?"),
    ("genre", Kind.AUDIOBOOK, _CLEAR, r"audio ?books?|hörbuch|hörspiel|有声书"),
    ("genre", Kind.AUDIOBOOK, 1.0, r"speech|spoken( word)?|spoken & audio"),
    ("genre", Kind.SONG, -_STRONG, r"speech|spoken( word)?|spoken & audio"),
    ("genre", Kind.PODCAST, _CLEAR, r"podcasts?|播客"),
    # A part of the name of the file.
    ("name", Kind.MUSIC_VIDEO, _CLEAR, r"\bofficial (music |lyrics? |hd )?(video|mv)\b"),
    ("name", Kind.MUSIC_VIDEO, _CLEAR, r"\bmusic video\b|[\[(]m/?v[\])]"),
    ("name", Kind.CONCERT, _STRONG, r"\b(full|in) concert\b|\bunplugged\b|演唱会|音乐会"),
    ("name", Kind.CONCERT, _HINT, r"\blive (at|from|in)\b|\b(world )?tour \d{4}\b"),
    # As cameras and telephones name what they take.
    ("name", Kind.HOME_VIDEO, _CLEAR, r"^(vid|pxl|mov|img|mvi|dsc[fn]?|gopr|g[hx]\d\d)[ _-]?\d{4}"),
    ("name", Kind.HOME_VIDEO, _CLEAR, r"^(dji|whatsapp video)[ _-]?\d{4}|^(19|20)\d{6}[ _-]\d{6}"),
    ("name", Kind.HOME_VIDEO, 1.0, r"\b(birthday|wedding|christmas|holidays?|vacation)\b"),
    ("name", Kind.TALK, _STRONG, r"\bted(x\w*)? talk\b|\btedx\w*\b|\bkeynote\b|\bwebinar\b"),
    ("name", Kind.TALK, _HINT, r"\b(lecture|talk|vortrag|vorlesung)\b|演讲|讲座|公开课"),
    ("name", Kind.AUDIOBOOK, _CLEAR, r"\baudio ?book\b|\bunabridged\b|\bhörbuch\b|有声书"),
    ("name", Kind.AUDIOBOOK, _CLEAR, r"\.m4b$"),
    ("name", Kind.AUDIOBOOK, _HINT, r"\b(chapter|kapitel|chapitre) ?\d+|第.{1,4}[章回]"),
    ("name", Kind.PODCAST, _CLEAR, r"\bpodcast\b|播客"),
    ("name", Kind.PODCAST, _HINT, r"\b(ep|episode|folge)\b ?\d+|(^| )#\d+|第.{1,4}期"),
    ("name", Kind.FILM, 1.5, r"[( ](19|20)\d\d\b"),
)
"""Where a word stands, which kind it tells, its weight, and what it looks like."""
_PATTERNS = tuple(
    (where, kind, weight, re.compile(pattern, re.IGNORECASE))
    for where, kind, weight, pattern in _WORDS
)
_STAGE = frozenset(
    {"stage", "drum", "electric guitar", "acoustic guitar", "microphone", "spotlight"}
)


def kinds(item: Item, known: Mapping[str, Feature]) -> dict[str, float]:
    """Give kind → probability of an item, the likeliest first, without what is unlikely.

    All of them are for the eye, or all for the ear, as the kind that it has. What is `known` by
    extractors, if anything, counts with names, tags and length.
    """
    medium = VIDEO if item.kind in VIDEO else AUDIO
    odds: defaultdict[Kind, float] = defaultdict(float)
    for evidence in (_common(item), _named(item), _heard(item, known), _seen(item, known)):
        for kind, weight in evidence:
            odds[kind] += weight
    strong = {kind: math.exp(odds[kind] - max(odds[each] for each in medium)) for kind in medium}
    total = sum(strong.values())
    found = {kind.value: min(round(each / total, 3), _SUREST) for kind, each in strong.items()}
    return {
        kind: sure for kind, sure in sorted(found.items(), key=lambda one: -one[1]) if sure >= 0.02
    }


def understood(found: Mapping[str, float]) -> Kind | None:
    """Give the kind to file an item under, None where that isn't clear, or its length tells it."""
    kind, sure = next(iter(found.items()), ("", 0.0))
    return Kind(kind) if sure >= SURE_KIND and kind not in _BY_LENGTH else None


def _common(item: Item) -> Evidence:
    """How common kinds are among items of that length; one of unknown length may be anything."""
    minutes = item.duration / 60
    if item.kind in VIDEO:
        is_long = minutes >= 40
        yield Kind.FILM, 0.0 if is_long else -5.0
        yield Kind.CLIP, -2.0 if is_long else 0.0
        yield Kind.EPISODE, 8.0 if item.series and item.episode is not None else -9.0
        yield Kind.MUSIC_VIDEO, -2.0 if not minutes or 1 <= minutes <= 12 else -5.0
        yield Kind.CONCERT, -3.0 if not minutes or minutes >= 20 else -6.0
        yield Kind.HOME_VIDEO, -2.0 if minutes < 60 else -4.0
        yield Kind.TALK, -2.5 if not minutes or minutes >= 3 else -5.0
    else:
        is_long = minutes > 20
        yield Kind.SONG, -5.0 if is_long else 0.0
        yield Kind.RECORDING, 0.0 if is_long else -3.0
        yield Kind.AUDIOBOOK, -2.0 if is_long else -4.0
        yield Kind.PODCAST, -2.0 if is_long else -4.0


def _named(item: Item) -> Evidence:
    """What names and tags say."""
    path = item.path or Path(item.title)
    name = re.sub(r"[._]+", " ", path.stem).strip()
    texts: dict[str, Sequence[str]] = {
        "folder": [part.strip() for part in path.parent.parts],
        "genre": item.genres,
        "name": [name, path.name],
    }
    for where, kind, weight, pattern in _PATTERNS:
        fits = pattern.search if where == "name" else pattern.fullmatch
        if any(fits(text) for text in texts[where]):
            yield kind, weight
    if item.kind in VIDEO and item.artist and re.match(r".+ [-–—] .+", name):
        yield Kind.MUSIC_VIDEO, 2.0


def _heard(item: Item, known: Mapping[str, Feature]) -> Evidence:
    """What the shares of speech and music say."""
    data = known.get("audio", Feature()).data
    speech, music = data.get("speech_share", 0.0), data.get("music_share", 0.0)
    minutes = item.duration / 60
    if speech >= 0.6:
        yield Kind.TALK, 3.0 if speech >= 0.75 and minutes >= 5 else 1.0
        yield Kind.SONG, -4.0
        yield Kind.RECORDING, -1.5 if speech >= 0.75 else 0.0
        yield Kind.AUDIOBOOK, 1.5 if item.album or minutes >= 90 else 0.5
        yield Kind.PODCAST, 1.5 if 5 <= minutes <= 180 else 0.5
        yield Kind.MUSIC_VIDEO, -3.0
        yield Kind.CONCERT, -2.0
    elif music >= 0.6 and speech <= 0.2:
        yield Kind.CONCERT, 4.0 if minutes >= 20 else 0.5
        yield Kind.MUSIC_VIDEO, 1.5
        yield Kind.FILM, -1.0
        yield Kind.TALK, -4.0
        yield Kind.SONG, 2.0
        yield Kind.AUDIOBOOK, -3.0
        yield Kind.PODCAST, -3.0


def _seen(item: Item, known: Mapping[str, Feature]) -> Evidence:
    """What the pictures say: a stage, and whether they hardly change, as where somebody speaks."""
    feature = known.get("keyframes", Feature())
    shown = feature.data.get("classes", {})
    if sum(share for name, share in shown.items() if name in _STAGE) >= 0.15:
        yield Kind.CONCERT, 1.5
        yield Kind.MUSIC_VIDEO, 1.0
    vectors = [each.vector for each in feature.moments if each.vector is not None]
    if len(vectors) >= 4 and item.duration >= 300:
        import numpy as np  # names are looked at in every worker, pictures in few

        middle = unit(np.mean(vectors, axis=0))
        if float(np.mean(np.stack(vectors) @ middle)) >= 0.85:
            yield Kind.TALK, 1.5
            yield Kind.FILM, -1.5
