"""Long lists of ids."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mediadesk.api import Block, Item, RankRequest
from mediadesk.host.isolate.names import Names, lazy, slim

texts = st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=20)
alike = st.lists(st.text("0123456789abcdef", min_size=4, max_size=4), max_size=20)


@given(st.one_of(texts, alike))
def test_a_list_of_names_is_the_list_it_was_made_from(found: list[str]) -> None:
    names = Names.of(found)
    assert list(names) == found
    assert len(names) == len(found)
    assert [names[n] for n in range(len(found))] == found
    assert names[1:3] == tuple(found[1:3])
    for n in range(-len(found), len(found)):
        assert Names.of(found)[n] == found[n]


@given(alike.filter(lambda found: len(found) > 1))
def test_names_of_one_length_are_found_without_decoding_all(found: list[str]) -> None:
    names = Names.of(found)
    assert names.stride == 5
    assert names[len(found) - 1] == found[-1]
    assert names._split is None


def test_only_a_long_list_of_a_request_is_changed() -> None:
    def request(count: int) -> RankRequest:
        ids = tuple(map(str, range(count)))
        return RankRequest(now=1, profile="p", candidates=ids, history=(), blocks={})

    assert slim(request(10)).candidates == tuple(map(str, range(10)))
    assert isinstance(slim(request(1_000)).candidates, Names)
    assert slim("text") == "text"


def test_a_lazy_type_is_the_type_with_lists_decoded_late() -> None:
    kind = lazy(RankRequest)
    assert issubclass(kind, RankRequest)
    assert kind.__name__ == "RankRequest"
    assert lazy(Item) is Item
    assert lazy(Block) is Block
    assert lazy(str) is str
