from dataclasses import replace

import household_factory
import numpy as np
import pytest
from simulated.reranking import worth

from mediadesk.engine.trials import cases, figures
from mediadesk.engine.trials.dataset import Dataset
from mediadesk.engine.trials.figures import TOP, Scales
from mediadesk.engine.trials.reading import read


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("planted")
    household_factory.write(folder, items=150, users=12, events=80)
    return read(folder)


def scales(data: Dataset) -> Scales:
    rows = np.random.default_rng(0).standard_normal((len(data.items), 8))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    popular = np.bincount(data.item, minlength=len(data.items))
    return Scales(vectors=rows, is_tail=figures.tail(popular))


def test_ten_items_are_measured_as_in_every_trial(data: Dataset) -> None:
    names = {"ndcg": f"ndcg@{TOP}", "ild": "ild", "long tail": "long_tail"}
    measured = scales(data)
    for asked in cases.household(data, most=20):
        case = replace(asked, relevant=asked.relevant[:3])
        top = case.candidates[:TOP]
        own, usual = worth(data, case, top, measured), figures.of_list(case, top, measured)
        assert [own[name] for name in names] == pytest.approx([usual[n] for n in names.values()])


def test_a_list_of_what_was_liked_is_nearest_to_the_liked_tags(data: Dataset) -> None:
    measured = scales(data)
    tags = np.array([item.genres[0] for item in data.items])
    for case in cases.household(data, most=20):
        liked = data.item[case.known[data.value[case.known] >= 4]]
        single = np.flatnonzero(tags == tags[liked[0]])
        own, narrow = (
            worth(data, case, top, measured)["away from liked tags"] for top in (liked, single)
        )
        assert own == pytest.approx(0, abs=1e-3)
        assert narrow > 1
