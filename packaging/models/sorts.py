"""Sorts of free material by what its makers call it, and the tags that are right for each.

All tags are named that a careful person could give to any item of a sort: what is fitted must not
take a right tag for a wrong one. A sort without any is about nothing that there is a tag for.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sort:
    """`pattern` is found in the paths of a sort, or its words are the roots of a topic."""

    pattern: str
    right: frozenset[str] = field(default_factory=frozenset)


def _sort(pattern: str, right: str = "") -> Sort:
    return Sort(pattern, frozenset(right.split()))


PICTURES = {
    "dry land": _sort(r"land/(badlands|canyon|desert|dune)", "desert mountains"),
    "mountains": _sort(r"land/(mountain|valley|hills)", "mountains winter forest"),
    "snow": _sort(r"land/snow", "winter mountains forest"),
    "lava": _sort(r"land/lava", "mountains"),
    "fields": _sort(r"land/fields", "farming mountains"),
    "lakes": _sort(r"land/water", "sea mountains"),
    "space": _sort(r"land/(nasa|space|station)", "space science computers aircraft"),
    "fish": _sort(r"images/fishes/", "sea-life animals"),
    "monuments": _sort(r"images/monuments/|explore_monuments/", "buildings history religion"),
    "tools": _sort(r"images/tools/"),
    "dogs": _sort(r"animals/dog\.", "dogs animals"),
    "cats": _sort(r"animals/cat\.|/kitten\.", "cats animals"),
    "horses": _sort(r"farm_animals/.*/horse\.", "horses animals farming"),
    "cattle": _sort(r"animals/(cow|pig|sheep)\.|/(calf|alpaca)\.", "farming animals"),
    "birds": _sort(r"/(chicken|northern_harrier|gosling)\.", "birds animals farming"),
    "animals": _sort(r"/(flying_fox|giraffe)\.", "animals"),
    "reptiles": _sort(r"/chameleon\.", "reptiles animals"),
    "sea animals": _sort(r"/(dolphin|crab)\.", "sea-life sea animals"),
    "players": _sort(r"explore_world_music/", "music"),
}
"""endless-sky-data and gcompris-qt-data."""

TOPICS = {
    "birds": _sort("bird", "birds animals"),
    "insects": _sort("insect arachnid", "insects animals"),
    "reptiles": _sort("reptile amphibian", "reptiles animals"),
    "fish": _sort("fish crustacean mollusk whale", "sea-life sea animals"),
    "dogs": _sort("dog", "dogs animals"),
    "cats": _sort("domestic_cat", "cats animals"),
    "horses": _sort("horse", "horses animals farming"),
    "beasts": _sort("carnivore ruminant primate rodent marsupial", "animals"),
    "mountains": _sort("mountain mountain_peak", "mountains"),
    "flowers": _sort("flower", "flowers"),
    "dishes": _sort("dish", "food cooking"),
    "fruit": _sort("edible_fruit vegetable", "food farming cooking"),
    "drinks": _sort("alcohol", "drinks food"),
    "buildings": _sort("building", "buildings city home history religion"),
    "cars": _sort("motor_vehicle", "cars"),
    "aircraft": _sort("aircraft air air_travel", "aircraft travel"),
    "ships": _sort("ship boat seafaring", "ships sea travel"),
    "railways": _sort("railway", "trains travel"),
    "music": _sort("musical_instrument music", "music"),
    "clothes": _sort("garment", "fashion"),
    "stars": _sort("celestial_body astronomy", "space science"),
    "weather": _sort("storm", "weather"),
    "illness": _sort("disease medicine pathology", "medicine"),
    "money": _sort("monetary_unit finance commerce", "money work"),
    "computers": _sort("computer computer_science", "computers science"),
    "war": _sort("military weapon", "war history"),
    "sport": _sort("sport football baseball basketball tennis golf athletics", "sport games"),
    "religion": _sort("religion Christianity Judaism Islam", "religion history"),
    "law": _sort("law", "politics crime money"),
    "politics": _sort("politics government", "politics"),
    "science": _sort("physics chemistry biology", "science"),
    "relatives": _sort("relative kin", "family love"),
    "school": _sort("school educator", "school"),
    "times": _sort("time_unit"),
    "shapes": _sort("shape round_shape"),
    "numbers": _sort("definite_quantity"),
    "feelings": _sort("emotion", "love"),
    "manners": _sort("trait"),
}
"""Nouns of WordNet 3.0 that are below these, or of these subjects."""

MUSIC = {
    "orchestral": _sort(r"wesnoth", "instrumental"),
    "electronic": _sort(
        r"singularity|original_soundtrack|legacy_soundtrack|aftermath_soundtrack",
        "electronic dance ambient instrumental",
    ),
}
"""By their own tags “Romantic Classical”; by their copyright files electronic; nobody sings."""
