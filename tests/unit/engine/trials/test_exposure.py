"""What stands in lists: by kind, and by language as far as it is told or can be told."""

from dataclasses import replace

import numpy as np
import trial_factory

from mediadesk.api import Kind
from mediadesk.engine.trials.exposure import exposure


def test_each_place_in_a_list_counts() -> None:
    data = trial_factory.data([(0, 0, 1, 0)], items=4)
    song, told, chinese, short = data.items
    data = replace(
        data,
        items=(
            replace(song, kind=Kind.SONG),
            replace(
                told, description="The old man goes out to the sea again, and nobody is there."
            ),
            replace(
                chinese, description="这个故事讲的是一个老人和大海，他每天早上都出海打鱼。" * 2
            ),
            replace(
                short, title="Der Untergang des Hauses der Familie von und zu", description="Ja."
            ),
        ),
        languages=("fr", "", "", ""),
    )
    found = exposure(data, [np.array([0, 1]), np.array([0, 2]), np.array([0, 3])])
    assert found["kind"] == {"film": 0.5, "song": 0.5}
    assert found["language"] == {"en": 0.1667, "fr": 0.5, "unknown": 0.1667, "zh": 0.1667}
