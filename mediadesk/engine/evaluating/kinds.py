"""Whether kinds are told from what is heard and seen alone: on made-up files without names."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from mediadesk.api import AUDIO, SURE, Array, Extractor, Feature, Item, Kind, Run, said
from mediadesk.engine.evaluating import recode
from mediadesk.engine.evaluating.measures import Measure, estimate, left_out, share
from mediadesk.engine.evaluating.reading import read
from mediadesk.engine.evaluating.tags import calibration_error
from mediadesk.engine.evaluating.themed import Themed
from mediadesk.library.kinds import kind_of
from mediadesk.understand.kinds import kinds, understood

_EACH = 3  # of a kind
_MINUTES = {Kind.TALK: 12, Kind.PODCAST: 25, Kind.AUDIOBOOK: 45, Kind.CONCERT: 30}
_PLAIN = 8  # clips, and songs, of the demo library
_NO_VOICE = (
    "Nothing reads texts aloud here: install the program espeak-ng to have talks, podcasts and "
    "audiobooks made."
)
_NO_TEXTS = "Too few videos say something in English to have talks, podcasts and audiobooks made."
_SMALL = (160, 90)


@dataclass(frozen=True, slots=True)
class Judged:
    """An item without names, the kind that it is, and what it was taken for."""

    truth: Kind
    by_length: Kind
    found: Mapping[str, float]


def measures(items: Sequence[Themed], readers: Mapping[Extractor, Run]) -> Iterator[Measure]:
    """Give how often the likeliest kind is right, and one that items are filed under.

    Args:
        items: of these longer ones are made: what they say is read aloud, and music is joined.
        readers: extractors of pictures and of sound, with what runs their models.
    """
    videos = [each for each in items if not each.is_sound]
    songs = [each for each in items if each.is_sound]
    if len(songs) < _EACH or len(videos) < _EACH:
        yield left_out("kinds", "There are too few videos and songs to make longer ones of.")
        return
    plain = [*_spread(videos, _PLAIN), *_spread(songs, _PLAIN)]
    judged = [_judged(each.item, each.item.kind, each.known) for each in plain]
    with tempfile.TemporaryDirectory() as folder:
        judged += _of_music(songs, videos, Path(folder), readers)
        program = shutil.which("espeak-ng")
        texts = [text for each in videos if (text := _said(each))]
        if program is None or len(texts) < _EACH:
            yield left_out("kinds of speech", _NO_VOICE if program is None else _NO_TEXTS)
        else:
            judged += _of_speech(program, songs, videos, Path(folder), readers, texts=texts)
    likeliest = [next(iter(each.found), "") == each.truth for each in judged]
    by_length = sum(each.by_length == each.truth for each in judged) / len(judged)
    note = f"by length alone it would be {by_length:.2f}"
    yield share("the likeliest kind is right", likeliest, note)
    yield from _filed(judged)
    yield from _confidence(judged)
    for kind in dict.fromkeys(each.truth for each in judged):
        own = [hit for hit, each in zip(likeliest, judged, strict=True) if each.truth == kind]
        yield share(f"{kind}: the likeliest kind is right", own)


def _filed(judged: Sequence[Judged]) -> Iterator[Measure]:
    """What a person sees: items are filed under a kind that is sure, else under their length's."""
    filed = [(each, kind) for each in judged if (kind := understood(each.found))]
    note = "those whose kind is sure"
    if filed:
        hits = [kind == each.truth for each, kind in filed]
        yield share("filed under another kind: it is right", hits, note)
    else:
        yield left_out("filed under another kind", "No kind is sure enough.")
    seen = [(understood(each.found) or each.by_length) == each.truth for each in judged]
    yield share("the kind that is shown is right", seen, "else the one that its length tells")


def _confidence(judged: Sequence[Judged]) -> Iterator[Measure]:
    """Whether the likeliest kind is right as often as it says."""
    likeliest = [(each.truth, *next(iter(each.found.items()))) for each in judged]
    cases = np.array([(sure, kind == truth) for truth, kind, sure in likeliest])
    facts = cases[cases[:, 0] >= SURE]
    if len(facts):
        yield share("kinds told as facts are right", facts[:, 1] > 0, f"confidence ≥ {SURE}")
    else:
        yield left_out("kinds told as facts", f"No kind has a confidence of {SURE} or more.")
    note = "0 is best; calibrated on other voices, music and pictures, and on titles of the web"
    yield estimate("expected calibration error of kinds", cases, calibration_error, note)


def _judged(item: Item, truth: Kind, known: Mapping[str, Feature]) -> Judged:
    is_video = item.kind not in AUDIO
    by_length = kind_of(video=is_video, seconds=item.duration, episode=False)
    nameless = Item(id="", kind=by_length, title="", path=None, duration=item.duration)
    return Judged(truth, by_length, kinds(nameless, known))


