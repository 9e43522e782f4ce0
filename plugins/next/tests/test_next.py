from __future__ import annotations

import importlib.util
import sys
import tracemalloc
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from mediadesk.api import Array, Cause, EventKind, Facts, Item, Kind, Ranker, RankRequest, Traits
from mediadesk.api.testing import Context, counterfactual_error, item, rank_request, runner
from mediadesk.host.isolate.results import check_scores
from mediadesk.recommend.blend import blend
from mediadesk.recommend.history import History
from mediadesk.recommend.index import Index
from mediadesk.recommend.profile import opinions
from mediadesk.recommend.requests import Requests
from mediadesk.store import Store, library, locations, oplog, roots
from mediadesk.store.locations import Location
from mediadesk_next import rankers
from mediadesk_next.lately import by_the_same
from mediadesk_next.signal import MODEL, Signal, Sparse
from mediadesk_next.signal import scores as added_up

sys.path.insert(0, str(Path(__file__).parent))
import signals_reference as reference

NEXT, NOVELTY = rankers(Context())
RUN = runner(MODEL.file)
DAY = 86_400.0
NOW = 1e9


class Home:
    """A real library of named items, with what people did in it."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder / "library.db")
        self._requests = Requests(Index(self.store, folder / "index"), History())
        self._items: list[str] = []
        self._had: set[str] = set()

    def add(self, *items: Item) -> None:
        def write(db: Database) -> None:
            roots.add(db, Path("/m"))
            for one in items:
                place = Location(path=Path(f"/m/{one.id}"), root=Path("/m"), size=1, mtime_ns=1)
                locations.save_locations(db, [place])
                library.save_item(db, one, facts={}, location=place)

        self.store.write(write)
        self._items += [one.id for one in items]

    def had(
        self,
        *items: str,
        days: float = 0.5,
        who: str = "me",
        kind: EventKind = EventKind.FINISHED,
    ) -> None:
        """Note that somebody had items one after the other, the last one so many days ago."""
        for n, name in enumerate(items):
            at = NOW - days * DAY - (len(items) - 1 - n) * 60
            self.store.write(
                lambda db, name=name, at=at: oplog.add_event(
                    db, profile=who, item=name, kind=kind, at=at
                )
            )
        if who == "me":
            self._had |= set(items)

    def request(self) -> RankRequest:
        db = self.store.read()
        return self._requests.make(
            db,
            "me",
            among=[name for name in self._items if name not in self._had],
            held=opinions(History().states(db, "me")),
            now=NOW,
        )

    def values(self, ranker: object = NEXT) -> dict[str, float]:
        asked = self.request()
        scores = ranker.rank(asked, RUN)
        check_scores(scores, asked)
        return dict(zip(asked.candidates, scores.values.tolist(), strict=True))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path)
    yield made
    made.store.close()


def season(*episodes: int, series: str = "Dark", number: int | None = 1) -> list[Item]:
    return [
        item(
            id=f"{series}{number}x{episode}",
            kind=Kind.EPISODE,
            series=series,
            season=number,
            episode=episode,
            added_at=NOW - 100 * DAY,
        )
        for episode in episodes
    ]


def album(kind: Kind, name: str, artist: str, count: int = 4) -> list[Item]:
    return [
        item(id=f"{name}{n}", kind=kind, album=name, artist=artist, track=n, added_at=NOW - 9 * DAY)
        for n in range(1, count + 1)
    ]


def order(values: dict[str, float]) -> list[str]:
    return sorted(values, key=lambda name: -values[name])


def test_the_next_episode_comes_first_and_those_after_it_are_early(home: Home) -> None:
    home.add(*season(1, 2, 3, 4), *season(1, 2, number=2), item(id="film"))
    home.had("Dark1x1", "Dark1x2")
    values = home.values()
    assert order(values)[:2] == ["Dark1x3", "Dark1x4"]
    assert values["Dark1x3"] > 2 > values["Dark1x4"] > 0
    assert values["film"] == 0 > values["Dark2x2"]
    home.had("Dark1x3", "Dark1x4", days=0.1)
    assert order(home.values())[:2] == ["Dark2x1", "Dark2x2"]


def test_what_was_left_out_is_neither_next_nor_early(home: Home) -> None:
    home.add(*season(1, 2, 3, 4, 5))
    home.had("Dark1x1", "Dark1x3")
    values = home.values()
    assert values["Dark1x2"] == 0
    assert order(values)[0] == "Dark1x4"


def test_what_was_seen_on_the_way_or_is_missing_is_counted_by_its_number(home: Home) -> None:
    home.add(*season(1, 2, 3, 4, 9))
    home.had("Dark1x3", days=3)
    home.had("Dark1x2", days=2)  # again
    values = home.values()
    assert values["Dark1x4"] > 2
    assert values["Dark1x9"] < -1


def test_nothing_is_begun_in_its_middle_but_what_has_none(home: Home) -> None:
    home.add(
        *season(1, 2, 3), *album(Kind.SONG, "Rain", "Anna"), *album(Kind.AUDIOBOOK, "Dune", "")
    )
    values = home.values()
    assert values["Dark1x1"] == values["Dune1"] == values["Rain3"] == 0
    assert 0 > values["Dark1x2"] > values["Dark1x3"]
    assert 0 > values["Dune2"] > values["Dune3"]


@pytest.mark.parametrize(
    ("kind", "next_day", "next_month"),
    [(Kind.SONG, False, False), (Kind.AUDIOBOOK, True, True), (Kind.PODCAST, True, False)],
)
def test_each_kind_has_its_own_pace(
    home: Home, kind: Kind, next_day: bool, next_month: bool
) -> None:
    home.add(*album(kind, "Rain", ""))
    home.had("Rain1", days=30)
    assert (home.values()["Rain2"] > 1) == next_month
    home.had("Rain2", days=1)
    assert (home.values()["Rain3"] > 1) == next_day
    home.had("Rain3", days=0.01)
    assert home.values()["Rain4"] > 2


def test_who_did_not_like_it_is_not_asked_to_go_on(home: Home) -> None:
    home.add(*season(1, 2), item(id="film"))
    home.had("Dark1x1", kind=EventKind.LESS)
    values = home.values()
    assert values["Dark1x2"] < -1
    assert order(values)[0] == "film"


def test_without_a_season_numbers_go_on(home: Home) -> None:
    home.add(*season(98, 99, 100, number=None), *season(97))
    home.had("Dark1x97", days=1)
    assert home.values()["DarkNonex98"] > 2
    home.had("DarkNonex98")
    assert order(home.values()) == ["DarkNonex99", "DarkNonex100"]


def test_an_episode_of_a_podcast_is_one_of_its_series_whatever_its_album_says(home: Home) -> None:
    fields = {"kind": Kind.PODCAST, "series": "Talk", "album": "Talk"}
    home.add(item(id="b", episode=8, track=2, **fields), item(id="c", episode=9, track=1, **fields))
    home.had("b")
    assert home.values()["c"] > 2


def test_albums_of_one_name_by_two_artists_are_two(home: Home) -> None:
    def hits(artist: str, count: int, **fields: str) -> list[Item]:
        return [
            item(
                id=f"{artist}{n}", kind=Kind.SONG, album="Greatest Hits", artist=artist, track=n,
                **fields,
            )
            for n in range(1, count + 1)
        ]  # fmt: skip

    guests = hits("Queen & Guest", 5, album_artist="queen")[4:]
    home.add(*hits("Queen", 4), *hits("ABBA", 4), *guests)
    home.had("Queen3", days=0.01)
    values = home.values()
    assert values["Queen4"] > 2
    assert values["ABBA4"] == 0
    assert values["Queen & Guest5"] > 1


def test_only_of_what_comes_after_it_is_it_said_so(home: Home) -> None:
    home.add(*season(1, 2, 3, 4, 5, 6))
    home.had("Dark1x3", days=2)
    home.had("Dark1x5")
    asked = home.request()
    scores = NEXT.rank(asked, RUN)
    after = {
        asked.candidates[row]
        for row, causes in enumerate(scores.cause)
        for column, cause in enumerate(causes)
        if scores.causes[cause].block == "order"
        and scores.seed[row, column] >= 0
        and scores.shares[row, column]
    }
    assert after == {"Dark1x6"}


def test_more_of_whom_one_has_listened_to_lately(home: Home) -> None:
    home.add(*album(Kind.SONG, "Rain", "Anna"), *album(Kind.SONG, "Snow", "Anna"))
    home.add(*album(Kind.SONG, "Sun", "Ben"), item(id="film", artist="Anna"))
    home.had("Rain1", days=1)
    home.had("Sun2", days=1, kind=EventKind.LESS)
    one = home.values()
    assert 0 < one["Snow1"] < 1
    assert one["Sun1"] < 0
    assert one["film"] == 0
    home.had("Rain2", "Rain3", days=1)
    assert one["Snow1"] < home.values()["Snow1"] < 1


def test_what_others_went_on_to_is_believed_by_how_many_did(home: Home) -> None:
    home.add(*(item(id=name) for name in "abcde"))
    home.had("a")
    for n in range(3):
        home.had("a", "b", "c", who=f"few{n}")
    few = home.values()
    assert few["b"] > few["c"] > few["d"] == 0
    before = replace(home.request(), now=NOW + 30 * DAY)
    assert NEXT.rank(before, RUN).values == pytest.approx(
        np.array(list(few.values())) / 2, rel=0.05
    )
    for n in range(20):
        home.had("a", "d", who=f"many{n}")
    many = home.values()
    assert order(many)[0] == "d"
    assert many["d"] > 1 > few["b"]


def test_what_came_before_it_does_not_come_next(home: Home) -> None:
    home.add(*(item(id=name) for name in "ab"))
    home.had("a")
    for n in range(20):
        home.had("b", "a", who=f"other{n}")
    assert home.values() == {"b": 0}


def test_what_is_new_is_above_the_rest_and_fades(home: Home) -> None:
    home.add(*(item(id=f"day{days}", added_at=NOW - days * DAY) for days in (0, 14, 400)))
    values = home.values(NOVELTY)
    assert values["day0"] - values["day400"] == pytest.approx(0.5, abs=1e-6)
    assert values["day0"] - values["day14"] == pytest.approx(0.25, abs=1e-6)
    assert sum(values.values()) == pytest.approx(0)


def test_what_one_scan_found_is_as_new_as_the_rest_of_it(home: Home) -> None:
    home.add(*(item(id=f"scanned{n}", added_at=NOW - 3 * DAY - 10.0 * n) for n in range(3)))
    assert set(home.values(NOVELTY).values()) == {0.0}


def test_nothing_is_called_new_that_is_put_back_for_its_age(home: Home) -> None:
    home.add(*(item(id=f"day{days}", added_at=NOW - days * DAY) for days in (0, 400)))
    told = NOVELTY.rank(home.request(), RUN)
    said = [
        {told.causes[cause].text for share, cause in zip(*row, strict=True) if share}
        for row in zip(told.shares, told.cause, strict=True)
    ]
    assert said == [{"Newer in your library than others"}, {"Longer in your library than others"}]


def test_whom_one_has_heard_in_the_last_days_may_rest_but_a_series_goes_on(home: Home) -> None:
    home.add(*album(Kind.SONG, "Rain", "Anna"), *season(1, 2), *album(Kind.SONG, "Sun", "Ben"))
    home.had("Rain1", "Dark1x1", days=0.05)
    values = home.values(NOVELTY)
    assert values["Rain2"] < values["Sun1"] - 0.2

    def behind(days: float) -> float:
        later = replace(home.request(), now=NOW + days * DAY)
        then = dict(zip(later.candidates, NOVELTY.rank(later, RUN).values, strict=True))
        return float(then["Sun1"] - then["Rain2"])

    assert behind(0) > behind(1) > 0.2 > behind(3) > 0
    assert behind(12) == pytest.approx(0, abs=1e-3)
    assert values["Dark1x2"] < 0  # by its age in the library alone
    assert values["Dark1x2"] == pytest.approx(min(values.values()) + 0.5, abs=1)


def _songs(count: int, *, artists: int) -> Traits:
    """Give songs, each by the artist that its number tells."""
    drawn = rank_request(candidates=count, blocks={}).facts.candidates
    own = np.arange(count) % artists
    nothing = np.full(count, -1)
    return replace(
        drawn,
        kind=np.full(count, list(Kind).index(Kind.SONG)),
        artist=own - 1,
        series=nothing,
        album=nothing,
    )


@st.composite
def requests(draw: st.DrawFn) -> RankRequest:
    """Requests of all kinds of items, or of songs of few artists that were heard a lot."""
    seed, only_songs = draw(st.integers(0, 999)), draw(st.booleans())
    said = draw(st.integers(0, 70 if only_songs else 12))
    asked = _lived(rank_request(
        opinions=np.random.default_rng(seed).choice([1.0, 0.5, 0.2, -1.0], said).tolist(),
        candidates=draw(st.integers(1, 40)),
        blocks={},
        seed=seed,
    ))  # fmt: skip
    if not only_songs:
        return asked
    return replace(
        asked, facts=_heard(len(asked.candidates), said, artists=draw(st.integers(2, 4)))
    )


def _heard(candidates: int, opinions: int, *, artists: int) -> Facts:
    both = (_songs(count, artists=artists) for count in (candidates, opinions))
    return Facts(candidates=next(both), history=next(both))


def _lived(asked: RankRequest) -> RankRequest:
    """Give the request with opinions of the last days."""
    held = tuple(
        replace(opinion, at=asked.now - (len(asked.history) - n) * DAY / 7)
        for n, opinion in enumerate(asked.history)
    )
    return replace(asked, history=held)


@pytest.mark.parametrize("ranker", [NEXT, NOVELTY])
@settings(deadline=None, max_examples=80)
@given(asked=requests())
def test_shares_add_up_and_each_is_what_the_score_loses_without_its_seed(
    ranker: object, asked: RankRequest
) -> None:
    scores = ranker.rank(asked, RUN)
    check_scores(scores, asked)
    assert np.isfinite(scores.values).all()
    assert np.array_equal(ranker.rank(asked, RUN).values, scores.values)
    if not scores.values.any():
        return
    assert scores.shares.sum(axis=1) == pytest.approx(scores.values, abs=1e-6)
    for place in np.unique(scores.seed[scores.seed >= 0]):
        less = ranker.rank(asked.forgetting(asked.history[place].item), RUN)
        is_due = scores.seed == place
        rows = is_due.any(axis=1)
        due = np.where(is_due, scores.shares, 0).sum(axis=1)
        assert due[rows] == pytest.approx((scores.values - less.values)[rows], abs=1e-6)


@pytest.mark.parametrize("ranker", [NEXT, NOVELTY])
@settings(deadline=None, max_examples=15)
@given(asked=requests())
def test_it_tells_at_once_what_it_would_say_without_each_opinion(
    ranker: Ranker, asked: RankRequest
) -> None:
    assert counterfactual_error(ranker, asked, RUN) < 1e-9


def test_a_score_that_is_nothing_may_have_reasons_that_balance(home: Home) -> None:
    home.add(*season(2, 3))
    home.had("Dark1x3")
    scores = NEXT.rank(home.request(), RUN)
    assert scores.values.tolist() == [0]
    rows = (scores.cause[0], scores.seed[0].tolist(), scores.shares[0].tolist())
    said = {(scores.causes[n], seed, share) for n, seed, share in zip(*rows, strict=True) if share}
    assert said == {
        (Cause(text="You are further on already"), 0, 1),
        (Cause(block="order"), -1, -1),
    }


@pytest.mark.parametrize("films", [5, 500])
def test_what_comes_next_counts_as_much_in_a_large_library(home: Home, films: int) -> None:
    home.add(*season(1, 2), *(item(id=f"film{n}") for n in range(films)))
    home.had("Dark1x1", days=0)
    asked = home.request()
    ranked = blend(asked.candidates, {"next": NEXT.rank(asked, RUN)})
    assert 2 < ranked.values[ranked.places["Dark1x2"]] < 3.1


@pytest.mark.parametrize("artists", [2, 7])
def test_the_last_twenty_opinions_on_an_artist_count(artists: int) -> None:
    facts = Facts(candidates=_songs(30, artists=7), history=_songs(90, artists=artists))
    told = np.random.default_rng(0).normal(size=90)

    def said(row: int, without: int = -1) -> float:
        artist = facts.candidates.artist[row]
        own = [n for n in range(90) if facts.history.artist[n] == artist >= 0 and n != without]
        total = told[own[-20:]].sum()
        return float(total / (1 + abs(total)))

    signal = by_the_same(Cause(text="x"), facts, told)
    assert signal.values == pytest.approx([said(row) for row in range(30)])
    due = np.zeros((30, 90))
    due[signal.due.row, signal.due.opinion] = signal.due.value
    lost = [[said(row) - said(row, without=n) for n in range(90)] for row in range(30)]
    assert due == pytest.approx(np.array(lost), abs=1e-12)


def test_who_was_heard_ten_times_as_much_takes_no_more_memory() -> None:
    def peak(heard: int) -> int:
        asked = _lived(rank_request(opinions=[1.0] * heard, candidates=500, blocks={}))
        asked = replace(asked, facts=_heard(500, heard, artists=2), crowd=None)
        NEXT.rank(asked, RUN)
        tracemalloc.start()
        try:
            NEXT.rank(asked, RUN)
            NOVELTY.rank(asked, RUN)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(1_000) < 1.5 * peak(100)


def test_the_graph_gets_for_each_candidate_only_those_opinions_that_move_it() -> None:
    asked = _lived(rank_request(opinions=[1.0] * 60, candidates=40, blocks={}))
    songs = Facts(candidates=_songs(40, artists=31), history=_songs(60, artists=31))
    wide = []

    def run(arrays: Mapping[str, Array]) -> Mapping[str, Array]:
        wide.append(arrays["due"].shape[-1])
        return RUN(arrays)

    NOVELTY.rank(replace(asked, facts=songs), run)
    assert wide == [2 + 1]


@settings(deadline=None, max_examples=40)
@given(asked=requests(), seed=st.integers(0, 9))
def test_the_order_of_the_candidates_is_nothing(asked: RankRequest, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(asked.candidates))
    there = asked.facts.candidates
    shuffled = replace(
        asked,
        candidates=tuple(asked.candidates[n] for n in order),
        facts=replace(
            asked.facts,
            candidates=Traits(
                **{own.name: getattr(there, own.name)[order] for own in fields(Traits)}
            ),
        ),
        crowd=replace(asked.crowd, candidates=asked.crowd.candidates[order]),
    )
    values = NEXT.rank(asked, RUN).values
    assert NEXT.rank(shuffled, RUN).values == pytest.approx(values[order], abs=1e-9)


@pytest.mark.parametrize("ranker", [NEXT, NOVELTY])
def test_who_is_told_nothing_says_nothing(ranker: object) -> None:
    asked = replace(rank_request(), facts=None, crowd=None)
    scores = ranker.rank(asked, RUN)
    check_scores(scores, asked)
    assert not scores.values.any()
    assert scores.confidence == 0


def test_the_causes_are_in_the_language_of_the_person() -> None:
    texts = {
        "Newer in your library than others": "加入媒体库的时间比其他内容短",
        "Others went on to this": "其他人接着看了这个",
    }
    next_, novelty = rankers(Context(translations=texts))
    causes = [ranker.rank(rank_request(), RUN).causes for ranker in (next_, novelty)]
    assert {cause.text for told in causes for cause in told} >= set(texts.values())


@st.composite
def signals(draw: st.DrawFn) -> list[Signal]:
    """Signals that are silent about many candidates, and are often moved by the same opinions."""
    random = np.random.default_rng(draw(st.integers(0, 999)))
    count, held = draw(st.integers(1, 30)), draw(st.integers(0, 8))
    return [
        Signal(
            cause=Cause(text=f"signal {n}"),
            values=random.normal(size=count) * (random.random(count) < 0.6) + 1e-3,
            due=_sparse(random, count, held),
        )
        for n in range(draw(st.integers(1, 4)))
    ]


def _sparse(random: np.random.Generator, count: int, held: int) -> Sparse:
    """Give some pairs of candidates and opinions in any order, a few of which say nothing."""
    pairs = random.permutation(count * held)[: count * held // 2]
    row, opinion = np.divmod(pairs, max(held, 1))
    return Sparse(row=row, opinion=opinion, value=np.round(random.normal(size=len(pairs)), 1))


@settings(deadline=None)
@given(signals())
def test_the_graph_computes_what_is_defined(drawn: list[Signal]) -> None:
    count = len(drawn[0].values)
    scores = added_up(drawn, RUN, count=count, without=())
    total, spread = reference.spread(drawn)
    assert scores.values == pytest.approx(total, abs=1e-12)
    assert scores.confidence == pytest.approx(min(1, spread), abs=1e-12)
    assert scores.causes == tuple(signal.cause for signal in drawn)
    assert scores.cause[0].tolist() == [n for n in range(len(drawn)) for _ in range(len(drawn) + 1)]
    for row in range(count):
        shares, seeds = reference.shares(drawn, row)
        assert scores.shares[row] == pytest.approx(shares, abs=1e-12)
        assert scores.seed[row].tolist() == seeds


def test_the_graph_is_what_its_recipe_builds_and_small() -> None:
    pytest.importorskip("onnx")
    recipe = Path(__file__).parents[1] / "build_model.py"
    spec = importlib.util.spec_from_file_location("build_signals", recipe)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.build() == MODEL.file.read_bytes()
    assert MODEL.file.stat().st_size < 50_000


def test_both_rankers_run_the_graph() -> None:
    assert {ranker.model for ranker in rankers(Context())} == {MODEL}
