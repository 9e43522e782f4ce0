"""Which NFO files and pictures belong to a media file, and whether any of them changed.

Names are compared in lower case. Those of the folder above, where a series keeps its own, are given
as “../NAME”.
"""

import zlib
from collections.abc import Mapping

from mediadesk.library import kinds

OWN = ("-poster", "-cover", "-thumb", "", "-landscape", "-fanart")
"""What may follow a file's name in that of its picture, the best first."""
OF_FOLDER = (
    "poster", "cover", "folder", "front", "album", "movie", "thumb", "landscape", "fanart",
)  # fmt: skip
"""The names of pictures that stand for a folder, the best first."""
OF_ARTIST = ("artist",)
_SEASONS = (*(f"season{n:02}" for n in range(100)), "season-all", "season-specials")
_NFOS = ("movie.nfo", "tvshow.nfo", "album.nfo", "artist.nfo")
_HERE = (
    *_NFOS,
    *(
        name + ending
        for name in (*OF_FOLDER, *OF_ARTIST, *(f"{season}-poster" for season in _SEASONS))
        for ending in kinds.PICTURES
    ),
)
_SHARED = frozenset((*_HERE, *(f"../{name}" for name in _HERE)))


def belongs(stem: str, listing: Mapping[str, int]) -> list[str]:
    """Give the names of a listing that tell of a media file, sorted.

    Args:
        stem: the file's name without its last suffix, in lower case.
        listing: lower-case name → mtime in ns of the NFO files and pictures of its folder, and as
            “../NAME” of the folder above.
    """
    if not listing:
        return []
    own = {f"{stem}.nfo", *(stem + role + ending for role in OWN for ending in kinds.PICTURES)}
    return sorted((listing.keys() & own) | (listing.keys() & _SHARED))


def checksum(stem: str, listing: Mapping[str, int]) -> int:
    """Sum up what belongs to a media file, 0 for nothing: another sum means to read it again.

    The arguments are those of `belongs`; the sum is of 32 bits, the same on every device.
    """
    return total({name: listing[name] for name in belongs(stem, listing)})


def total(mine: Mapping[str, int]) -> int:
    """Sum up NFO files and pictures, all of which belong to a file: name → mtime in ns."""
    return zlib.crc32(repr(sorted(mine.items())).encode()) if mine else 0
