"""What the shelf does with a ranking, on people whose tastes in kinds and languages are known."""

from __future__ import annotations

import household_factory
import library_factory
import pytest
from simulated.reranking import Price, of_folder


@pytest.fixture(scope="module")
def prices(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Price]:
    """Two dozen people who rate films and songs, in two languages; of each 20 ratings count."""
    folder = tmp_path_factory.mktemp("mixed")
    household_factory.write(folder / "set", users=24, is_mixed=True)
    places = library_factory.places(folder / "data", tmp_path_factory.getbasetemp())
    return of_folder(folder / "set", places.data)


@pytest.mark.parametrize("what", ["kinds", "languages"])
def test_lists_hold_of_kinds_and_languages_about_as_much_as_was_rated_well(
    prices: dict[str, Price], what: str
) -> None:
    away = prices[f"away from {what}@12"]
    assert away.change is not None
    assert away.change.high is not None
    assert away.change.high < 0, "nearer than the ranking by itself, whoever had been asked"
    assert away.shown.value is not None
    assert away.shown.value < 0.25


def test_that_gains_relevance_for_they_choose_by_these_shares(prices: dict[str, Price]) -> None:
    change = prices["ndcg@10"].change
    assert change is not None
    assert change.value is not None
    # Half of the calibration gains less than that, and none of it nothing.
    assert change.value > 0.01
