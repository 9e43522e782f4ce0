import pytest

from mediadesk.library.certification import age


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("Rated PG-13 for intense sequences of violence", 13),
        ("PG-13", 13),
        ("Rated R", 17),
        ("G", 0),
        ("TV-MA", 17),
        ("TV-Y7", 7),
        ("FSK 12", 12),
        ("Germany:FSK 16", 16),
        ("DE:6", 6),
        ("de-12", 12),
        ("ab 16 Jahre", 16),
        ("UK:15", 15),
        ("12A", 12),
        ("U", 0),
        ("18+", 18),
        ("à partir de 10 ans", 10),
        ("USA:PG / Germany:FSK 12 / UK:15", 15),
        ("Tous publics", 0),
        ("", None),
        ("Not Rated", None),
        ("NR", None),
        ("Unrated", None),
        ("Approved 1955", None),
        ("99", None),
    ],
)
def test_ratings_of_many_countries_are_ages(text: str, years: int | None) -> None:
    assert age(text) == years
