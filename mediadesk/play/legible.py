"""Subtitles in the encodings of old, as a player can read them that knows Unicode only."""

import logging
import tempfile
from pathlib import Path

from mediadesk.paths import native

log = logging.getLogger(__name__)
_MOST_BYTES = 16 << 20  # more are no text
_TELLING = 1 << 15  # bytes that tell the encoding
_USUAL = {
    "cp1252": "en fr de es it pt nl da sv no nb fi is",
    "cp1250": "pl cs sk hu sl hr bs ro sq",
    "cp1251": "ru uk bg mk be sr",
    "koi8_r": "ru uk",
    "cp1253": "el",
    "cp1254": "tr az",
    "cp1255": "he",
    "cp1256": "ar fa ur",
    "cp874": "th",
    "gb18030": "zh",
    "big5": "zh",
    "cp932": "ja",
    "euc_jp": "ja",
    "cp949": "ko",
}
"""Encoding → languages; the first is taken where nothing tells some apart."""


def legible(path: str, folder: Path, language: str) -> str:
    """Give a file of these subtitles in Unicode: itself where it is, else a copy in a folder.

    `language` is an ISO 639 code of two letters, or empty: a few lines alone often do not tell it.
    What can't be read, or is no text, or can't be copied, is given as it is: the player says what
    it thinks of it.
    """
    try:
        with Path(native(path)).open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError:
        log.info("“%s” can't be opened", path, exc_info=True)
        return path
    if len(data) > _MOST_BYTES or b"\0" in data or "\ufffd" not in data.decode("utf-8", "replace"):
        return path
    encoding = _encoding(data, language)
    if not encoding:
        return path
    try:
        with tempfile.NamedTemporaryFile(
            "w", dir=folder, suffix=Path(path).suffix, encoding="utf-8", newline="", delete=False
        ) as copy:
            copy.write(data.decode(encoding, "replace"))
    except OSError:
        log.warning("no copy of “%s” can be written", path, exc_info=True)
        return path
    return copy.name


def _encoding(data: bytes, language: str) -> str:
    """Give the encoding of a text that is not in Unicode; empty if it is in no usual one."""
    import charset_normalizer

    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())[:_TELLING]
    usual = [one for one, languages in _USUAL.items() if language in languages.split()] or [*_USUAL]
    found = charset_normalizer.from_bytes(telling, cp_isolation=usual)
    best = min(
        found,
        key=lambda one: (one.chaos, -one.coherence, usual.index(one.encoding)),
        default=None,
    )
    return best.encoding if best else ""
