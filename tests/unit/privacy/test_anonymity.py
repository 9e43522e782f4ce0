"""Whatever people do, each row that is told could be of any of k of them."""

from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from mediadesk.privacy.anonymity import Act, anonymous

_ACTS = st.lists(
    st.builds(
        Act,
        person=st.sampled_from(["anna", "bert", "cleo", "dora"]),
        item=st.sampled_from(["secret-film", "other", "third"]),
        did=st.sampled_from(["liked", "played"]),
        value=st.floats(0, 1),
        at=st.floats(1.7e9, 1.74e9),
        kind=st.sampled_from(["film", "song"]),
        year=st.sampled_from([None, 1984, 1989, 2001]),
        genre=st.sampled_from(["drama", ""]),
    ),
    max_size=60,
)


@settings(max_examples=30)
@given(_ACTS, st.integers(2, 4))
def test_each_row_is_told_alike_of_k_people_and_none_is_lost_untold(
    acts: list[Act], k: int
) -> None:
    made = anonymous(acts, k=k)
    sharing = defaultdict(set)
    for row in made.rows:
        sharing[row.did, row.kind, row.decade, row.genre, row.when].add(row.person)
        assert row.value in {0, 0.25, 0.5, 0.75, 1}
    assert all(len(people) >= k for people in sharing.values())
    assert len(made.rows) == sum(made.levels.values())
    assert len(made.rows) + made.suppressed == len(acts)
    assert not {act.person for act in acts} & {row.person for row in made.rows}
    assert not {act.item for act in acts} & {row.item for row in made.rows}
    known = defaultdict(set)
    for row in made.rows:
        known[row.item].add((row.kind, row.decade, row.genre))
    assert all(len(told) == 1 for told in known.values()), "what is withheld is told elsewhere"


def test_what_is_withheld_of_a_thing_is_not_to_be_had_from_what_others_did_with_it() -> None:
    together = [act("a", 1.76e9), act("b", 1.76e9)]
    alone = [act("c", 1.7e9), act("d", 1.6e9, year=2001)]  # what was done is all that they share
    fine, coarse = (
        [row for row in anonymous([*together, *alone], k=2).rows if bool(row.when) == is_fine]
        for is_fine in (True, False)
    )
    assert (len(fine), len(coarse)) == (2, 2)
    assert not {row.item for row in fine} & {row.item for row in coarse}


def test_a_clock_that_went_wrong_stops_nobody() -> None:
    made = anonymous([act("a", at) for at in (-1e18, 1e18, float("inf"))], k=1)
    assert len(made.rows) == 3


def act(person: str, at: float, year: int = 1984) -> Act:
    return Act(
        person=person,
        item="i",
        did="liked",
        value=0.4,
        at=at,
        kind="film",
        year=year,
        genre="drama",
    )


def test_what_is_shared_is_told_finely_and_the_rest_coarsely_or_not() -> None:
    monday, day = 1_760_313_600.0, 86_400.0  # 13 October 2025
    made = anonymous([act("a", monday), act("b", monday + 3 * day)], k=2)
    assert {(row.when, row.decade, row.genre, row.value) for row in made.rows} == {
        ("2025-W42", "1980s", "drama", 0.5)
    }
    apart = anonymous([act("a", monday), act("b", monday + 60 * day)], k=2)
    assert {(row.when, row.decade) for row in apart.rows} == {("2025-Q4", "1980s")}
    years = anonymous([act("a", monday), act("b", monday, year=2001)], k=2)
    assert {(row.when, row.decade, row.kind) for row in years.rows} == {("2025", "", "film")}
    alone = anonymous([act("a", monday), act("a", monday)], k=2)
    assert (alone.rows, alone.suppressed, alone.people) == ((), 2, 1)


def test_two_exports_name_nobody_alike() -> None:
    acts = [act("a", 1.76e9), act("b", 1.76e9)]
    first, second = ({row.person for row in anonymous(acts, k=2).rows} for _ in range(2))
    assert len(first | second) == 4
