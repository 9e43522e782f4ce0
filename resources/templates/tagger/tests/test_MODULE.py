"""The tagger on features as the keyframes plugin gives them."""

from collections.abc import Mapping

import pytest
from mediadesk.api import Feature, testing

from MODULE import taggers


def tags(**shares: float) -> Mapping[str, float]:
    keyframes = Feature(data={"classes": shares})
    (found,) = taggers()[0].tag([{"keyframes": keyframes}], testing.no_model)
    return found


def test_shares_of_what_belongs_together_add_up() -> None:
    assert tags(beach=0.4, pier=0.3, pizza=0.3) == {"seaside": pytest.approx(0.7)}


def test_what_is_hardly_seen_gives_no_tag() -> None:
    assert tags(ski=0.1, valley=0.05) == {}


def test_an_item_without_pictures_gets_no_tag() -> None:
    assert taggers()[0].tag([{}, {"audio": Feature()}], testing.no_model) == [{}, {}]
