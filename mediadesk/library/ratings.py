"""The stars in tags of music, which programs write under several names and by several scales.

Sources: the Free Media Player Specifications, and what MusicBee, MediaMonkey, foobar2000, Picard,
Quod Libet, Kid3 and Windows write.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from mutagen.asf import ASFTags
from mutagen.id3 import ID3, POPM, TXXX
from mutagen.mp4 import MP4FreeForm, MP4Tags

Scale = tuple[float, ...]
"""What is written for half a star, for one, and so on up to five."""


def _of(best: float) -> Scale:
    return tuple(best * half / 10 for half in range(1, 11))


_SHARE = _of(1)
_FIVE: Scale = (10, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5)  # 0.5 would be read as a share
_POPM: Scale = (13, 1, 54, 64, 118, 128, 186, 196, 242, 255)
_EVEN_POPM = ("musicbrainz.org", "quodlibet")  # Picard and Quod Libet
_PROGRAMS = (*_EVEN_POPM, "winamp.com", "native-instruments.de", "no@email")
_WINDOWS: Scale = (12, 1, 18, 25, 43, 50, 68, 75, 92, 99)  # the halves lie where it rounds up
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,20})?")
_EXACT = "FMPS_RATING"
_NAMES = frozenset({_EXACT, "RATING", "RATE", "WM_SHAREDUSERRATING"})
_ITUNES = "----:com.apple.iTunes:"


class _Mark(NamedTuple):
    """A place in tags that tells a rating: `value` by a `scale`, 0 for none.

    `is_own` says that it is of one of several people, by address, not that of a program.
    """

    key: str
    name: str
    value: float
    scale: Scale
    is_own: bool = False


def read(held: Any) -> float | None:  # noqa: ANN401 - of a library without types
    """Give the stars, half to five, that tags of mutagen tell; None where they tell none."""
    mark = _told(list(_marks(held)))
    return None if mark is None else _stars(mark)


def write(held: Any, stars: float) -> None:  # noqa: ANN401
    """Write stars wherever tags of mutagen tell a rating, each by its scale, else by the usual.

    Of the ratings of people only that is written over which `read` gives.
    """
    marks = list(_marks(held))
    told = _told(marks)
    for mark in [each for each in marks if each is told or not each.is_own] or [_usual(held)]:
        _put(held, mark, mark.scale[round(stars * 2) - 1])


def _told(marks: list[_Mark]) -> _Mark | None:
    """Give the mark that tells the rating: the most exact, and a program's before a person's."""
    rated = [mark for mark in marks if mark.value > 0]
    return min(rated, key=lambda mark: (mark.name != _EXACT, mark.is_own), default=None)


def _stars(mark: _Mark) -> float:
    nearest = min(range(10), key=lambda place: abs(mark.scale[place] - mark.value))
    return (nearest + 1) / 2


def _marks(held: Any) -> Iterator[_Mark]:  # noqa: ANN401
    for key in list(held.keys()):
        field = held[key]
        if isinstance(field, POPM):
            is_even = any(who in field.email for who in _EVEN_POPM)
            scale = _of(255) if is_even else _POPM
            yield _Mark(key, "POPM", field.rating, scale, is_own=_is_person(field.email))
            continue
        name = _name(key)
        if name in _NAMES or name.startswith("RATING:"):
            text = _text(field)
            if _NUMBER.fullmatch(text) and (scale := _scale(name, text)):
                yield _Mark(key, name, float(text), scale, is_own=_is_person(name.lower()))


def _is_person(address: str) -> bool:
    return "@" in address and not any(who in address for who in _PROGRAMS)


def _name(key: str) -> str:
    for begin in ("TXXX:", _ITUNES):
        key = key.removeprefix(begin)
    return key.upper().replace("/", "_")


def _text(field: Any) -> str:  # noqa: ANN401
    values = field.text if isinstance(field, TXXX) else field
    first = values[0] if isinstance(values, list) and values else values
    return (first.decode("latin-1") if isinstance(first, bytes) else str(first)).strip()


def _scale(name: str, text: str) -> Scale:
    """Tell by which scale a rating is, empty if by none; most names have one in each program.

    Of ten, 8 could be told, but not 4.
    """
    value = float(text)
    if name == "WM_SHAREDUSERRATING":
        return _WINDOWS
    if name == _EXACT or name.startswith("RATING:") or ("." in text and value <= 1):
        return _SHARE
    if name != "RATE" and 0 < value < 10:
        return _FIVE if value <= 5 else ()
    return _of(100) if value <= 100 else ()


def _usual(held: Any) -> _Mark:  # noqa: ANN401
    if isinstance(held, ID3):
        email = "Windows Media Player 9 Series"  # which others read as well
        held.add(POPM(email=email, rating=0, count=0))
        return _Mark(f"POPM:{email}", "POPM", 0, _POPM)
    if isinstance(held, ASFTags):
        return _Mark("WM/SharedUserRating", "WM_SHAREDUSERRATING", 0, _WINDOWS)
    key = f"{_ITUNES}FMPS_Rating" if isinstance(held, MP4Tags) else _EXACT
    return _Mark(key, _EXACT, 0, _SHARE)


def _put(held: Any, mark: _Mark, value: float) -> None:  # noqa: ANN401
    text = str(float(value)) if mark.scale is _SHARE else f"{value:g}"
    if mark.name == "POPM":
        held[mark.key].rating = round(value)
    elif isinstance(held, ID3):
        held[mark.key].text = [text]
    elif mark.key.startswith(_ITUNES):
        held[mark.key] = [MP4FreeForm(text.encode())]
    else:
        held[mark.key] = [text]
