from __future__ import annotations

from dataclasses import asdict

from gui.fake_client import item

from mediadesk.engine.messages import Card, Origin, Panel, Shelf
from mediadesk.ui.pages.for_you import standing


def test_a_card_says_which_side_of_a_contest_put_it_there() -> None:
    arms = ("taste@20780@1795334400.0", "next@20780@1795334400.0")
    cards = tuple(Card(**asdict(item(n)), arm=arm) for n, arm in enumerate(arms))
    picks = Shelf(id="picks", title="Top picks", items=cards)
    tiles = standing(Panel(profile="me", took_ms=1.0, shelves=(picks,)))
    assert [tiles[card.id].origin for card in cards] == [
        Origin(page="for-you", shelf="picks", slot=slot, arm=arm)
        for slot, arm in enumerate(arms, start=1)
    ]
