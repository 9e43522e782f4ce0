"""Files of every kind, made up of recorded voices, music and photographs, and read as a library's.

The voices are five persons who recorded what a telephone exchange says (Asterisk, CC BY-SA), the
music and the pictures those of free games that the demo library is not made of. Nothing here is
synthetic speech, which `mediadesk eval understanding` makes its own files of. Only a minute and a
half of each is made; it is then said to be as long as such things are.
"""

from __future__ import annotations

import itertools
import random
import re
import tempfile
import wave
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np
from debian import crops, unused

from mediadesk.api import AUDIO, Array, Extractor, Feature, Item, Kind, Run
from mediadesk.engine.evaluating.reading import read
from mediadesk.library.kinds import kind_of

RATE = 16_000
SECONDS = 90
FRAMES = 8_000  # of a file, which are two minutes and a half at least
PROMPTS = 150  # of each voice
SIZE = 224
TAGS = ("artist", "album", "title")
VOICES = ("en", "es", "fr", "it", "ru")
MUSIC = ("hyperrogue-music", "singularity-music", "warzone2100-music", "wesnoth-1.16-music")
MINUTES = {
    Kind.FILM: (45, 150),
    Kind.CLIP: (0.3, 25),
    Kind.MUSIC_VIDEO: (2, 7),
    Kind.CONCERT: (15, 150),
    Kind.HOME_VIDEO: (0.2, 20),
    Kind.TALK: (4, 95),
    Kind.SONG: (1.5, 9),
    Kind.RECORDING: (8, 180),
    Kind.AUDIOBOOK: (5, 600),
    Kind.PODCAST: (8, 150),
    "trailer": (1, 3),
    "place and event": (1, 12),
}
"""How long things of a kind or sort are, shortest and longest; by ratio, all lengths between are as
common."""
NAMES = {
    "trailer": ("Storm - Trailer", "The Lighthouse - Teaser", "Ashes (2019) - Official Trailer"),
    "place and event": ("Crete - Take-off", "Grandma - Birthday", "Drone - Over the lake"),
}
"""Sort → what its files are called, where that looks like an artist and a title."""


@dataclass(frozen=True)
class Piece:
    """Some music, float16 [n] at 16 kHz, and what its tags say."""

    sound: Array
    artist: str
    album: str
    title: str


