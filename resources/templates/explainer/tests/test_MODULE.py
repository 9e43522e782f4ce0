"""The explainer on requests as the host makes them."""

from collections.abc import Sequence

from mediadesk.api import ExplainRequest, Liked, testing

from MODULE import explainers


def explain(artist: str, *history: Liked) -> Sequence[str]:
    (explainer,) = explainers(testing.Context())
    item = testing.item(artist=artist)
    return explainer.explain(ExplainRequest(item=item, reasons=(), history=history, language="en"))


def liked(title: str, artist: str, value: float) -> Liked:
    return Liked(item=testing.item(title=title, artist=artist), value=value)


def test_the_best_liked_item_of_the_artist_is_named() -> None:
    (sentence,) = explain("Bach", liked("Air", "BACH", 0.5), liked("Fugue", "Bach", 1.0))
    assert sentence == "By Bach, like “Fugue”, which you liked"


def test_without_anything_liked_of_the_artist_it_says_nothing() -> None:
    assert not explain("Bach", liked("Air", "Bach", -1.0), liked("Fifth", "Beethoven", 1.0))
    assert not explain("", liked("Unknown", "", 1.0))
