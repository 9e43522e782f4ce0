"""Pictures of a video are joined into one that is small."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from mediadesk.engine.messages import Storyboard
from mediadesk.engine.storyboards import storyboard
from mediadesk_keyframes.pictures import jpeg

if TYPE_CHECKING:
    from numpy.typing import NDArray


def grey(level: int, height: int = 180, width: int = 320) -> bytes:
    return jpeg(np.full((height, width, 3), level, np.uint8))


def sheet(board: Storyboard) -> NDArray[Any]:
    with av.open(BytesIO(board.jpeg), format="mjpeg") as file:
        return next(file.decode(video=0)).to_ndarray(format="gray")


def test_pictures_stand_in_rows_by_time() -> None:
    board = storyboard([(2.5 * n, grey(25 * n)) for n in range(7)])
    assert (board.seconds, board.columns) == (tuple(2.5 * n for n in range(7)), 3)
    whole = sheet(board)
    assert whole.shape == (3 * 108, 3 * 192)
    middles = whole[54::108, 96::192].ravel().astype(int)
    assert np.abs(middles - [0, 25, 50, 75, 100, 125, 150, 0, 0]).max() < 5


def test_a_picture_of_another_form_has_black_beside_it_and_a_damaged_one_is_left_out() -> None:
    board = storyboard(
        [(0, grey(200)), (1, b"no picture"), (2, grey(200, 320, 180)), (3, b""), (4, grey(99))]
    )
    assert (board.seconds, board.columns) == ((0, 2, 4), 2)
    upright = sheet(board)[:108, 192:]
    assert upright[54, 96] > 190
    assert max(upright[54, 10], upright[54, 180]) < 10


def test_many_pictures_full_of_detail_are_small_all_the_same() -> None:
    random = np.random.default_rng(0)
    noise = [jpeg(random.integers(0, 256, (180, 320, 3), np.uint8)) for _ in range(25)]
    board = storyboard([(float(n), one) for n, one in enumerate(noise)])
    assert 20_000 < len(board.jpeg) <= 60_000
    assert len(storyboard([(0.0, grey(9)), (1.0, grey(99))]).jpeg) < 3_000


def test_no_pictures_make_no_storyboard() -> None:
    assert storyboard([]) == storyboard([(0, b"damaged")]) == Storyboard()
