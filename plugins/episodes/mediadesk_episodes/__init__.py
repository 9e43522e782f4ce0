"""Takes fingerprints of how episodes begin and end, by which intros and credits are found."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

from mediadesk.api import (
    Array,
    Extractor,
    Feature,
    Item,
    Kind,
    Media,
    Run,
    Sample,
    Skip,
    hookimpl,
)

_HEAD, _TAIL = 600.0, 300.0  # seconds, and at most half of the episode
_SHORTEST = 60.0  # seconds


class Fingerprint:
    """Gives each episode the fingerprints of its head and tail; they are compared elsewhere."""

    name = "fingerprint"
    version = 1
    kinds = frozenset({Kind.EPISODE})
    model = None

    def prepare(self, item: Item, media: Media) -> Sample:
        """Listen to both ends: `head` and `tail`, uint32, one for each `hop` seconds."""
        import av  # takes a while to load

        from mediadesk_episodes import prints

        if item.path is None:
            raise Skip("the file is away")
        with media.open(item.path) as container:
            stream = prints.chosen(container)
            length = (container.duration or 0) / av.time_base
            if length < _SHORTEST:
                raise Skip("it is too short for an intro")
            start = length - min(_TAIL, length / 2)
            head = prints.listen(container, stream, 0.0, min(_HEAD, length / 2))
            tail = prints.listen(container, stream, start, length - start)
        if not head.any():
            raise Skip("it begins in silence")
        return Sample(
            arrays={"head": head, "tail": tail}, data={"tail_start": start, "hop": prints.HOP}
        )

    def encode(self, samples: Sequence[Sample], run: Run) -> Sequence[Feature]:  # noqa: ARG002
        return [_feature(sample) for sample in samples]


def _feature(sample: Sample) -> Feature:
    written = {name: _written(own) for name, own in sample.arrays.items()}
    return Feature(data={"prints": {**sample.data, **written}})


def _written(prints: Array) -> str:
    return b64encode(prints.astype("<u4").tobytes()).decode("ascii")


@hookimpl
def extractors() -> list[Extractor]:
    """Hand over what this plugin has."""
    return [Fingerprint()]
