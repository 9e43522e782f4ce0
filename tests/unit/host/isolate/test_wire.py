"""What crosses between a guest and its host."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.msgpack import Ext, encode

from mediadesk.api import (
    Array,
    Feature,
    Item,
    Kind,
    ModelSpec,
    Moment,
    RankRequest,
    Sample,
    Scores,
    Section,
    Watched,
    testing,
)
from mediadesk.host.isolate import wire
from mediadesk.host.isolate.boxes import MOST_BYTES, Inbox, Outbox
from mediadesk.host.isolate.contract import HOOKS
from mediadesk.host.isolate.frames import WireError
from mediadesk.host.isolate.later import Kept, Later, joined, keep, lazy, split
from mediadesk.host.isolate.shared import Blocks, Shared, located
from mediadesk.host.isolate.wire import Packer, Unpacker

if TYPE_CHECKING:
    from numpy.typing import NDArray

RETURNS = [method.returns for shape in HOOKS.values() for method in shape.methods.values()]


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Shared]:
    made = Shared(tmp_path)
    yield made
    made.close()


@pytest.fixture
def ways(shared: Shared) -> tuple[Packer, Unpacker]:
    """From a guest to its host."""
    file = shared.file()
    return Packer(Outbox(file)), Unpacker(Inbox(file, is_ours=True))


def same(one: object, other: object) -> bool:
    """Whether two values are equal, arrays in them by their types, shapes and contents."""
    if isinstance(one, np.ndarray):
        assert isinstance(other, np.ndarray)
        equal = np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
        return (one.dtype, one.shape) == (other.dtype, other.shape) and equal
    if dataclasses.is_dataclass(one):
        fields = [field.name for field in dataclasses.fields(one)]
        return type(one) is type(other) and all(
            same(getattr(one, name), getattr(other, name)) for name in fields
        )
    if isinstance(one, Mapping):
        assert isinstance(other, Mapping)
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        assert isinstance(other, list | tuple)
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


SAMPLE = Sample(
    arrays={
        "small": np.arange(6, dtype=np.int16).reshape(2, 3),
        "large": np.random.default_rng(0).random((100, 50, 3)).astype(np.float32),
        "more": np.arange(9_000),
        "texts": np.array([["a", "Käuzchen"], ["𝄞", ""]]),
        "truths": np.array([True, False]),
        "one": np.array(3.5),
        "none": np.zeros((0, 4), np.uint8),
        "nan": np.array([np.nan, np.inf], np.float16),
        "turned": np.arange(12.0).reshape(3, 4).T,
    },
    texts=("Käuzchen", ""),
    images=(b"jpeg", b""),
    times=((0, 1.5), (1.5, float("inf"))),
    data={"a": [1, None, True, {"b": "c"}], "n": 2**63},
)
VALUES: list[tuple[object, Any]] = [
    (SAMPLE, Sample),
    ([Feature(summary=np.ones(3, np.float32)), Feature()], Sequence[Feature]),
    (Item(id="i", kind=Kind.SONG, title="t", path=Path("/a/\udcff b")), Item),
    ({"a": {"b": Feature(tags={"x": 0.5})}}, Mapping[str, Mapping[str, Feature]]),
    (Scores(values=np.zeros(5_000), seed=np.zeros((5_000, 2), np.int8)), Scores),
    (frozenset({Kind.FILM, Kind.CLIP}), frozenset[Kind]),
    (None, ModelSpec | None),
    (None, type(None)),
    (b"x" * 100_000, bytes),
]


@pytest.mark.parametrize(("value", "kind"), VALUES, ids=lambda own: type(own).__name__)
def test_values_come_as_they_went(
    ways: tuple[Packer, Unpacker],
    value: object,
    kind: Any,  # noqa: ANN401
) -> None:
    packer, unpacker = ways
    for _ in range(2):
        found = unpacker.unpack(packer.pack(value), kind)
        assert same(found, value) or same(found, list(value))  # type: ignore[call-overload]


def test_large_arrays_do_not_go_through_the_pipe(ways: tuple[Packer, Unpacker]) -> None:
    packer, unpacker = ways
    packed = packer.pack(SAMPLE)
    assert len(packed) < 2_000
    assert unpacker.unpack(packed, Sample).arrays["large"].flags.writeable


def test_numpys_own_scalars_and_texts_in_objects_become_plain(
    ways: tuple[Packer, Unpacker],
) -> None:
    packer, unpacker = ways
    tags = {np.str_("a"): np.float32(0.5), "b": np.int64(1), "c": np.float64(2)}
    assert unpacker.unpack(packer.pack([tags]), Sequence[Mapping[str, float]]) == [
        {"a": 0.5, "b": 1.0, "c": 2.0}
    ]
    arrays = {"a": np.array(["x", "yy"], object), "b": np.arange(3, dtype=">i4")}
    found = unpacker.unpack(packer.pack(arrays), Mapping[str, Array])
    assert found["a"].dtype == "<U2"
    assert found["b"].tolist() == [0, 1, 2]


def test_a_shared_array_is_read_where_it_lies(shared: Shared) -> None:
    block = shared.empty((1_000, 10), np.float32)
    block[:] = np.arange(10)
    file = shared.file()
    packer = Packer(Outbox(file), blocks=shared.blocks)
    unpacker = Unpacker(Inbox(file), blocks=Blocks(shared.blocks))
    parts = {"all": block, "rows": block[100:900], "columns": block[:, :5], "few": block[:2]}
    found = unpacker.unpack(packer.pack(parts), Mapping[str, Array])
    assert all(same(found[name], parts[name]) for name in parts)
    assert list(packer.blocks.values()) == [45_000]
    block[:] = 7
    assert (found["all"] == 7).all()
    assert (found["rows"] == 7).all()
    assert not (found["few"] == 7).all()  # small and scattered ones are copied
    assert not (found["columns"] == 7).any()
    with pytest.raises(ValueError, match="read-only"):
        found["all"][0] = 1


def test_a_block_of_another_program_is_copied(shared: Shared, tmp_path: Path) -> None:
    other = Shared(tmp_path)
    block = other.empty((1_000, 10), np.float32)
    file = shared.file()
    packer = Packer(Outbox(file), blocks=shared.blocks)
    packed = packer.pack({"a": block})
    assert packer.blocks == {}
    assert unpack(packed, Inbox(file))["a"].shape == (1_000, 10)
    other.close()


def unpack(packed: bytes, inbox: Inbox) -> dict[str, NDArray[Any]]:
    found: dict[str, NDArray[Any]] = Unpacker(inbox).unpack(packed, Mapping[str, Array])
    return found


def test_a_long_list_of_ids_stays_until_it_is_looked_at(shared: Shared) -> None:
    ids = tuple(map(str, range(1_000)))
    request = RankRequest(now=1, profile="p", candidates=ids, history=(), blocks={})
    kept: list[Sequence[str]] = []
    packed = Packer().pack((keep(request, kept),))
    assert kept == [ids]
    assert request.candidates is ids
    looks: list[int] = []

    def later(stub: Kept) -> Later:
        def look() -> Sequence[str]:
            looks.append(stub.n)
            return kept[stub.n]

        return Later(stub.count, look)

    kind = tuple.__class_getitem__((lazy(RankRequest),))
    (found,) = Unpacker(blocks=Blocks(shared.blocks), later=later).unpack(packed, kind)
    assert isinstance(found, RankRequest)
    assert len(found.candidates) == 1_000
    assert looks == []
    assert found.candidates[999] == "999"
    assert found.candidates[1:3] == ("1", "2")
    assert list(found.candidates) == list(ids)
    assert looks == [0]
    with pytest.raises(WireError, match="Expected Later, got Kept"):
        Unpacker().unpack(packed, kind)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=1, max_size=20))
def test_texts_are_split_as_they_were_joined(texts: list[str]) -> None:
    assert split(joined(texts)) == texts
    assert split(joined([*texts, "a\nb"])) == [*texts, "a\nb"]


def test_facts_and_the_crowd_cross_and_a_large_matrix_is_read_where_it_lies(
    shared: Shared,
) -> None:
    asked = testing.rank_request(candidates=40)
    value = shared.empty((1, 10_000), np.dtype(np.float32))[0]
    value[:] = np.arange(10_000)
    assert asked.crowd is not None
    asked = dataclasses.replace(asked, crowd=dataclasses.replace(asked.crowd, value=value))
    file = shared.file()
    packer = Packer(Outbox(file), blocks=shared.blocks)
    packed = packer.pack(asked)
    assert list(packer.blocks) == [located(value)[0].name]
    found = Unpacker(Inbox(file, is_ours=True), blocks=Blocks(shared.blocks)).unpack(
        packed, RankRequest
    )
    assert same(found.facts, asked.facts)
    assert same(found.crowd, asked.crowd)


def test_a_short_list_crosses_as_it_is(shared: Shared) -> None:
    request = RankRequest(now=1, profile="p", candidates=("a", "b"), history=(), blocks={})
    assert keep(request, []) is request
    assert keep("text", []) == "text"
    kind = lazy(RankRequest)
    assert issubclass(kind, RankRequest)
    assert kind.__name__ == "RankRequest"
    assert lazy(Item) is Item
    found = Unpacker(blocks=Blocks(shared.blocks)).unpack(Packer().pack(request), kind)
    assert tuple(found.candidates) == ("a", "b")


def place(*what: object) -> Ext:
    return Ext(1, encode(what))


REFUSED: dict[str, tuple[object, Any]] = {
    "Expected `str`, got `int`": ({"texts": [1]}, Sample),
    "Expected `object`, got `array`": ([], Sample),
    "Expected `int`": ({"a": None}, dict[str, int]),
    "missing required field `title`": ([{"kind": "like"}], Sequence[Watched]),
    "Invalid enum value": ([{"title": "a", "kind": "eaten"}], Sequence[Watched]),
    "Expected Array, got list": ({"values": [1.0]}, Scores),
    "an array or a path where none belongs": ({"data": {"a": place("<f4", [], b"1234")}}, Feature),
    "the type '\\|O'": ({"values": place("|O", [1], b"12345678")}, Scores),
    "the type '\\|V8'": ({"values": place("|V8", [1], b"12345678")}, Scores),
    "the type '>f8'": ({"values": place(">f8", [1], b"12345678")}, Scores),
    "the type '<U0'": ({"values": place("<U0", [1], b"")}, Scores),
    "the type '<M8'": ({"values": place("<M8", [1], b"12345678")}, Scores),
    "the shape \\(-1,": ({"values": place("<f8", [-1, -1], b"12345678")}, Scores),
    "the shape \\(1, 1": ({"values": place("<f8", [1] * 64, b"12345678")}, Scores),
    "bytes for an array": ({"values": place("<f8", [2], b"12345678")}, Scores),
    "more than 512 MiB": ({"values": place("<f8", [1 << 40], b"", 0)}, Scores),
    "outside of its file": ({"values": place("<f8", [10], b"", 0)}, Scores),
    "outside of its": ({"values": place("<f8", [10], b"", 1 << 62)}, Scores),
    "only MediaDesk shares": ({"values": place("<f8", [10], b"", 0, "1")}, Scores),
    "what is no character": ({"values": place("<U1", [1], b"\xff\xff\xff\x7f")}, Scores),
    "what is no char": ({"values": place("<U1", [1], b"\x00\xd8\x00\x00")}, Scores),
    "unknown code 9": ({"values": Ext(9, b"")}, Scores),
    "truncated": ({"values": Ext(1, b"\x95\xa3")}, Scores),
    "Expected `array`": ({"values": Ext(1, b"\x01")}, Scores),
    "of length <= 1000000": ([None] * 1_000_001, Sequence[str]),
    "Expected `null`": (1, type(None)),
}


@pytest.mark.parametrize("told", REFUSED)
def test_what_is_not_as_agreed_is_refused(ways: tuple[Packer, Unpacker], told: str) -> None:
    value, kind = REFUSED[told]
    with pytest.raises(WireError, match=told):
        ways[1].unpack(encode(value), kind)


def test_many_references_to_one_array_are_refused(
    ways: tuple[Packer, Unpacker], shared: Shared
) -> None:
    packer, unpacker = ways
    packer.pack({"a": np.zeros(1 << 24, np.uint8)})
    many = {str(n): place("|u1", [1 << 24], b"", 0) for n in range(40)}
    with pytest.raises(WireError, match="more than 512 MiB"):
        unpacker.unpack(encode({"arrays": many}), Sample)


def test_a_path_outside_of_the_plugin_is_refused(tmp_path: Path) -> None:
    def own(path: Path) -> Path:
        if not path.is_relative_to(tmp_path):
            raise ValueError("lies outside")
        return path.resolve()

    unpacker = Unpacker(place=own)
    spec = ModelSpec(task="x", file=tmp_path / "a.onnx")
    assert unpacker.unpack(Packer().pack(spec), ModelSpec) == spec
    with pytest.raises(WireError, match="lies outside"):
        unpacker.unpack(Packer().pack(ModelSpec(task="x", file=Path("/dev/zero"))), ModelSpec)


def test_truths_are_made_true_or_false() -> None:
    packed = encode({"values": place("|b1", [3], b"\x00\x02\xff")})
    found = Unpacker().unpack(packed, Scores).values
    assert found.tolist() == [False, True, True]
    assert found.view(np.uint8).tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    "bomb",
    [
        b"\x81\xa4data\x81\xa1a" + b"\x91" * 1_000_000,
        b"\x81\xa4data\x81\xa1a\xdd\xff\xff\xff\xff",
        b"\x81\xa4data\xdf\xff\xff\xff\xff",
        b"\x81\xa4data\x81\xa1a\xdd\x00\xa0\x00\x00" + b"\x80" * 0xA00000,
        b"\x81\xa4data\x81\xa1a\xdd\x00\xa0\x00\x00" + b"\xa2ab" * 0xA00000,
    ],
    ids=["nested", "long", "wide", "crowd", "texts"],
)
def test_bombs_do_not_go_off(bomb: bytes) -> None:
    with pytest.raises(WireError, match=r"recursion|truncated|too many"):
        Unpacker().unpack(bomb, Feature)


def test_a_host_may_say_more_than_a_guest(shared: Shared) -> None:
    many = encode({"texts": ["ab"] * 9_000_000})
    trusting = Unpacker(blocks=Blocks(shared.blocks))
    assert len(trusting.unpack(many, Sample).texts) == 9_000_000


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"a": np.array([object()])}, "an array of object"),
        ({"a": np.array(["1999"], "M8[Y]")}, "an array of datetime64"),
        ({"a": np.zeros(3, complex)}, "an array of complex128"),
        ({"a": np.zeros(3, [("x", int)])}, "an array of"),
        (object(), "a object"),
        (Sample(texts=("\ud800",)), "surrogates"),
        (Sample(data={"a": 2**64}), "can't serialize ints"),
        (Sample(arrays={"a": np.zeros(MOST_BYTES // 2 + 1, np.int16)}), "more than 512 MiB"),
    ],
)
def test_what_can_not_cross_is_told(
    ways: tuple[Packer, Unpacker], value: object, told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        ways[0].pack(value)


@given(st.binary(max_size=200), st.sampled_from(RETURNS))
def test_noise_is_refused_or_of_the_type(noise: bytes, kind: Any) -> None:  # noqa: ANN401
    try:
        Unpacker().unpack(noise, kind)
    except WireError:
        return


MOMENT = Moment(start=0.5, end=1, vector=np.ones(4, np.float32), text="x", image=b"jpeg")
WHOLE = Packer().pack(
    [
        Feature(summary=np.arange(3.0), moments=(MOMENT,), data={"a": [1, "x", None]}),
        Feature(tags={"a": 0.5}),
    ]
)


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255), st.integers(0, 255))
def test_a_damaged_message_is_refused_or_of_the_type(at: int, one: int, other: int) -> None:
    damaged = WHOLE[:at] + bytes([one, other]) + WHOLE[at + 2 :]
    try:
        found = Unpacker().unpack(damaged, Sequence[Feature])
    except WireError:
        return
    for feature in found:
        assert isinstance(feature, Feature)
        assert feature.summary is None or isinstance(feature.summary, np.ndarray)
        assert all(isinstance(moment, Moment) for moment in feature.moments)


def test_sections_and_raw_messages_decode(ways: tuple[Packer, Unpacker]) -> None:
    packer, unpacker = ways
    rows = (Section(title="a", rows=(("1", "2"),)),)
    raw = msgspec.Raw(packer.pack(rows))
    assert unpacker.unpack(raw, Sequence[Section]) == list(rows)
    assert wire._MOST_VALUES < 64 << 20
