"""What is understood of an item, on a real library: what is proposed, and what is not sure."""

from __future__ import annotations

import pytest

from mediadesk.api import SURE, Feature, UserError
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import Browse, ChapterView, Span
from mediadesk.store import features
from mediadesk.understand import FEATURE

SURELY, PERHAPS = "zebra crossing", "lava lamp"


def item_named(engine: Engine, title: str) -> str:
    return next(one.id for one in engine.views(engine.ids()) if one.title == title)


def learn(engine: Engine, item: str, extractor: str, feature: Feature) -> None:
    def save(db: object) -> None:
        features.save(db, item, extractor, feature, version=9, model="")  # type: ignore[arg-type]

    engine._store.write(save)


@pytest.fixture
def film(ready: Engine) -> str:
    """A film for which chapters are proposed, and an intro was found."""
    item = item_named(ready, "Harbour")
    told = {"chapters": [[0.0, "Fog"], [2.5, "Bells"]], "spans": [[0.5, 1.5, "intro"]]}
    learn(ready, item, FEATURE, Feature(data=told))
    return item


def test_proposed_chapters_and_the_intro_are_there_for_the_player(ready: Engine, film: str) -> None:
    sitting = ready.playing.sit_down(film)
    assert [(one.title, one.proposed) for one in sitting.chapters] == [
        ("Fog", True), ("Bells", True)
    ]  # fmt: skip
    assert sitting.spans == (Span(start=0.5, end=1.5, label="intro"),)


def test_proposed_chapters_are_kept_and_that_can_be_undone(ready: Engine, film: str) -> None:
    made = ready.organising.keep_chapters(film)
    assert made.says == "Kept the proposed chapters of “Harbour”"
    own = (ChapterView(start=0, title="Fog"), ChapterView(start=2.5, title="Bells"))
    assert ready.item(film).chapters == ready.playing.sit_down(film).chapters == own
    learn(ready, film, FEATURE, Feature(data={"chapters": [[1.0, "Other"]]}))
    assert ready.item(film).chapters == own, "what is understood later does not change them"
    with pytest.raises(UserError, match="“Harbour” has chapters of its own already"):
        ready.organising.keep_chapters(film)
    ready.organising.undo()
    assert [(one.title, one.proposed) for one in ready.item(film).chapters] == [("Other", True)]


def test_where_nothing_is_understood_no_chapters_can_be_kept(ready: Engine, film: str) -> None:
    learn(ready, film, FEATURE, Feature())
    with pytest.raises(UserError, match="No chapters are proposed for “Harbour”: analyse it"):
        ready.organising.keep_chapters(film)


def test_chapters_of_a_file_stay_when_one_with_kept_ones_is_merged_into_it(
    ready: Engine, film: str
) -> None:
    ready.organising.keep_chapters(film)
    real = item_named(ready, "Lighthouse")
    ready._store.write(
        lambda db: db.conn.execute(
            "UPDATE item SET chapters = ? WHERE id = ?", ['[[0.0, "Real"]]', real]
        )
    )
    ready.organising.merge(real, [film])
    assert ready.item(real).chapters == (ChapterView(start=0, title="Real"),)


def test_what_is_not_sure_is_no_fact_anywhere_but_on_the_page_where_it_is_told(
    ready: Engine,
) -> None:
    item = item_named(ready, "Harbour")
    tags = {SURELY: SURE, PERHAPS: SURE - 0.01}
    learn(ready, item, "tags", Feature(tags=tags))
    ready._access.changed("items", "features")
    page = ready.item(item)
    assert {name: page.tags[name] for name in tags} == tags, "with how sure they are"
    assert {each.name: each.confidence for each in page.nodes if each.name in tags} == {
        name: round(sure, 4) for name, sure in tags.items()
    }
    seen = [page.item, *ready.views([item]), *ready.browsing.items_at(_numbers(ready, item))]
    for view in seen:
        assert view is not None
        assert view.tags[0] == SURELY
        assert PERHAPS not in view.tags
    assert ready.ids(text=f'tag:"{SURELY}"') == (item,)
    assert ready.ids(text=f'tag:"{PERHAPS}"') == ()
    facets = [*ready.browsing.facets(Browse()), *ready.browsing.nodes()]
    labels = {value.label for facet in facets for value in facet.values}
    assert SURELY in labels
    assert PERHAPS not in labels
    with pytest.raises(UserError, match="no “lava lamp”"):
        ready.browsing.node(PERHAPS)
    shelves = [*ready.for_you().shelves]
    told = [reason.text for shelf in shelves for card in shelf.items for reason in card.reasons]
    told += [reason.text for card in page.similar for reason in card.reasons]
    told += [reason.text for reason in ready.why(item).reasons]
    assert not [text for text in told if PERHAPS in text]


def test_of_many_tags_a_card_has_the_surest_four(ready: Engine) -> None:
    item = item_named(ready, "Harbour")
    learn(ready, item, "tags", Feature(tags={f"tag {n}": SURE + n / 100 for n in range(6)}))
    assert ready.views([item])[0].tags == ("tag 5", "tag 4", "tag 3", "tag 2")


def _numbers(engine: Engine, item: str) -> list[int]:
    rows = engine.browsing.rows(Browse())
    numbers = memoryview(rows.numbers).cast("I").tolist()
    views = engine.browsing.items_at(numbers)
    return [number for number, view in zip(numbers, views, strict=True) if view and view.id == item]
