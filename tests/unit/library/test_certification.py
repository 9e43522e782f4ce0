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
        ("U/A 16+", 16),
        ("UA 13+", 13),
        ("U/A 7+", 7),
        ("UA", 12),
        ("A", None),
        ("A 18", None),
        ("India:A", 18),
        ("USA:G / India:A", 18),
        ("E 16", 16),
        ("T 16", 16),
        ("G 16", 16),
        ("PG 13", 13),
        ("R 18+", 18),
        ("TP (-12)", 12),
        ("Banned in 3 countries", None),
    ],
)
def test_ratings_of_many_countries_are_ages(text: str, years: int | None) -> None:
    assert age(text) == years
