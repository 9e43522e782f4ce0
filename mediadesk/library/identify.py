"""Finds out what one file is: its content id, its kind, its names and its picture."""

import time
from dataclasses import dataclass
from itertools import chain, islice

from mediadesk.api import Item, Json, UnreadableError
from mediadesk.library import artwork, identity, joining, kinds, metadata
from mediadesk.library import probe as probing
from mediadesk.library.metadata import Layers
from mediadesk.library.probe import Chapters
from mediadesk.library.remarks import remarks
from mediadesk.media import open_media
from mediadesk.paths import spelled
from mediadesk.store import Database, jobs, library, replaced, told
from mediadesk.store.locations import Location

_TITLED = ("text",)  # extractors that go by titles and descriptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """What a file turned out to be.

    `item` is what its sources say together, `layers` what each says for itself. `height` is in
    pixels, 0 for sound; `chapters` are (second, title). `facts` are label → text, to be read by a
    person. `artwork` is a JPEG of at most 320 pixels or nothing; its source is embedded or sidecar.
    """

    item: Item
    layers: Layers
    height: int
    chapters: Chapters
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


def save(db: Database, location: Location, found: Identified) -> None:
    """Save what a file turned out to be; the history of content it replaced follows.

    What a person said of it stands, whatever the file says.
    """
    item, here = found.item, spelled(location.path)
    before = told.words(db, [item.id])
    library.save_item(
        db,
        item,
        facts=found.facts,
        location=location,
        height=found.height,
        chapters=found.chapters,
    )
    for source, fields in found.layers.items():
        told.tell(db, item.id, source, fields, path=here)
    told.tell(db, item.id, "earlier", {})  # now it is known better
    joining.follow(db, item.id, here)
    told.settle(db, [item.id])
    if told.words(db, [item.id]) != before:
        jobs.requeue(db, [item.id], _TITLED)
    if found.artwork:
        library.save_artwork(db, item.id, found.artwork, source=found.artwork_source, path=here)
    else:
        library.drop_cover(db, item.id, path=here)
    replaced.found_again(db, item.id)
    replaced.follow_replaced(db)


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
        clock = probing.Clock()
        packets = clock.timed(probing.packets(container, main))
        first = [] if seen.video else list(islice(packets, probing.TRIED_PACKETS))
        if not probing.decodes(main, first or packets):
            raise UnreadableError(
                f"“{path}” opens, but nothing in it can be played: it is cut off or damaged; copy "
                "it again or remove it."
            )
        content = (
            identity.video_id(path) if seen.video else identity.audio_id(chain(first, packets))
        )
        ticks = 0 if seen.video else clock.ticks
        seconds = round(probing.duration(container, main, ticks=ticks), 3)
        facts = probing.facts(container, seen, size=location.size)
        chapters = probing.chapters(container, seconds=seconds)
        cover = artwork.embedded(container, seen.cover) if seen.cover else b""
    layers = metadata.gather(
        path,
        seen.tags,
        video=seen.video is not None,
        seconds=seconds,
        alone=artwork.is_alone(path),
    )
    known = metadata.merged(layers)
    beside = artwork.own(path) or (
        b"" if cover else artwork.around(path, season=known.get("season"))
    )
    path.stat()  # raises where its drive went away, for then its tags and pictures may be missing
    return Identified(
        item=Item(
            id=content,
            path=path,
            duration=seconds,
            added_at=time.time(),
            **known,
        ),
        layers=layers,
        height=seen.video.codec_context.height if seen.video else 0,
        chapters=chapters,
        facts=facts | remarks(path, layers),
        artwork=beside or cover,
        artwork_source="sidecar" if beside else "embedded" if cover else "",
    )
