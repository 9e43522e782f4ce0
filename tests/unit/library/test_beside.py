from hypothesis import given
from hypothesis import strategies as st

from mediadesk.library import beside


def test_a_file_has_what_is_named_after_it_and_what_stands_for_its_folder() -> None:
    listing = dict.fromkeys(
        [
            "film.nfo", "film.jpg", "film-poster.png", "film 2.nfo", "film 2-poster.jpg",
            "poster.jpg", "fanart.webp", "season01-poster.jpg", "notes.jpg", "../tvshow.nfo",
            "../season02-poster.jpg", "../other.nfo", "movie.nfo", "artist.jpg",
        ],
        1,
    )  # fmt: skip
    assert beside.belongs("film", listing) == [
        "../season02-poster.jpg", "../tvshow.nfo", "artist.jpg", "fanart.webp", "film-poster.png",
        "film.jpg", "film.nfo", "movie.nfo", "poster.jpg", "season01-poster.jpg",
    ]  # fmt: skip


def test_nothing_sums_up_to_nothing() -> None:
    assert beside.checksum("film", {}) == 0
    assert beside.checksum("film", {"other.nfo": 5}) == 0


_listings = st.dictionaries(
    st.sampled_from(["film.nfo", "other.nfo", "poster.jpg", "../tvshow.nfo", "x.png"]),
    st.integers(0, 3),
)


@given(_listings, _listings)
def test_the_sum_changes_with_what_belongs_and_with_nothing_else(
    one: dict[str, int], other: dict[str, int]
) -> None:
    def mine(listing: dict[str, int]) -> list[tuple[str, int]]:
        return [(name, listing[name]) for name in beside.belongs("film", listing)]

    is_same = beside.checksum("film", one) == beside.checksum("film", other)
    assert is_same == (mine(one) == mine(other))
