"""The page of a small, of an odd and of an empty library."""

from collections.abc import Sequence

from mediadesk.api import Item, Kind, PanelRequest, Section, testing

from MODULE import panels


def view(*items: Item) -> Sequence[Section]:
    (panel,) = panels(testing.Context())
    return panel.view(PanelRequest(items=items, data={}, language="en"))


def test_every_dated_item_is_a_dot_and_counted() -> None:
    chart, table = view(
        testing.item(id="a", year=1972, duration=600),
        testing.item(id="b", year=1992, duration=60, kind=Kind.SONG),
        testing.item(id="c", year=1992, duration=300),
        testing.item(id="d"),
    )
    places = {point.item: (point.x, point.y) for point in chart.points}
    assert places == {"a": (0.0, 1.0), "b": (1.0, 0.1), "c": (1.0, 0.5)}
    assert table.rows == (("1972", "1"), ("1992", "2"))


def test_a_single_item_of_unknown_length_has_its_place() -> None:
    chart, _ = view(testing.item(year=1972, duration=0))
    assert (chart.points[0].x, chart.points[0].y) == (0.0, 0.0)


def test_an_empty_library_says_so() -> None:
    (section,) = view()
    assert section.text
