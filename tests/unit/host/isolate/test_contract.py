"""The contract that is read from the API itself."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from typing import get_type_hints

import pytest

from mediadesk import api
from mediadesk.api import Feature, Item, Media, Metadata, Player, Run, Sample, hookspecs
from mediadesk.host.isolate.contract import HOOKS, check_kind, members, missing


def test_every_hook_is_known_but_the_one_that_is_given_code() -> None:
    public = {name for name, own in vars(hookspecs).items() if hasattr(own, "mediadesk_spec")}
    assert get_type_hints(hookspecs.executor)["return"] == Executor | None
    assert HOOKS.keys() == public - {"executor"}


def test_the_extractor_is_as_its_protocol_says() -> None:
    shape = HOOKS["extractors"]
    assert members("extractors") == ("name", "version", "kinds", "model", "prepare", "encode")
    assert shape.attributes["version"] is int
    assert shape.methods["prepare"].arguments == {"item": Item, "media": Media}
    assert shape.methods["prepare"].sent == {"item": Item}
    assert shape.methods["prepare"].returns is Sample
    encode = shape.methods["encode"]
    assert encode.arguments == {"samples": Sequence[Sample], "run": Run}
    assert encode.sent == {"samples": Sequence[Sample]}
    assert encode.returns == Sequence[Feature]


def test_what_a_hook_hands_over_is_documented_and_public() -> None:
    for hook, shape in HOOKS.items():
        assert "name" in shape.attributes, hook
        assert shape.value in {None, Player}
        assert bool(shape.methods) != bool(shape.value)
    assert HOOKS["players"].value is Player
    assert {"Player", "Extractor", "Panel"} <= set(api.__all__)


def test_what_a_part_lacks_is_told() -> None:
    class Odd:
        name = "odd"

        def rank(self) -> None: ...

    assert missing("rankers", Odd()) == "Odd of rankers lacks model"
    assert missing("explainers", Odd()) == "Odd of explainers lacks explain"
    Odd.model = None  # type: ignore[attr-defined]
    assert missing("rankers", Odd()) == ""


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (Sample(), Sample),
        ([Feature()], Sequence[Feature]),
        ((), Sequence[Feature]),
        (None, Metadata | None),
        (Metadata(), Metadata | None),
        (["a"], Sequence[str]),
        (None, type(None)),
        (b"", bytes),
    ],
)
def test_objects_of_the_right_class_pass(value: object, kind: object) -> None:
    check_kind(value, kind)


@pytest.mark.parametrize(
    ("value", "kind", "told"),
    [
        ({}, Sample, "a dict instead of a Sample"),
        (None, Sample, "a NoneType instead of a Sample"),
        ([Feature(), {}], Sequence[Feature], "a dict instead of a Feature"),
        (Feature(), Sequence[Feature], "a Feature instead of a list"),
        (iter([]), Sequence[str], "instead of a list"),
        ({}, Metadata | None, "a dict instead of a Metadata"),
    ],
)
def test_objects_of_another_class_do_not(value: object, kind: object, told: str) -> None:
    with pytest.raises(TypeError, match=told):
        check_kind(value, kind)
