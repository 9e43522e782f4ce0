"""What kind of thing an item is: from its names, tags and length, sound, pictures and what is said.

A naive Bayes classifier: every kind begins with how common it is, each piece of evidence adds the
logarithm of how much likelier it is in that kind than in others, and the sums are turned into
probabilities. These numbers are set by hand; how much each source of evidence is worth, so that a
kind is right as often as it says, is fitted by `packaging/models/confidence.py` on files made up of
real voices and music, and on titles of the web. There is nothing free to tell how often folders and
genres lie, so they count as they are; nothing says more than `_SUREST`, for names do.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from mediadesk.api import AUDIO, VIDEO, Feature, Item, Kind, said, unit
from mediadesk.understand.calibrated import KINDS

SURE_KIND = 0.8
"""Probability from which an item is filed under a kind that nobody told."""
_SUREST = 0.98
LEAST = 0.02
"""Probability of a kind that is worth naming."""
BY_LENGTH = frozenset({Kind.FILM, Kind.EPISODE, Kind.CLIP, Kind.SONG, Kind.RECORDING})
"""The kinds that an item has by its length and its number, where nothing else is known."""
_CLEAR, _STRONG, _HINT = 6.0, 4.0, 2.5  # logarithms of how much likelier it is in that kind
_OPENING, _ENDING = 180.0, 120.0  # seconds in which one says what this is, or was
_CLEAR_BEAT = 0.5  # confidence of a tempo
_SUNG = 3  # passages of lyrics that are no accident
_SONG = 720.0  # seconds, the longest that is filmed
_FEWEST = 4  # moments that can be compared
# Mean cosine from which pictures are of one camera, and windows of sound of one room.
_SAME_PICTURE, _SAME_ROOM = 0.85, 0.87
_LABELS = frozenset({"folder", "genre"})  # what somebody filed it under, in one word
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
    ("name", Kind.CONCERT, _STRONG, r"\blive (at|from|in)\b|\b(world )?tour \d{4}\b"),
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
    ("name", Kind.CLIP, _HINT, r"\b(trailer|teaser)\b\W*\d*$"),
    # A part of what is said when it begins and ends.
    ("said", Kind.AUDIOBOOK, _CLEAR, r"\blibri ?vox recordings?\b"),
    ("said", Kind.AUDIOBOOK, _STRONG, r"\b(read|narrated) (for you )?by\b|\bend of chapter\b"),
    ("said", Kind.AUDIOBOOK, _STRONG, r"\bgelesen von\b|\blu par\b|\bleído por\b|由.{1,12}播讲"),
    ("said", Kind.AUDIOBOOK, _HINT, r"\bchapter (one|1|i)\b|\bkapitel (eins|1)\b|第[一1][章回]"),
    ("said", Kind.PODCAST, _STRONG, r"\bwelcome (back )?to\b.{0,60}\b(podcast|show|episode)\b"),
    ("said", Kind.PODCAST, _STRONG, r"\b(get|listen to) your podcasts\b|\b(this|our|my) podcast\b"),
    ("said", Kind.PODCAST, _STRONG, r"\bwillkommen .{0,40}\bpodcast\b|收听.{0,20}(播客|节目)"),
    ("said", Kind.PODCAST, _HINT, r"\b(this|today[’']s) episode\b|\bmy guest today\b|本期节目"),
    ("said", Kind.TALK, 1.5, r"\b(talk|speak) (to you )?(today )?about\b|\bnext slide\b"),
    ("said", Kind.TALK, 1.5, r"\b(this|my) (talk|lecture|presentation)\b|大家(讲|分享)"),
    # A part of the description.
    ("about", Kind.AUDIOBOOK, _STRONG, r"\bnarrated by\b|\blibrivox\b|\bunabridged\b"),
    ("about", Kind.PODCAST, _HINT, r"\bpodcast\b|\bin this episode\b|播客"),
    ("about", Kind.MUSIC_VIDEO, _STRONG, r"\bofficial (music )?video (for|of)\b"),
    ("about", Kind.CONCERT, _HINT, r"\brecorded live (at|in|on)\b"),
    ("about", Kind.TALK, _HINT, r"\b(this|a) (talk|lecture) (by|on|about|was)\b|\bted\.com\b"),
)
"""Where a word stands, which kind it tells, its weight, and what it looks like."""
_PATTERNS = tuple(
    (where, kind, weight, re.compile(pattern, re.IGNORECASE))
    for where, kind, weight, pattern in _WORDS
)
_ARTIST_AND_TITLE = re.compile(r".*[^\W\d].* [-–—] .*[^\W\d]")
_STAGE = frozenset(
    {"stage", "drum", "electric guitar", "acoustic guitar", "microphone", "spotlight"}
)


def kinds(item: Item, known: Mapping[str, Feature]) -> dict[str, float]:
    """Give kind → probability of an item, the likeliest first, without what is unlikely.

    All of them are for the eye, or all for the ear, as the kind that it has. What is `known` by
    extractors, if anything, counts with names, tags and length.
    """
    medium = VIDEO if item.kind in VIDEO else AUDIO
    found = evidence(item, known)
    return probabilities(
        {
            kind: sum(KINDS[source] * odds.get(kind, 0.0) for source, odds in found.items())
            for kind in medium
        }
    )


def evidence(item: Item, known: Mapping[str, Feature]) -> dict[str, dict[Kind, float]]:
    """Give source → kind → log-odds that it adds, as the rules below have them.

    Sources are an item's length; labels, which are its folders and genres; words in its name, of
    it and in it; and its content. How much each is worth, calibration tells.
    """
    texts = _texts(item, known)
    told: dict[str, tuple[Evidence, ...]] = {
        "length": (_common(item),),
        "labels": (_matched(texts, _LABELS),),
        "words": (_matched(texts, texts.keys() - _LABELS), _credited(item, texts)),
        "content": (_heard(item, known), _seen(item, known)),
    }
    found: dict[str, dict[Kind, float]] = {}
    for source, parts in told.items():
        odds: defaultdict[Kind, float] = defaultdict(float)
        for kind, weight in itertools.chain(*parts):
            odds[kind] += weight
        found[source] = dict(odds)
    return found


def probabilities(odds: Mapping[Kind, float]) -> dict[str, float]:
    """Give kind → probability for log-odds, the likeliest first, without what is unlikely."""
    most = max(odds.values())
    strong = {kind: math.exp(each - most) for kind, each in odds.items()}
    total = sum(strong.values())
    found = {kind.value: min(round(each / total, 3), _SUREST) for kind, each in strong.items()}
    likeliest = sorted(found.items(), key=lambda one: -one[1])
    return {kind: sure for kind, sure in likeliest if sure >= LEAST}


def understood(found: Mapping[str, float]) -> Kind | None:
    """Give the kind to file an item under, None where that isn't clear, or its length tells it."""
    kind, sure = next(iter(found.items()), ("", 0.0))
    return Kind(kind) if sure >= SURE_KIND and kind not in BY_LENGTH else None


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
        yield Kind.SONG, -5.0 if is_long else -1.5 if minutes > 9 else 0.0
        yield Kind.RECORDING, 0.0 if is_long else -3.0
        yield Kind.AUDIOBOOK, -2.0 if is_long else -2.5 if minutes > 9 else -4.0
        yield Kind.PODCAST, -2.0 if is_long else -2.5 if minutes > 9 else -4.0


