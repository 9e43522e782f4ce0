"""What makers test their plugins with does what it says."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mediadesk.api import (
    Array,
    Block,
    Context,
    Kind,
    Media,
    RankRequest,
    Run,
    Scores,
    UnreadableError,
    UserError,
    testing,
)


def test_a_context_gives_what_it_was_given(tmp_path: Path) -> None:
    given: Context = testing.Context(
        settings={"a": 1}, folder=tmp_path, pages={"https://x/": b"1"}, translations={"a": "甲"}
    )
    assert (given.settings, given.data, given.fetch("https://x/")) == ({"a": 1}, tmp_path, b"1")
    assert (given.text("a"), given.text("b")) == ("甲", "b")


def test_a_context_without_a_folder_or_a_page_says_so() -> None:
    given = testing.Context()
    with pytest.raises(UserError, match="folder"):
        _ = given.data
    with pytest.raises(UserError, match="https://x/"):
        given.fetch("https://x/")


def test_an_item_is_a_film_but_for_what_is_given() -> None:
    made = testing.item(kind=Kind.SONG, year=1972)
    assert (made.kind, made.year, made.title) == (Kind.SONG, 1972, "A film")
    with pytest.raises(TypeError):
        testing.item(unknown=1)


def test_a_request_is_random_and_the_same_each_time() -> None:
    one, two = (testing.rank_request(candidates=7, opinions=[1.0]) for _ in range(2))
    assert set(one.blocks) == {"audio", "keyframes", "subtitles"}
    for name, block in one.blocks.items():
        assert (len(block.candidates), len(block.history)) == (7, 1)
        assert np.allclose(np.linalg.norm(block.candidates, axis=1), 1, atol=1e-5)
        assert np.array_equal(block.candidates, two.blocks[name].candidates)


def test_a_request_takes_blocks() -> None:
    block = Block(candidates=np.zeros((2, 3)), history=np.zeros((0, 3)))
    made = testing.rank_request(candidates=2, opinions=[], blocks={"x": block})
    assert (made.blocks, made.history) == ({"x": block}, ())


class Sum:
    """A ranker that adds up the opinions, and then says what stands in its `left` without each."""

    name, model = "sum", None

    def __init__(self, left: Array | None) -> None:
        self._left = left

    def rank(self, request: RankRequest, run: Run) -> Scores:  # noqa: ARG002 - as the API asks
        total = sum(opinion.value for opinion in request.history)
        left = None if self._left is None else self._left[list(request.without)]
        return Scores(values=np.full(len(request.candidates), total), without=left)


def test_what_a_ranker_says_without_each_opinion_is_compared_with_what_it_really_says() -> None:
    request = testing.rank_request(candidates=2, opinions=[4.0, 1.0, -1.0])
    right = np.array([[0.0, 0.0], [3.0, 3.0], [5.0, 5.0]])
    wrong = right.copy()
    wrong[2, 1] += 2

    def error(left: Array | None, *without: int) -> float:
        asked = replace(request, without=without)
        return testing.counterfactual_error(Sum(left), asked, testing.no_model)

    assert (error(right), error(wrong), error(wrong, 0, 1)) == (0, 0.5, 0)
    with pytest.raises(AssertionError, match="does not tell"):
        error(None)
    with pytest.raises(AssertionError, match=r"shape \(3, 1\), not \(3, 2\)"):
        error(right[:, :1])


def test_media_can_be_made_and_read(tmp_path: Path) -> None:
    media: Media = testing.Media()
    pictures = np.full((10, 90, 160, 3), 255, np.uint8)
    with media.open(testing.video(tmp_path / "white.mkv", pictures)) as container:
        frames = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    assert len(frames) == 10
    assert np.mean(frames) > 250
    with media.open(testing.sound(tmp_path / "tone.flac", np.full(48000, 0.5))) as container:
        heard = np.concatenate([f.to_ndarray().ravel() for f in container.decode(audio=0)])
    assert len(heard) == 48000
    assert np.allclose(heard / 32768, 0.5, atol=1e-3)


def test_noise_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "noise.mp4").write_bytes(bytes(range(256)))
    with pytest.raises(UnreadableError), testing.Media().open(tmp_path / "noise.mp4"):
        pytest.fail("it was opened")


def test_a_model_runs(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    graph = onnx.parser.parse_graph("g (float[n] x) => (float[n] y) { y = Add(x, x) }")
    model = onnx.helper.make_model(
        graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8
    )
    file = tmp_path / "double.onnx"
    file.write_bytes(model.SerializeToString())
    run = testing.runner(file)
    assert run({"x": np.float32([1, 2])})["y"].tolist() == [2, 4]


def test_a_part_without_a_model_is_caught_running_one() -> None:
    with pytest.raises(AssertionError, match="pixels"):
        testing.no_model({"pixels": np.zeros(1)})
