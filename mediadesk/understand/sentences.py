"""Takes what is said apart into sentences, in any language that ends them by a mark."""

import re
from collections.abc import Sequence

# A full stop behind a single capital, or what people are called by, is none.
_SENTENCE = re.compile(
    r".+?(?:(?:(?<!\b[A-Z])(?<!\b[DMS][rst])(?<!\bMrs)\.|[!?…])[.!?…]*[\"'”’)\]]*(?=\s|$)"
    r"|[。！？]+[”’」』）]*|$)\s*",
    re.DOTALL,
)
_END = re.compile(r"[.!?…。！？][\"'”’)\]」』）]*$")


def sentences(text: str) -> list[str]:
    """Give the sentences of a text; what follows the last mark is one, too."""
    return [found.strip() for found in _SENTENCE.findall(text) if found.strip()]


def whole(texts: Sequence[str], n: int) -> list[str]:
    """Give the sentences of the n-th of texts that follow each other.

    Those that begin in the text before, or end in the one behind, are left out if there are others.
    """
    found = sentences(texts[n])
    if len(found) > 1 and n and not _END.search(texts[n - 1]):
        found = found[1:]
    if len(found) > 1 and not _END.search(found[-1]):
        found = found[:-1]
    return found


def joined(parts: Sequence[str]) -> str:
    """Put sentences together again, with a space behind marks that want one."""
    text = " ".join(parts)
    return re.sub(r"(?<=[。！？”’」』）]) (?=[^\x00-\x7f])", "", text)


def shortened(text: str, most: int) -> str:
    """Give at most so many characters of a text, cut between words where there are some."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    words = cut.rpartition(" ")[0]
    return f"{(words if len(words) > most // 2 else cut).rstrip(' ,;:-–—，、')}…"


def width(text: str) -> int:
    """Give how long a text is in Latin letters; a Chinese one says as much as two."""
    return sum(1 if each < "\u2e80" else 2 for each in text)