def _of_music(
    songs: Sequence[Themed],
    videos: Sequence[Themed],
    folder: Path,
    readers: Mapping[Extractor, Run],
) -> Iterator[Judged]:
    """Concerts, one piece after another, and videos of one piece."""
    for n, song in enumerate(_spread(songs, _EACH)):
        near = songs.index(song)
        pieces = itertools.cycle(_sound(each) for each in (*songs[near:], *songs[:near]))
        yield _made(Kind.CONCERT, _length(pieces, Kind.CONCERT), videos[n], folder, readers)
        yield _made(Kind.MUSIC_VIDEO, _sound(song), videos[-n - 1], folder, readers)


def _of_speech(
    program: str,
    songs: Sequence[Themed],
    videos: Sequence[Themed],
    folder: Path,
    readers: Mapping[Extractor, Run],
    *,
    texts: Sequence[str],
) -> Iterator[Judged]:
    """Talks, books read by one voice, and two voices with music before and after them."""
    for n in range(_EACH):
        own = texts[n::_EACH]
        one, other = (
            [_spoken(program, voice, text, folder) for text in own] for voice in ("en-us", "en-gb")
        )
        jingle = _sound(songs[n])[: 15 * recode.RATE]
        two = [part for pair in zip(one, other, strict=True) for part in pair]
        yield _made(Kind.TALK, _length(itertools.cycle(one), Kind.TALK), videos[n], folder, readers)
        for kind, parts in ((Kind.AUDIOBOOK, other), (Kind.PODCAST, [jingle, *two])):
            sound = _length(itertools.cycle(parts), kind)
            yield _made(kind, sound, None, folder, readers)


def _made(
    kind: Kind,
    sound: Array,
    pictures: Themed | None,
    folder: Path,
    readers: Mapping[Extractor, Run],
) -> Judged:
    """Write a file of this sound, with the pictures of a video or none, read it and judge it."""
    seconds = len(sound) / recode.RATE
    path = folder / ("made.mkv" if pictures else "made.wav")
    _write(path, sound, pictures)
    kind_by_length = kind_of(video=pictures is not None, seconds=seconds, episode=False)
    item = Item(id="", kind=kind_by_length, title="", path=path, duration=seconds)
    known = read(item, readers)
    path.unlink()
    return _judged(item, kind, known)


def _write(path: Path, sound: Array, pictures: Themed | None) -> None:
    with av.open(str(path), "w") as new:
        video = None
        if pictures is not None:
            video = new.add_stream("mpeg4", rate=1)
            video.width, video.height, video.pix_fmt, video.gop_size = *_SMALL, "yuv420p", 10
        stream = new.add_stream("pcm_s16le", rate=recode.RATE, layout="mono")
        new.start_encoding()
        shown = itertools.cycle(_pictures(pictures)) if pictures is not None else None
        for second in range(len(sound) // recode.RATE):
            if video is not None and shown is not None:
                frame = av.VideoFrame.from_ndarray(next(shown), format="rgb24")
                frame.pts, frame.time_base = second, Fraction(1, 1)
                new.mux(video.encode(frame))
            part = sound[None, second * recode.RATE : (second + 1) * recode.RATE]
            whole = np.ascontiguousarray(np.clip(part * 32767, -32768, 32767), dtype=np.int16)
            heard = av.AudioFrame.from_ndarray(whole, format="s16", layout="mono")
            heard.rate, heard.pts = recode.RATE, second * recode.RATE
            new.mux(stream.encode(heard))
        for each in (video, stream):
            if each is not None:
                new.mux(each.encode())


def _pictures(video: Themed) -> list[Array]:
    """Give a picture a second of a video, uint8 [90, 160, 3]."""
    with av.open(f"file:{video.item.path}") as container:
        frames = itertools.islice(container.decode(video=0), 0, None, 25)
        return [each.reformat(*_SMALL, format="rgb24").to_ndarray() for each in frames]


def _said(video: Themed) -> str:
    words = said(video.known)
    is_english = words.data.get("language") == "en"
    return " ".join(each.text for each in words.moments) if is_english else ""


def _spoken(program: str, voice: str, text: str, folder: Path) -> Array:
    """Give a text read aloud, float32 [n]."""
    path = folder / "spoken.wav"
    subprocess.run([program, "-v", voice, "-w", str(path), text], check=True, timeout=60)  # noqa: S603
    return recode.decoded(path)


def _sound(song: Themed) -> Array:
    assert song.item.path is not None  # noqa: S101 - the items of a demo library lie there
    return recode.decoded(song.item.path)


def _length(parts: Iterator[Array], kind: Kind) -> Array:
    """Put parts one behind the other until they are as long as a kind is made."""
    most, found, length = _MINUTES[kind] * 60 * recode.RATE, [], 0
    while length < most:
        found.append(next(parts))
        length += len(found[-1])
    return np.concatenate(found)[:most]


def _spread(items: Sequence[Themed], most: int) -> Sequence[Themed]:
    return items[:: max(1, len(items) // most)][:most]
