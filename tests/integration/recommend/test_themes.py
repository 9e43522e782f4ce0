"""Acceptance: two likes of a theme bring that theme, where only the content can tell."""

from __future__ import annotations

import itertools
import random
import sys
from pathlib import Path

import numpy as np
import pytest
from demo_features import Known, save, understand
from recommend_factory import NOW

from mediadesk.api import EventKind, Kind
from mediadesk.library.demo import themes
from mediadesk.models import Models
from mediadesk.recommend.recommender import Recommender
from mediadesk.store import Store, oplog

PAIRS = 12


@pytest.fixture(scope="module")
def known(request: pytest.FixtureRequest, models: Models, demo_library: Path) -> list[Known]:
    by_path = dict(themes(demo_library))
    assert len(by_path) >= 70, "the demo library is not complete: look at what was printed"
    cache = request.config.cache.mkdir("demo-features")
    return list(understand(demo_library, by_path, models, cache))


def picks(store: Store, recommender: Recommender, likes: tuple[str, ...]) -> list[str]:
    profile = "-".join(likes)
    for item in likes:
        store.write(
            lambda db, item=item: oplog.add_event(
                db, profile=profile, item=item, kind=EventKind.LIKE, at=NOW - 10
            )
        )
    panel = recommender.panel(profile, now=NOW)
    (found,) = [shelf for shelf in panel.shelves if shelf.id == "picks"]
    return [pick.item for pick in found.items[:10]]


def of_theme(known: list[Known], theme: str) -> list[str]:
    return [one.item.id for one in known if one.theme == theme]


def test_seven_of_ten_picks_are_of_the_theme_of_two_likes(
    store: Store, recommender: Recommender, known: list[Known], capsys: pytest.CaptureFixture[str]
) -> None:
    save(store, known)
    failed = []
    for theme in sorted({one.theme for one in known}):
        ids = of_theme(known, theme)
        pairs = random.Random(theme).sample(list(itertools.combinations(ids, 2)), PAIRS)  # noqa: S311
        hits = [len(set(picks(store, recommender, pair)) & set(ids)) for pair in pairs]
        with capsys.disabled():
            sys.stdout.write(f"\n  {theme}: mean {np.mean(hits):.2f}, worst {min(hits)} of 10")
        failed += [(theme, hit) for hit in hits if hit < 7]
    assert not failed


def test_with_features_dealt_out_at_random_the_theme_is_not_found(
    store: Store, recommender: Recommender, known: list[Known]
) -> None:
    dealt = list(known)
    random.Random(1).shuffle(dealt)  # noqa: S311
    kinds = [
        Known(item=one.item, theme=one.theme, features=other.features)
        for one, other in zip(known, dealt, strict=True)
    ]
    save(store, kinds)
    hits = [
        len(set(picks(store, recommender, tuple(ids[:2]))) & set(ids))
        for ids in (of_theme(known, theme) for theme in sorted({one.theme for one in known}))
    ]
    assert np.mean(hits) < 4


def test_one_like_leaves_room_for_the_other_kind(
    store: Store, recommender: Recommender, known: list[Known]
) -> None:
    save(store, known)
    kinds = {one.item.id: one.item.kind for one in known}
    for kind in (Kind.CLIP, Kind.SONG):
        likes = [item for item in kinds if kinds[item] is kind][:12]
        others = [
            sum(kinds[item] is not kind for item in picks(store, recommender, (liked,)))
            for liked in likes
        ]
        assert 1 <= np.mean(others) <= 4, (kind, others)


def test_reasons_point_to_real_moments_of_the_files(
    store: Store, recommender: Recommender, known: list[Known]
) -> None:
    save(store, known)
    by_id = {one.item.id: one for one in known}
    liked = of_theme(known, "coast")[:2]
    picks(store, recommender, tuple(liked))
    panel = recommender.panel("-".join(liked), now=NOW)
    found = [
        reason.evidence
        for shelf in panel.shelves
        for pick in shelf.items
        for reason in pick.reasons
        if reason.seed
    ]
    assert len(found) >= 10
    for evidence in found:
        starts = {
            moment.start
            for _, feature in by_id[evidence.item].features.values()
            for moment in feature.moments
        }
        assert evidence.t in starts


def test_what_to_begin_with_is_of_nearly_every_theme_and_one_like_makes_the_panel_personal(
    store: Store, recommender: Recommender, known: list[Known]
) -> None:
    save(store, known)
    starters = [pick.item for pick in recommender.starters("new", now=NOW)]
    theme = {one.item.id: one.theme for one in known}
    assert len(starters) == 12
    assert len({theme[item] for item in starters}) >= len(set(theme.values())) - 1
    assert starters == [pick.item for pick in recommender.starters("new", now=NOW)]
    shelves = {shelf.id: shelf for shelf in recommender.panel("new", now=NOW).shelves}
    assert "start" in shelves
    hits = []
    for item in starters:
        found = set(picks(store, recommender, (item,)))
        hits.append(len(found & set(of_theme(known, theme[item]))))
    assert np.mean(hits) >= 6
    liked = {shelf.id for shelf in recommender.panel(starters[0], now=NOW).shelves}
    assert "start" not in liked
    assert f"because-{starters[0]}" in liked
