"""Takes fingerprints of how episodes begin and end, by which intros and credits are found."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import TYPE_CHECKING

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
    UnreadableError,
    hookimpl,
)

if TYPE_CHECKING:
    from mediadesk_episodes.sound import Heard

_HEAD, _TAIL = 600.0, 300.0  # seconds, and at most half of the episode
_SHORTEST = 60.0  # seconds
_LEAST = 1.0  # seconds that have to be decoded; a damaged packet may seem to be sound


class Fingerprint:
    """Gives each episode the fingerprints of its head and tail; they are compared elsewhere."""

    name = "fingerprint"
    version = 1
    kinds = frozenset({Kind.EPISODE})
    model = None

    def prepare(self, item: Item, media: Media) -> Sample:
        """Listen to both ends: `head` and `tail`, uint32, one for each `hop` seconds.

        Where one could not be decoded they are 0, and `problem` says how much that is.
        """
        import av  # takes a while to load

        from mediadesk_episodes.prints import HOP, fingerprint
        from mediadesk_episodes.sound import chosen, listen

        if item.path is None:
            raise Skip("the file is away")
        with media.open(item.path) as container:
            stream = chosen(container)
            length = (container.duration or 0) / av.time_base
            if length < _SHORTEST:
                raise Skip("it is too short for an intro" if length else "its length is unknown")
            start = length - min(_TAIL, length / 2)
            first = listen(container, stream, 0.0, min(_HEAD, length / 2))
            last = listen(container, stream, start, length - start)
        if first.seconds + last.seconds < _LEAST <= first.due + last.due:
            raise UnreadableError(
                f"The sound that “{item.path}” begins and ends with can't be decoded: copy it "
                "again from its source."
            )
        head, tail, problem = fingerprint(first.sound), fingerprint(last.sound), _short(first, last)
        if not head.any() and not tail.any() and not problem:
            raise Skip("it begins and ends in silence")
        return Sample(
            arrays={"head": head, "tail": tail},
            data={"tail_start": start, "hop": HOP},
            problem=problem,
        )

    def encode(self, samples: Sequence[Sample], run: Run) -> Sequence[Feature]:  # noqa: ARG002
        return [_feature(sample) for sample in samples]


def _feature(sample: Sample) -> Feature:
    written = {name: _written(own) for name, own in sample.arrays.items()}
    return Feature(data={"prints": {**sample.data, **written}}, problem=sample.problem)


def _short(first: Heard, last: Heard) -> str:
    """Say what of both ends could not be heard; nothing if they could."""
    told = [
        f"{end.seconds:.0f} of the {end.due:.0f} seconds it {verb} with"
        for end, verb in ((first, "begins"), (last, "ends"))
        if end.is_short
    ]
    if not told:
        return ""
    return (
        f"Only {' and '.join(told)} could be heard: the file is cut short or damaged, so copy it "
        "again from its source."
    )


def _written(prints: Array) -> str:
    return b64encode(prints.astype("<u4").tobytes()).decode("ascii")


@hookimpl
def extractors() -> list[Extractor]:
    """Hand over what this plugin has."""
    return [Fingerprint()]
