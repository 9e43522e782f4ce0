"""The model itself, run as MediaDesk runs it."""

import numpy as np
from mediadesk.api import testing

from MODULE import model_catalogues


def test_the_model_tells_colours_apart() -> None:
    (card,) = model_catalogues()[0].models()
    red, pink, blue = ([250, 10, 10], [250, 90, 90], [10, 10, 250])
    pixels = np.broadcast_to(np.uint8([red, pink, blue])[:, None, None], (3, 224, 224, 3))
    vectors = testing.runner(card.file)({"pixels": pixels})["embedding"]
    assert vectors.shape == (3, card.dimensions)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
