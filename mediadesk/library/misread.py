"""Texts of ID3 tags that are in another encoding than they say, as older programs wrote them.

These wrote in that of their country and called it Latin-1, for ID3v1 knows no other.
"""

import re
from typing import Any

from mutagen.id3 import ID3, Encoding, TextFrame

_EAST = ("cp1251", "gb18030", "big5", "cp932", "cp949")
_FEWEST = 6  # bytes that are not ASCII: fewer tell nothing
_WORD = re.compile(rb"[\x80-\xff]{4}")  # no word in Latin letters has accents throughout
_CUT = (29, 30)  # bytes at which ID3v1 ends a text, also within a letter
_MOSTLY = 0.6  # of all letters: in Latin letters at most so many have accents


def mend(held: Any) -> None:  # noqa: ANN401 - of a library without types
    """Read the texts of tags of mutagen anew, in place, where they are in another encoding."""
    if not isinstance(held, ID3):
        return
    frames = [
        frame
        for frame in held.values()
        if isinstance(frame, TextFrame) and frame.encoding == Encoding.LATIN1
    ]
    wrong = [str(text) for frame in frames for text in frame.text if not str(text).isascii()]
    encoding = _encoding("\n".join(wrong).encode("latin-1", "ignore")) if wrong else ""
    for frame in frames:
        frame.text = [_read(text, encoding) for text in frame.text]


def _read(text: Any, encoding: str) -> Any:  # noqa: ANN401 - a text, or mutagen's time stamp
    if not isinstance(text, str) or text.isascii():
        return text
    data = text.encode("latin-1", "ignore")
    try:
        return data.decode()
    except UnicodeDecodeError:
        if not encoding:
            return data.decode("cp1252", "ignore")
        return data.decode(encoding, "ignore")  # one may be cut apart


def _encoding(data: bytes) -> str:
    """Tell in which encoding of Cyrillic, Chinese, Japanese or Korean a text is; empty if none."""
    import charset_normalizer

    strange = sum(each >= 0x80 for each in data)
    letters = strange + sum(chr(each).isalpha() for each in data if each < 0x80)
    if strange < _FEWEST or strange < _MOSTLY * letters or not _WORD.search(data):
        return ""
    uncut = b"\n".join(line[: len(line) - (len(line) in _CUT)] for line in data.split(b"\n"))
    found = charset_normalizer.from_bytes(data, cp_isolation=[*_EAST])
    found = found or charset_normalizer.from_bytes(uncut, cp_isolation=[*_EAST])
    fitting = [one for one in found if _is_script(str(one), one.encoding)]
    best = min(
        fitting,
        key=lambda one: (one.chaos, -one.coherence, _EAST.index(one.encoding)),
        default=None,
    )
    return best.encoding if best else ""


def _is_script(text: str, encoding: str) -> bool:
    """Tell whether a text has what no other has that is written so."""
    if encoding == "cp932":
        return any("\u3041" <= each <= "\u30ff" for each in text)  # kana
    if encoding == "cp949":
        return all(each.isascii() or "\uac00" <= each <= "\ud7a3" for each in text)  # Hangul
    return True
