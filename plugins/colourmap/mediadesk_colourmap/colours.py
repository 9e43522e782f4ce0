"""Learns the colours of a video from a few of its pictures."""

from collections.abc import Sequence

import numpy as np

from mediadesk.api import (
    VIDEO,
    Array,
    Feature,
    Item,
    Media,
    Run,
    Sample,
    Skip,
    UnreadableError,
)
from mediadesk_colourmap import oklab
from mediadesk_colourmap.frames import pictures, without_bars
from mediadesk_colourmap.palette import dominant, vector

_VERSION = 1
_PIXELS = 16_000  # enough to know the colours by, however many pictures
_GREY = 0.02  # chroma below which no hue can be seen
_SHADOW = 0.25  # lightness below which what hue there is comes from compression
_LIT = 0.02  # share of pixels above it, without which nothing is said of hues
_ONE_TINT, _PALE = 0.009, 0.04  # spread and length of chroma in a film without colours
_NO_CAST = 0.03  # chroma below which nothing is warm or cold
_SURE = 0.5  # confidence from which a tag is given


class Colours:
    """Gives each video its main colours with their shares, how light and how colourful it is."""

    name = "colours"
    kinds = VIDEO
    model = None

    def __init__(self, count: int) -> None:
        """Look at `count` pictures of each video; with another number all are looked at anew."""
        self._count = count
        self.version = 100 * _VERSION + count

    def prepare(self, item: Item, media: Media) -> Sample:
        """Read small pictures, uint8 [k, h, w, 3] RGB without black bars."""
        if item.path is None:
            raise Skip("the file is away")
        with media.open(item.path) as container:
            found = pictures(container, self._count, item.duration)
        if not len(found):
            raise UnreadableError(
                f"No picture of “{item.path}” can be decoded: copy it again from its source."
            )
        return Sample(arrays={"pixels": without_bars(found)})

    def encode(self, samples: Sequence[Sample], run: Run) -> Sequence[Feature]:  # noqa: ARG002
        """Count the colours; there is no model."""
        return [feature(sample.arrays["pixels"]) for sample in samples]


def feature(pixels: Array) -> Feature:
    """Turn pictures uint8 [k, h, w, 3] into what is known of a video's colours.

    `data` has the `colours` as (#rrggbb, share), the `main` one of them, the mean `lightness` and
    `chroma`, the `hue` of the main one in degrees, None for a grey, and the `warmth` from -1 (all
    blue) to 1 (all orange).
    """
    lab = oklab.from_rgb(pixels.reshape(-1, 3))
    lab = lab[:: -(-len(lab) // _PIXELS)]
    lit = lab[lab[:, 0] > _SHADOW]
    has_hues = len(lit) >= _LIT * len(lab)
    monochrome = has_hues and _is_monochrome(lit)
    colours, shares = dominant(lab)
    main = colours[np.argmax(shares * (oklab.chroma(colours) + _GREY))]
    lightness = float(lab[:, 0].mean())
    chroma = float(oklab.chroma(lab).mean())
    warmth = float(oklab.warmth(lab).mean()) / max(chroma, _GREY)
    surely = {"dark": _between(lightness, 0.5, 0.2), "bright": _between(lightness, 0.6, 0.8)}
    if monochrome:
        surely["black and white"] = 1.0
    elif has_hues:
        surely |= _hues(chroma, warmth)
    return Feature(
        summary=vector(lab),
        tags={tag: round(value, 3) for tag, value in surely.items() if value >= _SURE},
        data={
            "colours": [
                [oklab.to_hex(colour), round(float(share), 3)]
                for colour, share in zip(colours, shares, strict=True)
            ],
            "main": oklab.to_hex(main),
            "lightness": round(lightness, 3),
            "chroma": round(chroma, 3),
            "hue": round(float(oklab.hue(main)), 1) if oklab.chroma(main) >= _GREY else None,
            "warmth": round(warmth, 3),
            "monochrome": monochrome,
        },
    )


def _is_monochrome(lab: Array) -> bool:
    """Whether there are only shades of one grey, as in old films; it may be a little tinted."""
    spread = float(np.sqrt(lab[:, 1:].var(axis=0).sum()))
    return spread < _ONE_TINT and float(oklab.chroma(lab.mean(axis=0))) < _PALE


def _hues(chroma: float, warmth: float) -> dict[str, float]:
    """Say how sure it is that a film has such colours; the usual chroma of films is about 0.04."""
    surely = {
        "colourful": _between(chroma, 0.04, 0.1),
        "muted colours": _between(chroma, 0.04, 0.01),
    }
    if chroma >= _NO_CAST:
        surely["warm colours"] = _between(warmth, 0.2, 0.8)
        surely["cold colours"] = _between(warmth, -0.2, -0.8)
    return surely


def _between(value: float, nothing: float, sure: float) -> float:
    """Give 0 at `nothing`, 1 at `sure` and beyond, and in proportion between them."""
    return min(max((value - nothing) / (sure - nothing), 0.0), 1.0)
