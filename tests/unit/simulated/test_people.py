from pathlib import Path

import numpy as np
from simulated.people import GROUP, NAMES, household

from mediadesk.api import Item, Kind

FOLDERS = ("Sea", "Space", "Crime", "Sport")


def items(each: int = 30) -> list[Item]:
    videos = [
        Item(
            id=f"{folder}{n}",
            kind=Kind.CLIP,
            title="",
            path=Path("/videos") / folder / f"{n}.mp4",
            year=2000 + n,
        )
        for folder in FOLDERS
        for n in range(each)
    ]
    song = Item(id="song", kind=Kind.SONG, title="", path=Path("/songs/1.ogg"), genres=("folk",))
    return [*videos, song]


def test_tastes_are_the_same_for_the_same_seed_and_others_for_another_one() -> None:
    assert household(items(), seed=3) == household(items()[::-1], seed=3)
    assert household(items(), seed=3) != household(items(), seed=4)


def test_enjoyment_is_a_chance_and_some_of_the_library_is_worth_an_evening() -> None:
    for own in household(items(), seed=0).values():
        assert all(0 < chance < 1 for chance in own.values())
    for name in NAMES:
        assert 0.2 < np.mean(list(household(items(), seed=0)[name].values())) < 0.5


def test_a_group_enjoys_no_more_than_its_members_on_average_and_no_less_than_the_least() -> None:
    found = household(items(), seed=0)
    for item, together in found[GROUP].items():
        own = [found[name][item] for name in NAMES]
        assert min(own) <= together <= np.mean(own)


def test_items_of_a_theme_are_enjoyed_more_alike_than_others() -> None:
    within, between = [], []
    for seed in range(20):
        own = household(items(), seed=seed)["Ada"]
        themes = np.array([[own[f"{folder}{n}"] for n in range(30)] for folder in FOLDERS])
        within.append(themes.var(axis=1).mean())
        between.append(themes.mean(axis=1).var())
    assert np.mean(between) > 0.5 * np.mean(within)


def test_people_of_one_household_share_some_of_their_taste() -> None:
    alike = []
    for seed in range(40):
        found = household(items(), seed=seed)
        ada, ben = (np.array(list(found[name].values())) for name in ("Ada", "Ben"))
        alike.append(np.corrcoef(ada, ben)[0, 1])
    assert 0.1 < np.mean(alike) < 0.7
