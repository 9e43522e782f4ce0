"""Colours as people see them: OKLab (Björn Ottosson 2020), where distances are differences.

A colour is [L, a, b]: lightness 0 (black) to 1 (white), green to red, blue to yellow. Its chroma is
the length of (a, b), 0 for greys and 0.32 at most on a screen; its hue is their angle.
"""

from collections.abc import Sequence

import numpy as np

from mediadesk.api import Array

_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_ORANGE = 55.0  # degrees
_STEPS = np.arange(256) / 255
_LIGHT = np.where(_STEPS <= 0.04045, _STEPS / 12.92, ((_STEPS + 0.055) / 1.055) ** 2.4)


def from_rgb(rgb: Array) -> Array:
    """Turn uint8 [..., 3] sRGB into OKLab [..., 3]."""
    lab: Array = np.cbrt(_LIGHT[rgb] @ _TO_CONES.T) @ _TO_LAB.T
    return lab


def to_light(lab: Array) -> Array:
    """Turn OKLab [..., 3] into linear light of red, green and blue, 0..1 where a screen has it."""
    light: Array = (lab @ np.linalg.inv(_TO_LAB).T) ** 3 @ np.linalg.inv(_TO_CONES).T
    return light


def to_hex(lab: Array) -> str:
    """Write a colour [3] as #rrggbb; the nearest where a screen has none such."""
    light = np.clip(to_light(lab), 0, 1)
    steps = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    red, green, blue = np.rint(steps * 255).astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"


def from_hex(colours: Sequence[str]) -> Array:
    """Read n texts of the form #rrggbb as colours [n, 3]."""
    raw = bytes.fromhex("".join(colour[1:] for colour in colours))
    return from_rgb(np.frombuffer(raw, np.uint8).reshape(-1, 3))


def chroma(lab: Array) -> Array:
    """How colourful colours [..., 3] are."""
    length: Array = np.hypot(lab[..., 1], lab[..., 2])
    return length


def hue(lab: Array) -> Array:
    """The angles of colours [..., 3], 0..360: about 29 for red, 110 yellow, 142 green, 264 blue."""
    angle: Array = np.degrees(np.arctan2(lab[..., 2], lab[..., 1])) % 360
    return angle


def warmth(lab: Array) -> Array:
    """The part of chroma that goes from blue (negative) to orange (positive), of [..., 3]."""
    angle = np.radians(_ORANGE)
    part: Array = lab[..., 1] * np.cos(angle) + lab[..., 2] * np.sin(angle)
    return part
