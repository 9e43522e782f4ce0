import time
from pathlib import Path

from mediadesk.recommend.lookalikes import lengths, lookalikes
from mediadesk.store.places import Lying


def _lying(number: int, title: str, path: str = "") -> Lying:
    return Lying(id=f"i{number}", title=title, duration=100.0, path=path or f"/r/x{number}.mkv")


def test_names_and_contents_say_which_file_it_may_be_the_best_first() -> None:
    others = [
        _lying(1, "The Third Man"),
        _lying(2, "Third Man, The (1949)"),
        _lying(3, "Something else"),
        _lying(4, "Nothing alike"),
        _lying(5, "C0001", "/r/The.Third.Man.1080p.mkv"),
    ]
    found = lookalikes(
        "The Third Man", Path("/old/The.Third.Man.mkv"), others, content={"i3": 0.95, "i4": 0.3}
    )
    assert [each.item for each in found][:2] == ["i1", "i3"]
    assert {each.item for each in found} == {"i1", "i2", "i3", "i5"}
    assert found[0].alike == 1.0
    assert found[0].why == "the same length, the same name"
    assert found[1].why == "the same length, alike to see or hear"
    assert all(0.5 <= each.alike <= 1 for each in found)


def test_lengths_may_differ_by_a_hundredth_and_a_second_at_least() -> None:
    assert lengths(10.0) == (9.0, 11.0)
    assert lengths(6000.0) == (5940.0, 6060.0)


def test_thousands_of_songs_of_one_length_are_compared_at_once() -> None:
    others = [_lying(n, f"A song of number {n * 7919}") for n in range(3_000)]
    began = time.process_time()
    found = lookalikes("Quite another title", None, others, content={})
    assert time.process_time() - began < 2
    assert found == []
