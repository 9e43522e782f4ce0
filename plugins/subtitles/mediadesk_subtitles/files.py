"""Reads subtitle files in any usual format and encoding."""

import codecs
import io
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from math import inf
from pathlib import Path

import pysubs2

from mediadesk.api import UnreadableError
from mediadesk_subtitles import languages
from mediadesk_subtitles.cues import Cue, clean
from mediadesk_subtitles.tracks import Track, track

MOST_CUES = 20_000
_MOST_BYTES = 16 << 20
_MOST_LINES = 6 * MOST_CUES  # a cue has its number, its time, two lines and an empty one
_LONGEST_LINE = 2000  # characters
_LONGEST_SENTENCE = 280
_TELLING = 1 << 17  # bytes that tell the encoding
_MARKS = {  # the longer ones first: that of UTF-32 begins with that of UTF-16
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_USUAL = (  # noqa: SIM905 - a table reads better as text
    "utf_16_le utf_16_be gb18030 big5 cp932 euc_jp cp949 cp1252 cp1250 cp1251 koi8_r cp1253 cp1254 "
    "cp1255 cp1256 cp874"
).split()
# A few hundred bytes alone often do not tell these from each other.
_BY_LANGUAGE = {
    language: encodings.split()
    for known, encodings in {
        "zh": "gb18030 big5",
        "ja": "cp932 euc_jp",
        "ko": "cp949",
        "en fr de es it pt nl da sv no fi is": "cp1252",
        "pl cs sk hu sl hr bs ro sq": "cp1250 iso8859_2",
        "ru uk bg mk be sr": "cp1251 koi8_r iso8859_5",
        "el": "cp1253",
        "tr az": "cp1254",
        "he": "cp1255",
        "ar fa ur": "cp1256",
        "th": "cp874",
        "vi": "cp1258",
    }.items()
    for language in known.split()
}
_FEW = 4  # zeros may end a text of wide letters
_TIMED_LINE = re.compile(r"((?:\[\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?\])+)(.*)")
_TIME = re.compile(r"\[(\d{1,3}):(\d{1,2})(?:[.:](\d{1,3}))?\]")
_OFFSET = re.compile(r"\[offset: *([+-]?\d{1,6})\]", re.IGNORECASE)
_LONGEST_LYRIC = 10.0  # seconds that a line of lyrics is sung if none follows


def read_sidecar(path: Path, stem: str = "") -> Track:
    """Read a subtitle file: srt, vtt, ass, ssa, or the lyrics of an lrc.

    Args:
        path: the file.
        stem: the name of the video without its ending; what follows it tells the language.

    Raises:
        UnreadableError: if it can't be read or is no subtitle file.
    """
    told, roles = languages.told(path.stem.casefold().removeprefix(stem.casefold()) if stem else "")
    data = _bytes(path)
    written = _written(data)
    try:
        lines = list(islice(_lines(_decoded(written, told)), _MOST_LINES))
        is_lyrics = path.suffix.lower() == ".lrc"
        cues = timed_lyrics(lines) if is_lyrics else _subtitles(lines)
        some = list(islice(cues, MOST_CUES + 1))
    except (pysubs2.exceptions.Pysubs2Error, ValueError, LookupError, TypeError) as error:
        raise _no_subtitles(path) from error
    if not some:
        raise _no_subtitles(path)
    name = shown(path.name)
    problem = ""
    if len(written) < len(data):
        problem = f"The end of “{name}” is empty: copy it again from its source."
    if len(data) > _MOST_BYTES or len(lines) == _MOST_LINES or len(some) > MOST_CUES:
        problem = f"“{name}” is too long: only its beginning was read."
    return track(name, clean(some[:MOST_CUES]), told, "name", roles=roles, problem=problem)


def shown(name: str, most: int = 100) -> str:
    """Give a file's name as it can stand in a sentence."""
    seen = "".join(each if each.isprintable() else "\ufffd" for each in name)
    return seen if len(seen) <= most else f"{seen[: most // 2]}…{seen[-most // 2 + 1 :]}"


def sentence(problems: Iterable[str]) -> str:
    """Give what to say of all problems: the first, and how many there are besides."""
    told = [each for each in problems if each]
    more = f" And {len(told) - 1} more." if len(told) > 1 else ""
    return shown(told[0], _LONGEST_SENTENCE) + more if told else ""


def _bytes(path: Path) -> bytes:
    """Give what a file holds; of one that is too long a byte more than may be."""
    try:
        if not path.is_file():  # a pipe would wait for ever
            raise UnreadableError(f"“{path}” is gone: scan again.")
        with path.open("rb") as file:
            return file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise UnreadableError(f"“{path}” can't be opened ({error.strerror}).") from error


def _written(data: bytes) -> bytes:
    """Give what there is before zeros, which stand where a copy was broken off."""
    kept = len(data.rstrip(b"\0"))
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    kept += kept % 2 if is_wide else 0
    return data[:kept] if len(data) - kept >= _FEW else data


def _decoded(data: bytes, language: str) -> str:
    """Give the text of a file whose name tells its language, or does not.

    Raises:
        ValueError: if it is none.
    """
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    text = data.decode("utf-8", "replace")
    # Of a text in another encoding almost all that is not ASCII is wrong; in this one only what a
    # transfer damaged is.
    if "\0" not in text and text.count("\ufffd") * 50 <= sum(not each.isascii() for each in text):
        return text
    import charset_normalizer

    for candidates in (_BY_LANGUAGE.get(language), _USUAL):
        if candidates and (
            best := charset_normalizer.from_bytes(data[:_TELLING], cp_isolation=candidates).best()
        ):
            return data.decode(best.encoding, "replace")
    raise ValueError("no text in any usual encoding")


def _lines(text: str) -> Iterator[str]:
    """Give the lines, short ones, and no empty one after another: a parser tries them again."""
    was_empty = False
    for line in io.StringIO(text, newline=None):
        cut = line[:_LONGEST_LINE].rstrip()
        if cut or not was_empty:
            yield cut
        was_empty = not cut


def _subtitles(lines: list[str]) -> Iterator[Cue]:
    head = "\n".join(lines[:50]).lstrip("\ufeff \n")
    kind = "vtt" if head.startswith("WEBVTT") else "srt"
    if "[script info]" in head.lower() or "[events]" in head.lower():
        kind = "ass"
    # Its own cleaning of HTML takes time by the square of what it has to clean.
    options = {} if kind == "ass" else {"keep_html_tags": True}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of a layer that is no number
        found = pysubs2.SSAFile.from_string("\n".join(lines), format_=kind, **options)
    for event in found.events:
        if not event.is_comment:
            yield Cue(start=event.start / 1000, end=event.end / 1000, text=event.text)


def timed_lyrics(lines: Sequence[str]) -> Iterator[Cue]:
    """Read the lines of an lrc file, “[01:02.50]text”; each ends where the next begins."""
    offset = next((int(found[1]) for line in lines if (found := _OFFSET.search(line))), 0) / 1000
    timed = [
        (_seconds(time) - offset, found[2])
        for line in lines
        if (found := _TIMED_LINE.match(line))
        for time in _TIME.finditer(found[1])
    ]
    # Of two lines at the same time the second translates the first.
    following = dict(pairwise([*sorted({start for start, _ in timed}), inf]))
    for start, text in timed:
        end = min(following[start], start + _LONGEST_LYRIC)
        yield Cue(start=max(start, 0.0), end=end, text=text)


def _seconds(time: re.Match[str]) -> float:
    return int(time[1]) * 60 + int(time[2]) + float(f"0.{time[3] or 0}")


def _no_subtitles(path: Path) -> UnreadableError:
    return UnreadableError(f"“{path}” is no subtitle file that can be read: mend or remove it.")
