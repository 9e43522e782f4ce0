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
_FEWEST, _MOST, _EACH = 16, 48, 150  # pictures of a video: one each 150 seconds
_LOOKS = 3  # places looked at for each picture
_MISSED = 0.1  # of them: sound is often a little longer than the pictures
_GOOD_LOOKS = 0.2  # what they count for on the cover, beside being typical


class Keyframes:
    """Gives each video at most 16 to 48 pictures from different shots, each with its vector."""

    name = "keyframes"
    version = 2
    kinds = VIDEO
    model = ModelSpec(task="image")

    def prepare(self, item: Item, media: Media) -> Sample:
        """Read the pictures.

        Gives `pixels` uint8 [k, 224, 224, 3] RGB and `quality` float [k], 0..1 of the best's;
        k JPEG thumbnails and k (start, end) in seconds.
        """
        # PyAV takes a while to load.
        from mediadesk_keyframes.pictures import centre, jpeg, pictures
        from mediadesk_keyframes.shots import chosen, looked

        if item.path is None:
            raise Skip("the file is away")
        most = budget(item.duration)
        found: list[tuple[float, Array]] = []
        missed: list[float] = []
        with media.open(item.path) as container:
            for second, picture in pictures(container, _LOOKS * most):
                if picture is None:
                    missed.append(second)
                else:
                    found.append((second, picture))
        if not found:
            raise UnreadableError(
                f"No picture of “{item.path}” can be decoded: copy it again from its source."
            )
        seconds = [second for second, _ in found]
        seen = looked(seconds, [centre(picture) for _, picture in found])
        kept = chosen(seen, most)
        starts = [seconds[n] for n in kept]
        quality = seen.quality[kept]
        return Sample(
            arrays={
                "pixels": np.stack([centre(found[n][1]) for n in kept]),
                "quality": quality / max(quality.max(), 1e-9),
            },
            images=tuple(jpeg(found[n][1]) for n in kept),
            times=tuple(zip(starts, [*starts[1:], max(item.duration, starts[-1])], strict=True)),
            problem=problem(seconds, missed),
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


def budget(seconds: float) -> int:
    """Give how many pictures a video of this length gets: 16 up to 40 minutes, 48 from 2 hours."""
    return min(max(round(seconds / _EACH), _FEWEST), _MOST)


def problem(found: Sequence[float], missed: Sequence[float]) -> str:
    """Say which pictures could not be decoded, given the seconds of all; nothing if all could."""
    share = len(missed) / (len(found) + len(missed))
    if share < _MISSED:
        return ""
    if min(missed) > max(found):
        return f"No picture after {_clock(max(found))} can be decoded: the file is cut short."
    return f"{share:.0%} of the pictures looked at can't be decoded: the file is damaged."


def _clock(second: float) -> str:
    minutes, seconds = divmod(int(second), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _feature(sample: Sample, vectors: Array, shares: Array, labels: Array) -> Feature:
    pictures = zip(sample.times, vectors, sample.images, strict=True)
    mean = shares.mean(axis=0)
    summary = unit(vectors.mean(axis=0))
    return Feature(
        summary=summary,
        moments=tuple(
            Moment(start=start, end=end, vector=vector, image=image)
            for (start, end), vector, image in pictures
        ),
        data={
            "frames": len(vectors),
            "cover": int((vectors @ summary + _GOOD_LOOKS * sample.arrays["quality"]).argmax()),
            "classes": {
                str(labels[n]): round(float(mean[n]), 4) for n in np.argsort(-mean)[:_CLASSES_KEPT]
            },
        },
    )


@hookimpl
def extractors() -> list[Extractor]:
    """Hand over what this plugin has."""
    return [Keyframes()]
