"""The ranker on requests as the host makes them."""

import numpy as np
from mediadesk.api import Block, RankRequest, Scores, testing

from MODULE import rankers


def rank(request: RankRequest) -> Scores:
    context = testing.Context(settings={"block": "keyframes", "latest": 2})
    (ranker,) = rankers(context)
    return ranker.rank(request, testing.no_model)


def test_what_is_like_the_latest_item_sinks() -> None:
    east, north = np.eye(2, dtype=np.float32)
    block = Block(candidates=np.stack([east, north]), history=np.stack([east]))
    request = testing.rank_request(candidates=2, opinions=[1.0], blocks={"keyframes": block})
    assert rank(request).values.tolist() == [-0.5, 0.5]
    assert rank(request).causes[0].text == "Unlike what you had lately"


def test_every_candidate_has_a_score_and_only_the_latest_count() -> None:
    request = testing.rank_request(candidates=200, opinions=[1.0, -1.0, 0.5])
    scores = rank(request)
    latest = request.blocks["keyframes"].history[1:]
    alike = (request.blocks["keyframes"].candidates @ latest.T).max(axis=1)
    assert np.allclose(scores.values, alike.mean() - alike, atol=1e-6)


def test_without_a_history_it_says_nothing() -> None:
    assert not rank(testing.rank_request(opinions=[])).values.any()
