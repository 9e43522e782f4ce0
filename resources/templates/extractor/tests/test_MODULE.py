"""The extractor on real files."""

from pathlib import Path

import numpy as np
import pytest
from mediadesk.api import Feature, Skip, testing

from MODULE import extractors


def analyse(path: Path) -> Feature:
    (extractor,) = extractors(testing.Context(settings={"pictures": 4}))
    sample = extractor.prepare(testing.item(path=path), testing.Media())
    (feature,) = extractor.encode([sample], testing.no_model)
    return feature


def test_a_white_film_is_bright_and_a_black_one_is_not(tmp_path: Path) -> None:
    white = testing.video(tmp_path / "white.mp4", np.full((20, 90, 160, 3), 255, np.uint8))
    black = testing.video(tmp_path / "black.mp4", np.zeros((20, 90, 160, 3), np.uint8))
    assert analyse(white).data["brightness"] > 0.95
    assert "bright" in analyse(white).tags
    assert analyse(black).data["brightness"] < 0.05
    assert analyse(white).summary @ analyse(black).summary < 0.1


def test_what_has_no_picture_is_skipped(tmp_path: Path) -> None:
    song = testing.sound(tmp_path / "song.flac", np.zeros(48000))
    with pytest.raises(Skip):
        analyse(song)
