"""Makes households of which the tastes are known: by theme, era and mood, and a known noise."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mediadesk.api import Array

THEMES = {
    "sea": "ocean sailor harbour storm ship lighthouse wave island",
    "space": "planet rocket astronaut galaxy orbit star alien moon",
    "crime": "detective murder police robbery suspect trial thief gang",
    "sport": "football champion stadium coach race boxing team medal",
    "food": "cook kitchen recipe restaurant bread chef wine dinner",
    "history": "king battle castle empire queen knight war throne",
    "nature": "forest wolf bird river mountain eagle bear jungle",
    "music": "guitar singer concert piano band orchestra song stage",
}
MOODS = {
    "cheerful": "happy funny joyful merry laughing playful",
    "sad": "sorrowful tearful lonely mourning broken grieving",
    "tense": "frightening dangerous desperate suspenseful deadly panicked",
    "tender": "loving gentle warm romantic kind affectionate",
}
ERAS = (1950, 1970, 1990, 2010)
KINDS = {"film": 0.5, "song": 0.5}
LANGUAGES = {"en": 0.7, "zh": 0.3}
"""Value → its share of a mixed library."""
_WEIGHTS = {"theme": 1.2, "era": 0.6, "mood": 0.6}
_RARELY = 0.02  # of any kind everybody takes some


@dataclass(frozen=True, kw_only=True)
class Planted:
    """What was planted: `utility` [users, items] is what each person thinks, before the noise."""

    items: tuple[str, ...]
    users: tuple[str, ...]
    utility: Array


def write(
    folder: Path,
    *,
    items: int = 400,
    users: int = 60,
    events: int = 90,
    seed: int = 0,
    is_mixed: bool = False,
) -> Planted:
    """Write items.csv and events.csv of people who choose and rate by taste, popularity and chance.

    Always two ratings of a person are of the same second. All items are English films, unless it
    `is_mixed`: then each person takes a share of their own of each kind and language, and thinks no
    better of one than of another.
    """
    chance = np.random.default_rng(seed)
    traits = {
        "theme": chance.integers(len(THEMES), size=items),
        "era": chance.integers(len(ERAS), size=items),
        "mood": chance.integers(len(MOODS), size=items),
    }
    utility = np.zeros((users, items))
    for name, count in (("theme", len(THEMES)), ("era", len(ERAS)), ("mood", len(MOODS))):
        taste = chance.standard_normal((users, count))
        utility += _WEIGHTS[name] * taste[:, traits[name]]
    popular = 0.7 * chance.standard_normal(items)
    noise = 0.5 * chance.standard_normal((users, items))
    # The events of the largest keys: chosen without replacement, by taste and popularity (Gumbel).
    keys = 0.8 * utility + popular + chance.gumbel(size=(users, items))
    values = [("film", "en")] * items
    if is_mixed:
        columns = [_dealt(table, (users, items), chance) for table in (KINDS, LANGUAGES)]
        keys += sum(appetite for _, appetite in columns)
        values = list(zip(*(own for own, _ in columns), strict=True))
    chosen = np.argsort(-keys, axis=1)[:, :events]
    names = tuple(f"i{n:04}" for n in range(items))
    people = tuple(f"u{n:03}" for n in range(users))
    lines = []
    for user, own in enumerate(chosen):
        own = chance.permutation(own)  # noqa: PLW2901 - the order of time
        rated = (utility + noise)[user, own]
        stars = 1 + np.digitize(rated, np.quantile(rated, [0.1, 0.25, 0.5, 0.75]))
        lines += [
            (people[user], names[item], int(value), 1_600_000_000 + 60 * (n // 2))
            for n, (item, value) in enumerate(zip(own, stars, strict=True))
        ]
    save(folder, _titled(traits, names, values, chance), lines)
    return Planted(items=names, users=people, utility=utility)


def save(
    folder: Path, items: Iterable[Sequence[object]], events: Iterable[Sequence[object]]
) -> None:
    """Write a folder of evaluation data."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, header, rows in (
        ("items.csv", ("item_id", "title", "year", "kind", "tags", "text", "language"), items),
        ("events.csv", ("user_id", "item_id", "value", "at"), events),
    ):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            written = csv.writer(file)
            written.writerow(header)
            written.writerows(rows)


def _dealt(
    table: dict[str, float], size: tuple[int, int], chance: np.random.Generator
) -> tuple[list[str], Array]:
    """Give the value of each of n items, and how much more each person takes of it [users, n]."""
    users, items = size
    drawn = chance.choice(len(table), items, p=list(table.values()))
    wanted = chance.dirichlet(np.ones(len(table)), users)
    appetite = np.log(np.maximum(wanted, _RARELY) / list(table.values()))
    return [list(table)[n] for n in drawn], appetite[:, drawn]


def _titled(
    traits: dict[str, Array],
    names: Sequence[str],
    values: Sequence[tuple[str, str]],
    chance: np.random.Generator,
) -> Iterable[Sequence[object]]:
    themes, moods = (
        [(name, words.split()) for name, words in table.items()] for table in (THEMES, MOODS)
    )
    for n, name in enumerate(names):
        theme, told = themes[traits["theme"][n]]
        _, felt = moods[traits["mood"][n]]
        one, two, three = chance.choice(told, 3, replace=False)
        first, second = chance.choice(felt, 2, replace=False)
        year = ERAS[traits["era"][n]] + int(chance.integers(10))
        text = f"A {first} story of a {one}, a {two} and a {second} {three}."
        kind, language = values[n]
        yield name, f"The {first} {one}", year, kind, theme, text, language
