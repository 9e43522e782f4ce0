"""Finds out what one file is: its content id, its kind, its names and its picture."""

import time
from dataclasses import dataclass
from itertools import chain, islice

from sqlite_utils import Database

from mediadesk.api import Item, Json, UnreadableError
from mediadesk.library import artwork, identity, kinds, metadata
from mediadesk.library import probe as probing
from mediadesk.media import open_media
from mediadesk.store import library
from mediadesk.store.library import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """What a file turned out to be.

    `facts` are label → text, to be read by a person. `artwork` is a JPEG of at most 320 pixels or
    nothing; its source is embedded or sidecar.
    """

    item: Item
    facts: Json
    artwork: bytes = b""
    artwork_source: str = ""


def identify(location: Location) -> Identified:
    """Open a file once and learn all that does not need a model; made for a worker process.

    Raises:
        UnreadableError: if the file is empty, damaged, gone, or not what its name says.
    """
    try:
        return _identify(location)
    except MemoryError as error:  # how FFmpeg answers a header that claims gigabytes
        raise UnreadableError(
            f"“{location.path}” asks for more memory than there is: it is damaged; copy it again "
            "or remove it."
        ) from error
    except OSError as error:
        raise UnreadableError(
            f"“{location.path}” can't be read ({error.strerror or error}): reconnect its drive, "
            "check its rights, or copy it again."
        ) from error


def save(db: Database, location: Location, identified: Identified) -> None:
    """Save what a file turned out to be; the history of content it replaced follows."""
    item = identified.item
    library.save_item(db, item, facts=identified.facts, location=location)
    if identified.artwork:
        library.save_artwork(db, item.id, identified.artwork, source=identified.artwork_source)
    library.follow_replaced(db)


def _identify(location: Location) -> Identified:
    path = location.path
    with open_media(path) as container:
        seen = probing.probe(container, video=kinds.is_video(path.name))
        main = seen.main
        if main is None:
            raise UnreadableError(
                f"“{path}” holds neither pictures nor sound: it is cut off or not what its name "
                "says; copy it again or remove it."
            )
        packets = probing.packets(container, main)
        first = [] if seen.video else list(islice(packets, probing.TRIED_PACKETS))
        if not probing.decodes(main, first or packets):
            raise UnreadableError(
                f"“{path}” opens, but nothing in it can be played: it is cut off or damaged; copy "
                "it again or remove it."
            )
        content = (
            identity.video_id(path) if seen.video else identity.audio_id(chain(first, packets))
        )
        seconds = probing.duration(container, main)
        facts = probing.facts(container, seen, size=location.size)
        cover = artwork.embedded(container, seen.cover) if seen.cover else b""
    is_video = seen.video is not None
    known = metadata.gather(path, seen.tags, video=is_video)
    facts["Known from"] = " · ".join(f"{field}: {where}" for field, where in known.sources.items())
    item = Item(
        id=content,
        kind=kinds.kind_of(video=is_video, seconds=seconds, episode=known.is_episode),
        title=known.title,
        path=path,
        duration=round(seconds, 3),
        year=known.year,
        artist=known.artist,
        album=known.album,
        genres=known.genres,
        description=known.description,
        added_at=time.time(),
    )
    if cover:
        return Identified(item=item, facts=facts, artwork=cover, artwork_source="embedded")
    return Identified(
        item=item, facts=facts, artwork=artwork.beside(path), artwork_source="sidecar"
    )
