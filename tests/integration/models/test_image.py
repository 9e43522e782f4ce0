from pathlib import Path

import av
import numpy as np
import pytest

from mediadesk.api import Array, ModelSpec
from mediadesk.models import Models

SPEC = ModelSpec(task="image")


def frame(path: Path, seconds: float) -> Array:
    """The centre of one frame, 224 × 224 RGB."""
    with av.open(f"file:{path}") as container:
        for picture in container.decode(video=0):
            if picture.time is not None and picture.time >= seconds:
                break
        side = min(picture.width, picture.height)
        scale = 256 / side
        width, height = round(picture.width * scale), round(picture.height * scale)
        pixels = picture.reformat(
            width, height, "rgb24", interpolation=av.video.reformatter.Interpolation.BICUBIC
        ).to_ndarray()
    top, left = (height - 224) // 2, (width - 224) // 2
    return pixels[top : top + 224, left : left + 224]


def test_a_real_picture_of_a_cockatoo_is_a_cockatoo(models: Models, shared: Path) -> None:
    pixels = frame(shared / "media/video/imageio_cockatoo.mp4", 2)
    answer = models.run(SPEC, {"pixels": pixels[None]})
    best = answer["labels"][answer["probabilities"][0].argsort()[::-1][:3]]
    assert "sulphur-crested cockatoo" in best


def test_frames_of_one_clip_are_nearer_than_those_of_another(models: Models, shared: Path) -> None:
    clips = ["imageio_cockatoo.mp4", "bigbuckbunny.mp4", "carphone_pristine.mp4"]
    times = (0.5, 2.5)
    pixels = np.stack([frame(shared / "media/video" / c, t) for c in clips for t in times])
    embedding = models.run(SPEC, {"pixels": pixels})["embedding"]
    likeness = embedding @ embedding.T
    np.fill_diagonal(likeness, -1)
    assert list(likeness.argmax(1)) == [1, 0, 3, 2, 5, 4]


def test_outputs_are_unit_vectors_and_shares_whatever_the_batch(models: Models) -> None:
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (11, 224, 224, 3), np.uint8)
    together = models.run(SPEC, {"pixels": pixels})
    assert together["embedding"].shape == (11, 1280)
    assert together["embedding"].dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together["embedding"], axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(together["probabilities"].sum(1), 1, atol=1e-4)
    alone = models.run(SPEC, {"pixels": pixels[10:]})
    np.testing.assert_array_equal(alone["embedding"][0], together["embedding"][10])


def test_no_pictures_give_no_rows(models: Models) -> None:
    answer = models.run(SPEC, {"pixels": np.zeros((0, 224, 224, 3), np.uint8)})
    assert {k: v.shape for k, v in answer.items()} == {
        "embedding": (0, 1280),
        "probabilities": (0, 1000),
        "labels": (1000,),
    }


def test_the_wrong_size_or_type_is_refused_by_name(models: Models) -> None:
    with pytest.raises(ValueError, match=r"efficientnet-lite0” takes pixels as uint8 \[n, 224"):
        models.run(SPEC, {"pixels": np.zeros((1, 225, 224, 3), np.uint8)})
    with pytest.raises(ValueError, match=r"got float32 \[1, 224, 224, 3\]"):
        models.run(SPEC, {"pixels": np.zeros((1, 224, 224, 3), np.float32)})