def _texts(item: Item, known: Mapping[str, Feature]) -> dict[str, Sequence[str]]:
    """Give where words stand → the words there."""
    path = item.path or Path(item.title)
    passages = [each for each in said(known).moments if each.text]
    end = max((each.end for each in passages), default=0.0)
    return {
        "folder": [part.strip() for part in path.parent.parts],
        "genre": item.genres,
        "name": [re.sub(r"[._]+", " ", path.stem).strip(), path.name],
        "about": [item.description],
        "said": [
            " ".join(each.text for each in passages if each.start < _OPENING),
            " ".join(each.text for each in passages if each.end > end - _ENDING),
        ],
    }


def _matched(texts: Mapping[str, Sequence[str]], places: AbstractSet[str]) -> Evidence:
    """What the words in some places say."""
    for where, kind, weight, pattern in _PATTERNS:
        fits = pattern.fullmatch if where in _LABELS else pattern.search
        if where in places and any(fits(text) for text in texts[where]):
            yield kind, weight


def _credited(item: Item, texts: Mapping[str, Sequence[str]]) -> Evidence:
    """What an artist says, in the tags of a video or in its name."""
    is_named = any(_ARTIST_AND_TITLE.match(name) for name in texts["name"])
    if item.kind not in VIDEO:
        return
    if item.artist and (item.album or is_named):
        yield Kind.MUSIC_VIDEO, 2.5
    elif is_named and 60 <= item.duration <= _SONG:
        yield Kind.MUSIC_VIDEO, 0.5  # places and events are written so as well


