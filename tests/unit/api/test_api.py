"""The public interface: small, light, frozen, and able to travel between processes."""

import dataclasses
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mediadesk import api

VALUES = [
    api.Item(id="1", kind=api.Kind.SONG, title="Song", path=Path("song.mp3")),
    api.ModelSpec(task="text"),
    api.Sample(texts=("a",), images=(b"jpeg",), times=((0.0, 1.0),), data={"a": 1}),
    api.Moment(start=0.0, end=1.0, text="Hello"),
    api.Feature(tags={"sea": 0.5}, moments=(api.Moment(start=0.0, end=1.0),)),
    api.Event(id="d:1", profile="me", item="1", kind=api.EventKind.LIKE, at=1.0),
    api.Opinion(item="1", value=1.0, at=1.0),
    api.RankRequest(now=1.0, profile="me", candidates=("1",), history=(), blocks={}),
    api.Cause(block="text"),
    api.Scores(values=(0.5,), causes=(api.Cause(text="It is short"),)),
    api.Metadata(title="Song", year=1999),
    api.Watched(title="Song", kind=api.EventKind.PLAYED),
    api.Liked(item=api.Item(id="1", kind=api.Kind.SONG, title="Song", path=None), value=1.0),
    api.ExplainRequest(item=None, reasons=(), history=(), language="en"),
    api.Chip(field="kind", value="song"),
    api.Intent(chips=(api.Chip(field="minutes", high=10),), not_understood=("foo",)),
    api.Player(name="mpv", title="mpv", program="mpv", arguments=("{path}",)),
    api.ShelfRequest(now=1.0, profile="me", items=(), values=(), language="en"),
    api.ShelfDraft(id="short", title="Short", items=("1",), reason="Short"),
    api.PanelRequest(items=(), data={}, language="en"),
    api.Point(item="1", x=0.5, y=0.5, colour="#102030"),
    api.Section(title="Colours"),
    api.ModelCard(name="x", task="rank", file=Path("x"), dimensions=0, licence="MIT", source="me"),
]


def test_exactly_what_is_promised_is_there() -> None:
    assert all(hasattr(api, name) for name in api.__all__)
    assert sorted(api.__all__, key=str) == sorted(set(api.__all__), key=str)


def test_every_value_has_an_example_here() -> None:
    values = {
        getattr(api, name) for name in api.__all__ if dataclasses.is_dataclass(getattr(api, name))
    }
    of_arrays = {api.Block, api.Traits, api.Facts, api.Crowd}
    assert values == {type(value) for value in VALUES} | of_arrays


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_is_frozen_and_crosses_processes(value: object) -> None:
    field = dataclasses.fields(value)[0].name  # type: ignore[arg-type]
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, field, None)
    with pytest.raises((AttributeError, TypeError)):
        value.unknown = 1  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        type(value)("by position")
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301


def test_arrays_cross_processes_too() -> None:
    sample = api.Sample(arrays={"grey": np.arange(4, dtype=np.float32)})
    again = pickle.loads(pickle.dumps(sample))  # noqa: S301
    assert np.array_equal(again.arrays["grey"], sample.arrays["grey"])


def test_every_kind_is_video_or_audio() -> None:
    assert set(api.Kind) == api.VIDEO | api.AUDIO
    assert not api.VIDEO & api.AUDIO


def test_unit_scales_to_length_one_and_leaves_zeros() -> None:
    scaled = api.unit(np.array([[3.0, 4.0], [0.0, 0.0]]))
    assert scaled.dtype == np.float32
    assert scaled.tolist() == [[pytest.approx(0.6), pytest.approx(0.8)], [0.0, 0.0]]


def test_a_damaged_file_is_something_a_person_can_mend_and_a_skip_is_no_error_of_theirs() -> None:
    assert issubclass(api.UnreadableError, api.UserError)
    assert not issubclass(api.Skip, api.UserError)


def test_importing_it_brings_in_nothing_heavy() -> None:
    heavy = "numpy av onnxruntime usearch sqlite3 sqlite_utils PySide6 torch mediadesk.host"
    code = (
        "import sys, mediadesk.api\n"
        f"print([name for name in {heavy.split()!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
