"""Understands videos by their key pictures: MediaDesk's example of an extractor."""

from collections.abc import Sequence

import numpy as np

from mediadesk.api import (
    VIDEO,
    Array,
    Extractor,
    Feature,
    Item,
    Media,
    ModelSpec,
    Moment,
    Run,
    Sample,
    Skip,
    UnreadableError,
    hookimpl,
    unit,
)

_CLASSES_KEPT = 10


class Keyframes:
    """Gives each video at most 16 pictures from different shots, each with its vector."""

    name = "keyframes"
    version = 1
    kinds = VIDEO
    model = ModelSpec(task="image")

    def prepare(self, item: Item, media: Media) -> Sample:
        """Read the pictures.

        Gives `pixels` uint8 [k, 224, 224, 3] RGB, k JPEG thumbnails and k (start, end) in seconds.
        """
        # PyAV takes a while to load.
        from mediadesk_keyframes.frames import key_frames
        from mediadesk_keyframes.pictures import centre, distinct, jpeg, upright

        if item.path is None:
            raise Skip("the file is away")
        with media.open(item.path) as container:
            found = [(second, upright(frame)) for second, frame in key_frames(container)]
        if not found:
            raise UnreadableError(
                f"No picture of “{item.path}” can be decoded: copy it again from its source."
            )
        pixels = np.stack([centre(picture) for _, picture in found])
        chosen = distinct(pixels)
        starts = [found[n][0] for n in chosen]
        return Sample(
            arrays={"pixels": pixels[chosen]},
            images=tuple(jpeg(found[n][1]) for n in chosen),
            times=tuple(zip(starts, [*starts[1:], max(item.duration, starts[-1])], strict=True)),
        )

    def encode(self, samples: Sequence[Sample], run: Run) -> Sequence[Feature]:
        """Run the model once over the pictures of all samples."""
        pixels = [sample.arrays["pixels"] for sample in samples]
        found = run({"pixels": np.concatenate(pixels)})
        cuts = np.cumsum([len(own) for own in pixels])[:-1]
        vectors = np.split(found["embedding"], cuts)
        shares = np.split(found["probabilities"], cuts)
        return [
            _feature(*own, found["labels"]) for own in zip(samples, vectors, shares, strict=True)
        ]


def _feature(sample: Sample, vectors: Array, shares: Array, labels: Array) -> Feature:
    pictures = zip(sample.times, vectors, sample.images, strict=True)
    mean = shares.mean(axis=0)
    return Feature(
        summary=unit(vectors.mean(axis=0)),
        moments=tuple(
            Moment(start=start, end=end, vector=vector, image=image)
            for (start, end), vector, image in pictures
        ),
        data={
            "frames": len(vectors),
            "classes": {
                str(labels[n]): round(float(mean[n]), 4) for n in np.argsort(-mean)[:_CLASSES_KEPT]
            },
        },
    )


@hookimpl
def extractors() -> list[Extractor]:
    """Hand over what this plugin has."""
    return [Keyframes()]