class Studio:
    """Makes sound, float32 [n] at 16 kHz, and pictures, uint8 [224, 224, 3]; all by one chance."""

    def __init__(self) -> None:
        self._chance = np.random.default_rng(0)
        self._prompts = [list(_prompts(f"asterisk-core-sounds-{each}-g722")) for each in VOICES]
        self._pieces = itertools.cycle(
            each
            for own in itertools.zip_longest(*map(_pieces, MUSIC))
            for each in own
            if each is not None
        )
        self.played = Piece(np.zeros(0, np.float16), "", "", "")
        """The music that was played last."""
        self.pictures = itertools.cycle(_pictures("endless-sky-data", r"images/land/"))
        self.players = itertools.cycle(
            _pictures(
                "gcompris-qt-data", "explore_world_music/", frozenset({"explore_world_music"})
            )
        )
        self._voice = itertools.cycle(range(len(VOICES)))

    def voice(self, *, pause: float = 0.5) -> Array:
        """Have one person speak, with pauses of about so many seconds."""
        return self._length(self._speech(next(self._voice), pause))

    def voices(self) -> Array:
        """Have two persons speak in turns."""
        both = [self._speech(next(self._voice), 0.3) for _ in range(2)]
        turns = (part for n in itertools.count() for part in itertools.islice(both[n % 2], 3))
        return self._length(turns)

    def music(self) -> Array:
        """Play the next piece."""
        self.played = next(self._pieces)
        return self._length(itertools.repeat(self.played.sound.astype(np.float32)))

    def noise(self) -> Array:
        """Give wind, water, a street: noise that falls with frequency, and swells."""
        count = SECONDS * RATE
        power = np.fft.rfft(self._chance.normal(size=count))
        power[1:] /= np.arange(1, len(power)) ** self._chance.uniform(0.3, 1.0)
        found = np.fft.irfft(power, count)
        swell = 1 + 0.6 * np.sin(np.arange(count) / RATE * self._chance.uniform(0.2, 2))
        return (0.05 * swell * found / np.std(found)).astype(np.float32)

    def scenes(self, common: Sequence[float] = (3, 2, 1, 2)) -> Array:
        """Give a film: in some scenes two speak, in some there is music, ambience, or a narrator.

        `common` tells how common each of the four is, in about.
        """
        ways = [
            lambda: self.voices() + 0.3 * self.noise(),
            self.music,
            self.noise,
            lambda: self.over(self.voice(), self.music()),
        ]
        shares = self._chance.dirichlet(common)
        tracks = [way() for way in ways]
        order = self._chance.choice(len(ways), size=SECONDS // 5, p=shares)
        cut = [tracks[way][5 * n * RATE : 5 * (n + 1) * RATE] for n, way in enumerate(order)]
        return np.concatenate(cut)

    def over(self, voice: Array, music: Array) -> Array:
        """Put music below a voice."""
        return voice + self._chance.uniform(0.1, 0.4) * music

    def crowd(self) -> Array:
        """Play pieces with applause between them."""
        sound, clapping = self.music(), 3 * self.noise()
        is_over = np.arange(len(sound)) // RATE % 45 >= 38
        return np.where(is_over, clapping, sound + 0.1 * clapping).astype(np.float32)

    def minutes(self, kind: Kind, sort: str) -> float:
        """Draw how long something of a kind, and of a sort of it, is."""
        low, high = np.log(MINUTES.get(sort, MINUTES[kind]))
        return float(np.exp(self._chance.uniform(low, high)))

    def _speech(self, who: int, pause: float) -> Iterator[Array]:
        prompts = self._prompts[who]
        while True:
            yield prompts[self._chance.integers(len(prompts))]
            yield np.zeros(int(self._chance.exponential(pause) * RATE), np.float32)

    def _length(self, parts: Iterator[Array]) -> Array:
        found, length = [], 0
        while length < SECONDS * RATE:
            found.append(next(parts))
            length += len(found[-1])
        return np.concatenate(found)[: SECONDS * RATE]


Way = Callable[[Studio], Array]
SOUNDS: Mapping[Kind, Mapping[str, tuple[int, Way]]] = {
    Kind.FILM: {
        "scenes": (8, Studio.scenes),
        "documentary": (3, lambda own: own.over(own.voice(pause=2), own.music())),
        "without words": (5, Studio.music),
        "few words": (6, lambda own: own.scenes((0.3, 3, 3, 0.3))),
    },
    Kind.CLIP: {
        "ambience": (4, Studio.noise),
        "music": (6, Studio.music),
        "narrated": (3, lambda own: own.over(own.voice(), own.music())),
        "news": (2, Studio.voices),
        "scenes": (3, Studio.scenes),
        "trailer": (5, lambda own: own.scenes((1, 6, 1, 1))),
        "place and event": (6, Studio.music),
    },
    Kind.MUSIC_VIDEO: {"piece": (12, Studio.music)},
    Kind.CONCERT: {"applause": (9, Studio.crowd), "pieces": (3, Studio.music)},
    Kind.HOME_VIDEO: {
        "ambience": (6, Studio.noise),
        "some words": (6, lambda own: own.voice(pause=5) + own.noise()),
    },
    Kind.TALK: {
        "voice": (9, lambda own: own.voice(pause=0.8)),
        "room": (3, lambda own: own.voice(pause=0.8) + 0.2 * own.noise()),
    },
    Kind.SONG: {"piece": (12, Studio.music)},
    Kind.RECORDING: {
        "mix": (4, Studio.music),
        "ambience": (3, Studio.noise),
        "memo": (3, lambda own: own.voice(pause=3) + 0.1 * own.noise()),
        "conversation": (2, lambda own: own.voices() + 0.2 * own.noise()),
    },
    Kind.AUDIOBOOK: {"voice": (12, lambda own: own.voice(pause=0.7))},
    Kind.PODCAST: {
        "two voices": (8, Studio.voices),
        "one voice": (2, Studio.voice),
        "over music": (2, lambda own: own.over(own.voice(), own.music())),
    },
}
"""Kind → how its sound is made, and how many of these."""
SHOWN = {Kind.FILM: 4, Kind.CLIP: 9, Kind.MUSIC_VIDEO: 3, Kind.CONCERT: 6, Kind.HOME_VIDEO: 30}
"""Seconds that a picture stays; a talk has two in all."""


def made(readers: Mapping[Extractor, Run]) -> Iterator[tuple[str, Kind, Item, dict[str, Feature]]]:
    """Give how it was made, its kind, what else is known of it, and what extractors learnt.

    Every second music video, song and book has an artist and an album, as such files often do.
    """
    studio = Studio()
    with tempfile.TemporaryDirectory() as folder:
        for kind, ways in SOUNDS.items():
            for name, (count, way) in ways.items():
                for n in range(count):
                    is_video, seconds = kind not in AUDIO, 60 * studio.minutes(kind, name)
                    path = Path(folder, "made.mkv" if is_video else "made.wav")
                    _write(path, way(studio), _shown(studio, kind) if is_video else ())
                    by_length = kind_of(video=is_video, seconds=seconds, episode=False)
                    item = Item(id="", kind=by_length, title="", path=path, duration=seconds)
                    known = read(item, readers)
                    path.unlink()
                    named = _named(item, kind, name, n, studio.played)
                    yield f"{kind}, {name}", kind, named, known


def _named(item: Item, kind: Kind, sort: str, number: int, played: Piece) -> Item:
    """Give an item with the name or the tags that such files have.

    Every second one of those that are bought or ripped has tags; of music videos without, every
    second one is called by artist and title.
    """
    artist, album = played.artist, played.album
    if kind is Kind.AUDIOBOOK:
        artist, album = "A Writer", "A Book"
    names = NAMES.get(sort, ())
    if kind is Kind.MUSIC_VIDEO and number % 4 == 0 and played.artist:
        names = (f"{played.artist} - {played.title}",)
    is_tagged = number % 2 and kind in {Kind.MUSIC_VIDEO, Kind.SONG, Kind.AUDIOBOOK}
    return replace(
        item,
        path=Path(f"{names[number % len(names)].replace('/', ' ')}.mkv") if names else None,
        **({"artist": artist, "album": album} if is_tagged else {}),
    )


def _shown(studio: Studio, kind: Kind) -> Sequence[Array]:
    """Give a picture for each second; on a stage there are players, at home nobody holds still."""
    stays = SHOWN.get(kind, SECONDS // 2)
    source = studio.players if kind is Kind.CONCERT else studio.pictures
    own = list(itertools.islice(source, -(-SECONDS // stays)))
    shift = 2 if kind is Kind.HOME_VIDEO else 0
    return [np.roll(own[n // stays], shift * n, axis=1) for n in range(SECONDS)]


def _write(path: Path, sound: Array, pictures: Sequence[Array]) -> None:
    whole = np.clip(sound * 32767, -32768, 32767).astype("<i2")
    if not pictures:
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(whole.tobytes())
        return
    with av.open(str(path), "w") as new:
        video = new.add_stream("mpeg4", rate=1)
        video.width, video.height, video.pix_fmt, video.gop_size = SIZE, SIZE, "yuv420p", 10
        stream = new.add_stream("pcm_s16le", rate=RATE, layout="mono")
        new.start_encoding()
        for second, pixels in enumerate(pictures):
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
            picture.pts, picture.time_base = second, Fraction(1, 1)
            new.mux(video.encode(picture))
            part = whole[None, second * RATE : (second + 1) * RATE]
            heard = av.AudioFrame.from_ndarray(np.ascontiguousarray(part), "s16", "mono")
            heard.rate, heard.pts = RATE, second * RATE
            new.mux(stream.encode(heard))
        for each in (video, stream):
            new.mux(each.encode())


def _prompts(package: str) -> Iterator[Array]:
    """Give what a voice says, of a second or more."""
    long = (data for _, data in unused(package, (".g722",)) if len(data) > RATE // 2)
    for data in itertools.islice(long, PROMPTS):  # a byte is two samples
        sound = _decoded(data, "g722")
        yield 0.1 * sound / max(float(np.sqrt(np.mean(sound**2))), 1e-3)


def _pieces(package: str) -> Iterator[Piece]:
    for path, data in unused(package, (".ogg", ".opus")):
        if not 700_000 < len(data) < 6_000_000:
            continue
        try:
            with av.open(BytesIO(data)) as file:
                tags = {**file.metadata, **file.streams.audio[0].metadata}
            sound = _decoded(data)[-SECONDS * RATE :].astype(np.float16)
        except av.FFmpegError as error:
            print(f"  {path} is left out: {error}")
            continue
        named = {name.lower(): text for name, text in tags.items()}
        yield Piece(sound, *(named.get(tag, "") for tag in TAGS))


def _decoded(data: bytes, form: str | None = None) -> Array:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    with av.open(BytesIO(data), format=form) as file:
        parts = [
            part.to_ndarray()[0]
            for frame in (*itertools.islice(file.decode(audio=0), FRAMES), None)
            for part in resampler.resample(frame)
        ]
    return np.concatenate(parts)


def _pictures(package: str, pattern: str, collections: frozenset[str] = frozenset()) -> list[Array]:
    found = [
        picture
        for path, data in unused(package, (".jpg", ".webp"), collections)
        if re.search(pattern, path)
        for picture in itertools.islice(crops(data, least=0), 2)
    ]
    random.Random(0).shuffle(found)  # noqa: S311
    return found
