"""Words for colours: each has the name of the nearest of a short list."""

import numpy as np

from mediadesk.api import Array
from mediadesk_colourmap.oklab import from_hex

NAMES = {
    "black": "#0a0a0a",
    "dark grey": "#3c3c3c",
    "grey": "#7d7d7d",
    "light grey": "#bdbdbd",
    "white": "#f7f7f7",
    "dark red": "#6e1a1a",
    "red": "#d8262b",
    "pink": "#f0a3b8",
    "brown": "#6b4a2f",
    "light brown": "#a9835a",
    "beige": "#dcc8a6",
    "orange": "#ee8a2c",
    "yellow": "#f2d433",
    "olive": "#74763a",
    "light green": "#a3cf68",
    "green": "#36a23c",
    "dark green": "#234a2a",
    "turquoise": "#2fa9a3",
    "light blue": "#93bfe6",
    "blue": "#2b62d9",
    "grey blue": "#637c99",
    "dark blue": "#1e2c52",
    "purple": "#7b3fb0",
    "magenta": "#c93aae",
}
_NAMES = tuple(NAMES)
_WEIGHTS = np.array([1.0, 2.5, 2.5])  # names tell hues apart before they tell shades apart
_PLACES = from_hex(tuple(NAMES.values())) * _WEIGHTS


def named(lab: Array) -> list[str]:
    """Give the English names of colours [n, 3]."""
    apart = np.square((lab * _WEIGHTS)[:, None] - _PLACES).sum(axis=-1)
    return [_NAMES[n] for n in apart.argmin(axis=1)]
