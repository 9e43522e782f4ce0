"""Every verb is either for everybody or kept from profiles with limits."""

import inspect
from types import FunctionType

import pytest

from mediadesk.api import UserError
from mediadesk.engine import messages
from mediadesk.engine.guarded import KEPT, OPEN, guard
from mediadesk.engine.lanes import LANES, ONCE

GROUPS = {
    name: {
        verb
        for verb, made in vars(group).items()
        if isinstance(made, FunctionType) and not verb.startswith("_")
    }
    for name, group in vars(messages).items()
    if inspect.isclass(group) and getattr(group, "_is_protocol", False)
}


@pytest.mark.parametrize("group", sorted(GROUPS.keys() | KEPT.keys() | OPEN.keys()))
def test_each_verb_is_decided_once(group: str) -> None:
    assert KEPT[group] | OPEN[group] == GROUPS[group], "a new verb is kept from children, or is not"
    assert not KEPT[group] & OPEN[group]


def test_each_lane_is_of_verbs_that_there_are() -> None:
    verbs = {f"{group}.{verb}" for group, found in GROUPS.items() for verb in found}
    assert LANES.keys() | ONCE <= verbs


class Filing:
    """A part with a verb that is kept, and one that is none."""

    count = 3

    def forget(self, name: str, *, folder: str = "") -> str:
        return f"{name} {folder}"

    def look(self) -> str:
        return "seen"


def test_only_what_is_kept_is_checked_first() -> None:
    limited = False

    def check() -> None:
        if limited:
            raise UserError("“kid” has limits.")

    part = guard(Filing(), check)
    assert part.forget("a", folder="b") == "a b"
    limited = True
    assert (part.look(), part.count) == ("seen", 3)
    with pytest.raises(UserError, match="“kid” has limits"):
        part.forget("a")
