"""Reads files that were made for an evaluation, as the library would."""

from collections.abc import Mapping

from mediadesk.api import Extractor, Feature, Item, Run, Skip
from mediadesk.extract.batch import encoded
from mediadesk.media import GuardedMedia


def read(item: Item, readers: Mapping[Extractor, Run]) -> dict[str, Feature]:
    """Give extractor → feature of an item's file, of extractors that find anything there.

    Args:
        item: the file.
        readers: extractors, with what runs their models.
    """
    known = {}
    for extractor, run in readers.items():
        if item.kind not in extractor.kinds:
            continue
        try:
            sample = extractor.prepare(item, GuardedMedia())
        except Skip:  # as where a video has no sound
            continue
        known[extractor.name] = encoded(extractor, [sample], run)[0]
    return known
