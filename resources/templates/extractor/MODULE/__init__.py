"""Measures how bright a video is, and finds others with the same light."""

from collections.abc import Sequence
from itertools import islice

import numpy as np
from mediadesk.api import (
    VIDEO,
    Context,
    Extractor,
    Feature,
    Item,
    Media,
    Run,
    Sample,
    Skip,
    hookimpl,
    unit,
)


class Brightness:
    """Looks at the first key pictures of a video."""

    name = "NAME"
    version = 1  # raise it when the results change: all videos are then analysed anew
    kinds = VIDEO
    model = None  # or ModelSpec(task="image"): `run` in `encode` then runs it

    def __init__(self, pictures: int) -> None:
        self._pictures = pictures

    def prepare(self, item: Item, media: Media) -> Sample:
        """Read small grey pictures, uint8 [k, 36, 64]."""
        if item.path is None:
            raise Skip("the file is away")
        with media.open(item.path) as container:
            if not container.streams.video:
                raise Skip("there is no picture")
            container.streams.video[0].codec_context.skip_frame = "NONKEY"
            frames = islice(container.decode(video=0), self._pictures)
            grey = [frame.to_ndarray(width=64, height=36, format="gray") for frame in frames]
        if not grey:
            raise Skip("no picture can be decoded")
        return Sample(arrays={"grey": np.stack(grey)})

    def encode(self, samples: Sequence[Sample], run: Run) -> Sequence[Feature]:
        """Give the brightness, and a vector by which videos are compared: the shares of 8 greys."""
        features = []
        for sample in samples:
            grey = sample.arrays["grey"]
            bright = float(grey.mean()) / 255
            shares = np.histogram(grey, bins=8, range=(0, 256))[0] / grey.size
            features.append(
                Feature(
                    summary=unit(shares),
                    tags={"bright": bright} if bright > 0.6 else {},
                    data={"brightness": round(bright, 3)},
                )
            )
        return features


@hookimpl
def extractors(context: Context) -> list[Extractor]:
    """Hand over what this plugin has."""
    return [Brightness(context.settings["pictures"])]
