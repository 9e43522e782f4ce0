"""The page that shows a library by its colours."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from mediadesk.api import Array, Context, Item, Json, PanelRequest, Point, Section
from mediadesk_colourmap import oklab
from mediadesk_colourmap.names import named

_ROW = 12
_GREY = 0.02  # chroma below which a colour is a grey
_GREYS, _HUES = 0.1, 0.14  # where the greys end and the hues begin, of the map's width
_MOST_CHROMA = 0.12  # of the main colour of a film, if it is no cartoon
_DARKEST, _BRIGHTEST = 0.15, 0.95  # lightness that a screen hardly tells from black and white
# Pink to pink in degrees, each as far from the next: films are full of skin, leaves and sky.
_ROUND = (-15, 20, 60, 100, 140, 195, 232, 248, 264, 305, 345)
Seen = Sequence[tuple[Item, Json]]


class ColourMap:
    """Draws each video as a dot in its main colour, and lists the darkest, brightest and so on."""

    name = "colour-map"
    reads = ("colours",)

    def __init__(self, context: Context) -> None:
        self._text = context.text
        self._by_warmth = context.settings["map"] == "warmth"
        self.title = context.text("Colour map")

    def view(self, request: PanelRequest) -> Sequence[Section]:
        """Give the map, rows of videos and the palette, or a sentence on how to get there."""
        known = request.data["colours"]
        items = sorted(request.items, key=lambda item: (item.title, str(item.path)))
        seen = [(item, known[item.id]) for item in items if item.id in known]
        if not seen:
            return (
                Section(
                    text=self._text(
                        "No video has been looked at yet: add a folder of videos to the library "
                        "and have it analysed, then come back."
                    )
                ),
            )
        return (self._map(seen), *self._rows(seen), self._palette(seen))

    def _map(self, seen: Seen) -> Section:
        text = self._text
        across = (
            text("Cold → neutral → warm")
            if self._by_warmth
            else text("Grey → red → orange → yellow → green → blue → purple → pink")
        )
        return Section(
            text=text("Each video in its main colour. Those that look alike are close together."),
            points=self._points(seen),
            x_label=across,
            y_label=text("Dark → bright"),
        )

    def _points(self, seen: Seen) -> tuple[Point, ...]:
        mains = [data["main"] for _, data in seen]
        lab = oklab.from_hex(mains)
        across = along_warmth(lab) if self._by_warmth else along_hues(lab)
        up = np.clip((lab[:, 0] - _DARKEST) / (_BRIGHTEST - _DARKEST), 0, 1)
        label = self._text("{title}: {colour}")
        return tuple(
            Point(
                item=item.id,
                x=x,
                y=y,
                colour=main,
                label=label.format(title=item.title, colour=self._text(called)),
            )
            for (item, _), x, y, main, called in zip(
                seen, across.tolist(), up.tolist(), mains, named(lab), strict=True
            )
        )

    def _rows(self, seen: Seen) -> Sequence[Section]:
        """Give the ends of the library, at most a quarter of it each, and all without colours."""
        count = min(_ROW, -(-len(seen) // 4))
        by_light = _sorted(seen, "lightness")
        by_chroma = _sorted([each for each in seen if not each[1]["monochrome"]], "chroma")
        grey = [item.id for item, data in seen if data["monochrome"]]
        rows = {
            self._text("Darkest"): by_light[:count],
            self._text("Brightest"): by_light[::-1][:count],
            self._text("Most colourful"): by_chroma[::-1][:count],
            self._text("Black and white"): grey[:_ROW],
        }
        return [Section(title=title, items=tuple(ids)) for title, ids in rows.items() if ids]

    def _palette(self, seen: Seen) -> Section:
        """Add up the shares of all videos by the names of their colours."""
        found = [(item.id, *each) for item, data in seen for each in data["colours"]]
        names = named(oklab.from_hex([colour for _, colour, _ in found]))
        shares: defaultdict[str, float] = defaultdict(float)
        videos: defaultdict[str, set[str]] = defaultdict(set)
        for called, (video, _, share) in zip(names, found, strict=True):
            shares[called] += share / len(seen)
            videos[called].add(video)
        return Section(
            title=self._text("Palette of the library"),
            columns=(self._text("Colour"), self._text("Share"), self._text("Videos")),
            rows=tuple(
                (self._text(called), f"{shares[called]:.1%}", str(len(videos[called])))
                for called in sorted(shares, key=lambda each: (-shares[each], each))
            ),
        )


def along_hues(lab: Array) -> Array:
    """Place colours [n, 3] in 0..1: greys first, then from red over green and blue to pink."""
    chroma = oklab.chroma(lab)
    degrees = (oklab.hue(lab) - _ROUND[0]) % 360 + _ROUND[0]
    hues = np.interp(degrees, _ROUND, np.linspace(_HUES, 1, len(_ROUND)))
    return np.where(chroma < _GREY, _GREYS * chroma / _GREY, hues)


def along_warmth(lab: Array) -> Array:
    """Place colours [n, 3] in 0..1: blues, then greys in the middle, then oranges."""
    places: Array = 0.5 + 0.5 * np.clip(oklab.warmth(lab) / _MOST_CHROMA, -1, 1)
    return places


def _sorted(seen: Seen, by: str) -> list[str]:
    return [item.id for item, _ in sorted(seen, key=lambda each: float(each[1][by]))]
