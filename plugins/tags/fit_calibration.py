"""Fits calibration.toml: how often a tag with a score is right, on the demo library's themes.

    python plugins/tags/fit_calibration.py FOLDER

FOLDER is a demo library, as `mediadesk demo` makes it. Platt's logistic function is fitted to the
tags of all themed items, drawn towards changing nothing by as much as predicts best a theme that
was left out. The themes are few, and the vocabulary was written with such pictures at hand: so a
good half of what the fit would change is left undone (`_TRUST`).
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

from mediadesk.api import Array, Feature, Item, Kind, Skip
from mediadesk.library.demo import themes
from mediadesk.media import GuardedMedia
from mediadesk.models import Models
from mediadesk_audio import extractors as audio
from mediadesk_keyframes import extractors as keyframes
from mediadesk_subtitles import Subtitles
from mediadesk_tags import Tags

TABLE = Path(__file__).parent / "mediadesk_tags" / "calibration.toml"
_HEAD = """\
# How often tags with a score are right: 1 / (1 + exp(-(slope * logit(score) + offset))).
# Written by fit_calibration.py.
"""
_RIGHT = {
    "animals": {"animals", "birds", "insects", "reptiles", "sea-life"},
    "cities": {"city"},
    "coast": {"sea"},
    "electronic": {"electronic", "dance", "ambient"},
    "monuments": {"buildings", "history", "religion"},
    "mountains": {"mountains", "winter"},
    "orchestral": {"instrumental"},
}
_LEAST = 0.1  # score
_DRAWN = (0.3, 1.0, 3.0, 10.0, 30.0)
_TRUST = 0.5
_STEPS = 50
Rows = list[tuple[str, float, bool]]  # theme, score, whether it is right


def main() -> None:
    """Fit, say what it is worth, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    rows: dict[str, Rows] = {"seen_or_said": [], "heard": []}
    with tempfile.TemporaryDirectory() as cache:
        models, tagger = Models(Path(cache)), Tags()
        run = models.runner(tagger.model)
        for path, theme in sorted(themes(folder).items()):
            by, scores = tagger.scores(dict(_learnt(folder / path, models)), run)
            rows[by] += [
                (theme, c, tag in _RIGHT[theme]) for tag, c in scores.items() if c > _LEAST
            ]
        models.close()
    text = _HEAD
    for by, own in rows.items():
        drawn = min(_DRAWN, key=lambda drawn: _loss(own, drawn))
        slope, offset = [1, 0] + _TRUST * (_fit(own, drawn) - [1, 0])
        before, after = _loss(own, np.inf), _loss(own, drawn)
        sys.stdout.write(
            f"{by}: {len(own)} tags, drawn {drawn:g}; log loss of a theme left out: {before:.3f} as"
            f" it was, {after:.3f} fitted\n"
        )
        text += f"\n[{by}]\nslope = {slope:.2f}\noffset = {offset:.2f}\n"
    TABLE.write_text(text, encoding="utf-8")


def _learnt(path: Path, models: Models) -> Iterator[tuple[str, Feature]]:
    is_video = path.suffix in {".mp4", ".mkv", ".webm"}
    kind = Kind.CLIP if is_video else Kind.SONG
    sidecars = tuple(sorted(path.parent.glob(f"{path.stem}*.srt"))) if is_video else ()
    item = Item(id="", kind=kind, title="", path=path, duration=60.0, sidecars=sidecars)
    for extractor in (*audio(), *keyframes(), Subtitles()):
        if kind in extractor.kinds and extractor.model:
            with suppress(Skip):
                sample = extractor.prepare(item, GuardedMedia())
                (feature,) = extractor.encode([sample], models.runner(extractor.model))
                yield extractor.name, feature


def _fit(rows: Rows, drawn: float) -> Array:
    """Give slope and offset by Newton's method; `drawn` is how strongly to 1 and 0."""
    found, rest = np.array([1.0, 0.0]), np.array([1.0, 0.0])
    if np.isinf(drawn):
        return found
    odds, right = _odds(rows)
    terms = np.stack([odds, np.ones_like(odds)])
    for _ in range(_STEPS):
        sure = 1 / (1 + np.exp(-(found @ terms)))
        slope = terms @ (sure - right) + drawn * (found - rest)
        curve = (terms * (sure * (1 - sure))) @ terms.T + drawn * np.eye(2)
        found = found - np.linalg.solve(curve, slope)
    return found


def _loss(rows: Rows, drawn: float) -> float:
    """Give the mean log loss of each theme by what is fitted to the others."""
    losses = []
    for theme in {row[0] for row in rows}:
        slope, offset = _fit([row for row in rows if row[0] != theme], drawn)
        odds, right = _odds([row for row in rows if row[0] == theme])
        sure = np.clip(1 / (1 + np.exp(-(slope * odds + offset))), 1e-6, 1 - 1e-6)
        losses += [*-np.where(right, np.log(sure), np.log(1 - sure))]
    return float(np.mean(losses))


def _odds(rows: Rows) -> tuple[Array, Array]:
    scores = np.clip([score for _, score, _ in rows], 0.01, 0.99)
    return np.log(scores / (1 - scores)), np.array([right for *_, right in rows])


if __name__ == "__main__":
    main()
