"""Trials by the real way of ranking, on people whose tastes are known; the harness tests itself."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import household_factory
import library_factory
import msgspec
import numpy as np
import pytest
from command import Inside
from household_factory import Planted

from mediadesk.api import Array
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import Outcome
from mediadesk.engine.trials import cases, feedback, figures
from mediadesk.engine.trials.baselines import Scorer
from mediadesk.engine.trials.cases import Case
from mediadesk.engine.trials.chance import chance
from mediadesk.engine.trials.dataset import Dataset
from mediadesk.engine.trials.figures import Scales
from mediadesk.engine.trials.filling import fill
from mediadesk.engine.trials.library import Library, library
from mediadesk.engine.trials.reading import read
from mediadesk.engine.trials.trial import measure
from mediadesk.store import oplog


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    base = tmp_path_factory.getbasetemp()
    opened = Engine(library_factory.places(tmp_path_factory.mktemp("trials"), base))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("households")


@pytest.fixture(scope="module")
def planted(folder: Path) -> Planted:
    return household_factory.write(folder)


@dataclass(frozen=True)
class Tried:
    """The library of a data set, and what measures a scorer on it."""

    data: Dataset
    library: Library
    scales: Scales

    def scorer(self) -> Scorer:
        top = feedback.scale(self.data.value)
        return self.library.scorer(
            self.data, lambda case: feedback.opinions(self.data, case.known, top)
        )

    def matched(self, asked: list[Case], scorer: Scorer) -> float:
        found = measure(asked, scorer, self.scales, pairs=True, seed=0).figures["auc_matched"].value
        assert found is not None
        return found


@pytest.fixture(scope="module")
def tried(engine: Engine, folder: Path, planted: Planted) -> Iterator[Tried]:
    data = read(folder)
    opened = library(
        data,
        engine._registry,
        engine._models,
        parts=engine._contributed.parts,
        empty=engine._contributed.empty,
    )
    with opened as made:
        scales = Scales(is_tail=figures.tail(np.bincount(data.item)), vectors=made.content)
        yield Tried(data, made, scales)


def test_planted_tastes_are_found_the_better_the_more_is_known_and_never_beyond_the_ceiling(
    tried: Tried, planted: Planted
) -> None:
    """The ceiling is what the tastes themselves are worth, without the noise of each judgement."""
    worth = {
        k: tried.matched(cases.household(tried.data, most=k), tried.scorer()) for k in (0, 5, 50)
    }
    asked = cases.household(tried.data, most=50)
    ceiling = tried.matched(asked, lambda case: planted.utility[case.user][case.candidates])
    assert worth[0] == pytest.approx(0.5, abs=0.02)
    assert worth[0] + 0.1 < worth[5] < worth[50] < ceiling < 0.97
    # Half of all that there is to be known.
    assert worth[50] - 0.5 > (ceiling - 0.5) / 2


def test_feedback_that_says_nothing_of_the_person_is_worth_no_more_than_none(tried: Tried) -> None:
    thrown = chance(tried.data.users, [item.id for item in tried.data.items], seed=0, what="mix")
    asked = cases.household(tried.data, most=20)
    top = feedback.scale(tried.data.value)

    def mixed(case: Case) -> Array:
        """Score by opinions that are moved to any items, of which none counts then."""
        order = np.argsort(thrown(np.full(len(case.candidates), case.user), case.candidates))
        drawn = case.candidates[order]
        held = feedback.opinions(tried.data, case.known, top)
        moved = [
            replace(opinion, item=tried.data.items[n].id)
            for opinion, n in zip(held, drawn, strict=False)
        ]
        kept = drawn[len(held) :]
        scores = np.full(len(tried.data.items), np.nan)
        scores[kept] = tried.library.recommender.ranked(
            "",
            among=[tried.data.items[n].id for n in kept],
            held=moved,
            now=float(tried.data.at.max()),
        ).values
        return scores[case.candidates]

    assert len(asked) > 50
    assert tried.matched(asked, mixed) == pytest.approx(0.5, abs=0.03)
    assert tried.matched(asked, tried.scorer()) > 0.7


@pytest.mark.parametrize("protocol", ["household", "crowd"])
def test_what_happens_after_the_cut_changes_no_score(
    engine: Engine, tried: Tried, protocol: str
) -> None:
    """All that is kept back is turned round: what was liked is not, and the other way."""
    data = tried.data

    def cut(of: Dataset) -> list[Case]:
        return cases.household(of, most=20) if protocol == "household" else cases.crowd(of)

    late = {(case.user, n) for case in cut(data) for n in (*case.relevant, *case.disliked)}
    is_late = np.array([pair in late for pair in zip(data.user, data.item, strict=True)])
    poisoned = replace(
        data,
        value=np.where(is_late, 6 - data.value, data.value),
        at=np.where(is_late & (protocol == "household"), data.at + 1e6, data.at),
    )
    assert (poisoned.value != data.value).sum() > len(data.value) / 8

    def scores(of: Dataset) -> dict[int, list[float]]:
        asked, top = cut(of), feedback.scale(of.value)
        told = np.concatenate([case.known for case in asked])
        opened = library(
            of,
            engine._registry,
            engine._models,
            parts=engine._contributed.parts,
            empty=engine._contributed.empty,
            crowd=feedback.events(of, told, top) if protocol == "crowd" else (),
        )
        with opened as made:
            score = made.scorer(of, lambda case: feedback.opinions(of, case.known, top))
            return {case.user: score(case).tolist() for case in asked if case.user < 12}

    first = scores(data)
    assert all(len(set(own)) > 50 for own in first.values()), "there is something to compare"
    assert scores(poisoned) == first


def test_what_the_public_thinks_is_told_to_what_ranks(engine: Engine, tmp_path: Path) -> None:
    items = (
        "item_id,title,kind,rating,votes\na,R,film,9,99\nb,R,film,2,99\nc,R,film,,\nd,S,film,,\n"
    )
    (tmp_path / "items.csv").write_text(items, encoding="utf-8")
    (tmp_path / "events.csv").write_text("user_id,item_id\nme,d\n", encoding="utf-8")
    data = read(tmp_path)
    parts, empty = engine._contributed.parts, engine._contributed.empty
    with library(
        data, engine._registry, engine._models, parts=parts, empty=empty, crowd=()
    ) as made:
        none = np.array([], int)
        case = cases.Case(
            user=0,
            known=np.array([0]),
            candidates=np.arange(3),
            relevant=none,
            disliked=none,
            rivals=np.empty((0, 10), int),
        )
        best, worst, unknown = made.scorer(
            data, lambda one: feedback.opinions(data, one.known, feedback.scale(data.value))
        )(case)
    assert best > unknown > worst


def _outcome(engine: Engine, folder: Path, protocol: str, **more: int) -> bytes:
    found: Outcome = engine.trials.dataset(folder, protocol=protocol, ks=[20], **more)  # type: ignore[arg-type]
    return msgspec.json.encode(found)


def test_the_same_seed_gives_the_same_bytes_though_equal_times_stand_in_another_order(
    engine: Engine, tmp_path: Path
) -> None:
    household_factory.write(tmp_path, items=150, users=12, events=80)
    for protocol in ("household", "crowd"):
        first = _outcome(engine, tmp_path, protocol)
        assert _outcome(engine, tmp_path, protocol) == first
        with (tmp_path / "events.csv").open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        mixed = np.random.default_rng(1).permutation(len(rows))
        with (tmp_path / "events.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *(rows[n] for n in mixed)])
        assert _outcome(engine, tmp_path, protocol) == first
        assert _outcome(engine, tmp_path, protocol, seed=1) != first


def test_ones_own_history_is_replayed_in_the_own_library(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    planted = household_factory.write(tmp_path / "set", items=300, users=2, events=160)
    data = read(tmp_path / "set")
    places = library_factory.places(tmp_path / "data", tmp_path_factory.getbasetemp())
    opened = Engine(places)
    fill(opened._store, data, opened._registry, opened._models)
    top = feedback.scale(data.value)
    done = [
        replace(event, at=1e9 + 60 * n, profile="me")
        for n, event in enumerate(feedback.events(data, data.of_users()[0], top))
    ]
    opened._store.write(lambda db: oplog.add_events(db, done))
    found = opened.quality.measure().outcome
    opened.close()
    assert found.protocol == "mine"
    assert found.users > 30
    better = found.differences["random"]["mrr@10"]
    assert better.low is not None
    assert better.low > 0
    assert "long_tail" not in found.metrics
    assert "popularity" not in found.baselines
    assert len(found.moments) == found.users
    assert found.available["kind"] == {"film": 1.0}
    command = Inside(places.data)
    told = command.json("eval", "--mine")
    assert told == json.loads(msgspec.json.encode(found))
    text = command.text("eval", "--mine")
    assert text.startswith(f"{found.users} moments of your own history")
    assert f" → {found.moments[-1].ndcg['mediadesk']:.3f}" in text
    assert planted.users[0] not in text
    assert "too short" in command.run("profiles", "add", "anna").stderr + (
        command.run("eval", "--mine", "--profile", "anna").stderr
    )


def test_the_command_prints_the_figures_of_both_protocols(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    household_factory.write(tmp_path / "set", items=150, users=20, events=80)
    places = library_factory.places(tmp_path / "data", tmp_path_factory.getbasetemp())
    command = Inside(places.data)
    words = ("eval", "--dataset", str(tmp_path / "set"), "--protocol")
    crowd = command.json(*words, "crowd")
    assert (crowd["protocol"], crowd["users"]) == ("crowd", 20)
    wanted = {"ndcg@10", "recall@10", "mrr@10", "precision@10", "hit@10"}
    assert crowd["metrics"].keys() == wanted | {"coverage", "long_tail", "ild"}
    for figure in crowd["metrics"].values():
        assert 0 <= figure["low"] <= figure["value"] <= figure["high"] <= 1.5
    assert {"random", "popularity", "item-knn", "ease", "jellyfin-localrecs", "streamystats"} == (
        crowd["baselines"].keys()
    )
    assert crowd["differences"]["random"]["ndcg@10"]["low"] > 0
    assert crowd["exposure"]["kind"] == {"film": 1.0}
    assert crowd["exposure"]["language"] == {"en": 1.0}
    household = command.json(*words, "household", "--k", "5, 20")
    assert {"auc_liked@k=5", "auc_matched@k=20", "ndcg@10@k=20"} <= household["metrics"].keys()
    assert "ndcg@10@k=50" not in household["metrics"]
    assert not {"ease", "item-knn"} & household["baselines"].keys()
    text = command.text(*words, "household", "--k", "5")
    assert text.startswith("20 people, by what each did first\n\n5 events known\n")
    assert "auc_matched against streamystats: " in text
    assert f"{household['metrics']['auc_matched@k=5']['value']:.3f}" in text
    assert "By kind: film 100.0% (of all 100.0%)" in text


def test_the_command_says_in_a_sentence_what_is_wrong(tmp_path: Path) -> None:
    command = Inside(tmp_path / "data")
    for words, status, sentence in (
        (("--dataset", str(tmp_path)), 1, "items.csv” is not there"),
        ((), 2, "Usage"),
        (("--protocol", "crowd"), 2, "--dataset"),
        (("--mine", "--dataset", str(tmp_path)), 2, "--dataset"),
        (("--mine",), 1, "too short"),
        (("--dataset", str(tmp_path), "--k", "5;20"), 2, "--k 5,20,50"),
        (("--dataset", str(tmp_path), "--k", "51"), 2, "up to 50"),
    ):
        done = command.run("eval", *words)
        assert done.returncode == status, words
        assert sentence in done.stderr + done.stdout
    said = json.loads(command.run("eval", "--dataset", str(tmp_path), "--json").stdout)
    assert "items.csv" in said["error"]
