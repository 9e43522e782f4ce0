"""From which age on something is, as a rating says that a country gave to a film or a series."""

import re

_AGES = {
    # United States: MPA and TV Parental Guidelines
    "g": 0, "pg": 8, "pg-13": 13, "r": 17, "nc-17": 18, "x": 18,
    "tv-y": 0, "tv-y7": 7, "tv-y7-fv": 7, "tv-g": 0, "tv-pg": 8, "tv-14": 14, "tv-ma": 17,
    # United Kingdom, Australia, New Zealand, France, Spain and others
    "u": 0, "uc": 0, "12a": 12, "r18": 18, "e": 0, "m": 15, "ma15+": 15, "ma": 15, "r18+": 18,
    "tp": 0, "tous publics": 0, "al": 0, "apta": 0, "livre": 0, "btl": 0, "t": 0,
    # India; “A” alone is for all in some countries and for adults in others, so it is unknown
    "ua": 12, "ua 7+": 7, "india:a": 18,
}  # fmt: skip
"""Rating in small letters → years; those that only advise, such as PG, are taken for 8."""
_ADVISED = re.compile(r"\bu\s*/\s*a\b", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*[/|;,]\s*")
_BEFORE = re.compile(
    r"^(?:.*:)?\s*(?:rated|fsk|bbfc|ab|à partir de|kijkwijzer|cert\.?)?\s*", re.IGNORECASE
)
_NUMBER_FIRST = re.compile(r"(?:[a-z]{2})?-?\d")
_NUMBER = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_OLDEST = 21


def age(text: str) -> int | None:
    """Give from which age on something is, in years; None where that is not said.

    Of several countries the strictest counts. “Rated PG-13 for violence”, “Germany:FSK 12” and
    “US:R / UK:15” are understood, as Kodi's `mpaa` and `certification` are written.
    """
    found = (_one(part) for part in _SEVERAL.split(_ADVISED.sub("UA", text.strip())))
    return max((years for years in found if years is not None), default=None)


def _one(part: str) -> int | None:
    said = _BEFORE.sub("", part).strip().casefold()
    word = said.split(maxsplit=1)[:1]
    tried = (part.strip().casefold(), said, *word)
    known = next((_AGES[each] for each in tried if each in _AGES), None)
    if known is None and not _NUMBER_FIRST.match(said):
        return None
    numbers = (int(each) for each in _NUMBER.findall(said))
    return max(
        (years for years in (known, *numbers) if years is not None and years <= _OLDEST),
        default=None,
    )