def _heard(item: Item, known: Mapping[str, Feature]) -> Evidence:
    """What the shares of speech and music, a beat and lyrics say."""
    sound = known.get("audio", Feature())
    data = sound.data
    speech, music = data.get("speech_share", 0.0), data.get("music_share", 0.0)
    minutes = item.duration / 60
    if known.get("text", Feature()).data.get("lyric_passages", 0) >= _SUNG:
        yield Kind.SONG, 2.0
        yield Kind.AUDIOBOOK, -3.0
        yield Kind.PODCAST, -3.0
    if speech >= 0.6:
        is_one_room = _alike(sound, unknown=1.0) >= _SAME_ROOM
        yield Kind.TALK, 2.5 if speech >= 0.75 and minutes >= 5 and is_one_room else 1.0
        yield Kind.SONG, -4.0
        yield Kind.RECORDING, -1.5 if speech >= 0.75 else 0.0
        # One voice and two sound alike to the model: only tags and length tell a book from a show.
        yield Kind.AUDIOBOOK, 1.5 if item.album or minutes >= 90 else 1.0
        yield Kind.PODCAST, 1.5 if 5 <= minutes <= 180 else 0.5
        yield Kind.MUSIC_VIDEO, -3.0
        yield Kind.CONCERT, -2.0
    elif music >= 0.6 and speech <= 0.2:
        yield Kind.CONCERT, 0.5 if minutes < 20 else 4.0 if _on_stage(known) else 3.0
        beats = data.get("tempo_confidence", 0.0) >= _CLEAR_BEAT
        is_song = 2 <= minutes <= 8
        yield Kind.MUSIC_VIDEO, 1.5 if not is_song else 2.0 if beats else 1.8
        yield Kind.TALK, -4.0
        yield Kind.SONG, 2.0
        yield Kind.AUDIOBOOK, -3.0
        yield Kind.PODCAST, -3.0
    elif music >= 0.3 and speech <= 0.1 and minutes >= 20:
        # The rest is applause, or a film has few words: a stage tells.
        yield Kind.CONCERT, 3.0 if _on_stage(known) else 1.0
        yield Kind.TALK, -4.0


def _seen(item: Item, known: Mapping[str, Feature]) -> Evidence:
    """What the pictures say: a stage, and whether they hardly change, as where somebody speaks."""
    feature = known.get("keyframes", Feature())
    if _on_stage(known):
        yield Kind.CONCERT, 1.5
        yield Kind.MUSIC_VIDEO, 1.0
    if item.duration >= 300 and _alike(feature, unknown=0.0) >= _SAME_PICTURE:
        yield Kind.TALK, 1.5
        yield Kind.FILM, -1.5


def _on_stage(known: Mapping[str, Feature]) -> bool:
    """Whether pictures show a stage, or what stands on one."""
    shown: Mapping[str, float] = known.get("keyframes", Feature()).data.get("classes", {})
    return sum(share for name, share in shown.items() if name in _STAGE) >= 0.15


def _alike(feature: Feature, *, unknown: float) -> float:
    """Give the mean cosine of moments and their middle: 1 where all that is there is the same."""
    vectors = [each.vector for each in feature.moments if each.vector is not None]
    if len(vectors) < _FEWEST:
        return unknown
    import numpy as np  # names are looked at in every worker, pictures and sound in few

    middle = unit(np.mean(vectors, axis=0))
    return float(np.mean(np.stack(vectors) @ middle))
