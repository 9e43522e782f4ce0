"""When a plugin is quarantined."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mediadesk.host.isolate.faults import (
    ITEM_SECONDS,
    ITEMS,
    RESTART_SECONDS,
    RESTARTS,
    Fault,
    verdict,
)

NOW = 1_000_000.0


def fault(ago: float = 0.0, item: str | None = None, sentence: str = "It crashed.") -> Fault:
    return Fault(
        plugin="p",
        version="1",
        at=NOW - ago,
        part="part",
        item=item,
        kind="crash",
        sentence=sentence,
    )


def test_three_items_within_ten_minutes_are_too_many() -> None:
    faults = [fault(500, "a", "“x” crashed."), fault(300, "b", "“x” hung."), fault(0, "c")]
    found = verdict(faults, NOW)
    assert found.quarantine
    assert found.sentence == "3 faults within 10 minutes: “x” crashed. “x” hung. It crashed."
    assert not verdict(faults[:2], NOW).quarantine
    assert not verdict(faults, NOW + 101).quarantine


def test_one_bad_file_is_not_the_plugins_fault() -> None:
    assert not verdict([fault(n * 100, "a") for n in range(5)], NOW).quarantine


def test_faults_without_an_item_count_one_by_one() -> None:
    assert verdict([fault(n * 100) for n in range(3)], NOW).quarantine
    assert verdict([fault(0), fault(1, "a"), fault(2)], NOW).quarantine


def test_five_within_a_minute_are_too_many_whatever_the_item() -> None:
    faults = [fault(n * 10, "a") for n in range(5)]
    assert verdict(faults, NOW).quarantine
    assert not verdict(faults, NOW + 21).quarantine


faults = st.lists(
    st.builds(
        fault,
        st.floats(-100, 2 * ITEM_SECONDS, allow_nan=False),
        st.sampled_from([None, "a", "b", "c", "d"]),
    ),
    max_size=12,
)


@given(faults, st.randoms())
def test_the_verdict_is_what_the_two_rules_say(found: list[Fault], random: st.DataObject) -> None:
    lately = [each for each in found if 0 <= NOW - each.at < ITEM_SECONDS]
    distinct = len({each.item for each in lately if each.item})
    alone = sum(each.item is None for each in lately)
    quick = sum(NOW - each.at < RESTART_SECONDS for each in lately)
    expected = distinct + alone >= ITEMS or quick >= RESTARTS
    judged = verdict(found, NOW)
    assert judged.quarantine == expected
    assert bool(judged.sentence) == expected
    random.shuffle(found)  # type: ignore[attr-defined]
    assert verdict(found, NOW).quarantine == expected


@given(faults)
def test_one_more_fault_never_lets_a_plugin_out(found: list[Fault]) -> None:
    if verdict(found, NOW).quarantine:
        assert verdict([*found, fault(0, "e")], NOW).quarantine
