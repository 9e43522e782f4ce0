"""For the tests of plugins: example values, real media files, and stand-ins for the host's part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mediadesk.api.errors import UnreadableError, UserError
from mediadesk.api.types import (
    Array,
    Block,
    Crowd,
    Facts,
    Item,
    Kind,
    Opinion,
    RankRequest,
    Traits,
    unit,
)

if TYPE_CHECKING:
    import numpy as np
    from av.container import InputContainer, OutputContainer

    from mediadesk.api.protocols import Ranker, Run

_ITEM = Item(id="item", kind=Kind.FILM, title="A film", path=None, duration=120.0)
_BLOCKS = {"audio": 392, "keyframes": 1280, "subtitles": 512}
_RATE = 48000  # samples a second
_PEOPLE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A `Context` for tests: the settings as they are given, and the network as `pages`.

    `folder` becomes `data`; without one the plugin has no permission to write. `translations` are
    English → text.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    folder: Path | None = None
    pages: Mapping[str, bytes] = field(default_factory=dict)
    translations: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """The folder."""
        if self.folder is None:
            raise UserError("This plugin has no folder: give Context a folder.")
        return self.folder

    def fetch(self, url: str) -> bytes:
        """Give the page of this address."""
        if url not in self.pages:
            raise UserError(f"There is no “{url}”: give Context a page of this address.")
        return self.pages[url]

    def text(self, english: str) -> str:
        """Give the translation, or the text itself."""
        return self.translations.get(english, english)


class Media:
    """A `Media` for tests: opens files with PyAV, without the host's guards."""

    @contextmanager
    def open(self, path: Path) -> Iterator[InputContainer]:
        """Open a file; what PyAV can't read is an `UnreadableError`."""
        import av

        try:
            with av.open(path) as container:
                yield container
        except av.FFmpegError as error:
            raise UnreadableError(f"“{path}” can't be read ({error}): use another.") from error


def item(**fields: Any) -> Item:  # noqa: ANN401 - any field of Item
    """Make an item: a film of two minutes without a file, but for the `fields` given."""
    return replace(_ITEM, **fields)


def rank_request(
    *,
    candidates: int = 50,
    opinions: Sequence[float] = (1.0, 1.0, -1.0),
    blocks: Mapping[str, Block] | None = None,
    seed: int = 0,
) -> RankRequest:
    """Make a request to a ranker, with one item of the history for each of the `opinions`.

    Without `blocks` it has those of the plugins that come with MediaDesk, of random vectors. Facts
    and the opinions of 20 other people are random, too.
    """
    import numpy as np

    random = np.random.default_rng(seed)
    if blocks is None:
        blocks = {
            name: Block(
                candidates=unit(random.normal(size=(candidates, dimensions))),
                history=unit(random.normal(size=(len(opinions), dimensions))),
            )
            for name, dimensions in _BLOCKS.items()
        }
    return RankRequest(
        now=1e9,
        profile="me",
        candidates=tuple(f"c{n}" for n in range(candidates)),
        history=tuple(Opinion(item=f"h{n}", value=v, at=float(n)) for n, v in enumerate(opinions)),
        blocks=blocks,
        facts=Facts(candidates=_traits(random, candidates), history=_traits(random, len(opinions))),
        crowd=_crowd(random, candidates, len(opinions)),
    )


def counterfactual_error(ranker: Ranker, request: RankRequest, run: Run) -> float:
    """Tell how far `Scores.without` is off what a ranker says when it is really asked without.

    That is done for each opinion in `RankRequest.without`, for all where none is there. It is a
    part of the largest value, or of 1 where all are smaller: more than 1e-4 is no rounding.

    Raises:
        AssertionError: if the ranker does not tell it, or not of each candidate.
    """
    import numpy as np

    asked = replace(request, without=request.without or tuple(range(len(request.history))))
    told = ranker.rank(asked, run)
    if told.without is None:
        raise AssertionError(f"“{ranker.name}” does not tell what it would say without opinions.")
    shape = len(asked.without), len(asked.candidates)
    if np.shape(told.without) != shape:
        raise AssertionError(f"“without” has the shape {np.shape(told.without)}, not {shape}.")
    real = [ranker.rank(asked.forgetting(asked.history[n].item), run).values for n in asked.without]
    largest = max(float(np.abs(told.values).max(initial=0)), 1.0)
    return float(np.abs(told.without - np.reshape(real, shape)).max(initial=0)) / largest


def _traits(random: np.random.Generator, count: int) -> Traits:
    import numpy as np

    def numbers(low: float, high: float) -> Array:
        drawn = random.uniform(low, high, count).astype(np.float32)
        return np.where(random.random(count) < 0.25, np.float32(np.nan), drawn)

    def whole(high: int) -> Array:
        return np.floor(numbers(1, high + 1))

    return Traits(
        kind=random.integers(len(Kind), size=count).astype(np.int8),
        year=np.floor(numbers(1950, 2026)),
        duration=numbers(60, 7_200),
        quality=numbers(0, 1),
        votes=whole(10_000),
        season=whole(5),
        episode=whole(20),
        disc=whole(2),
        track=whole(12),
        series=random.integers(-1, 5, count).astype(np.int32),
        album=random.integers(-1, 5, count).astype(np.int32),
        artist=random.integers(-1, 5, count).astype(np.int32),
        added=random.uniform(1e8, 1e9, count),
    )


def _crowd(random: np.random.Generator, candidates: int, opinions: int) -> Crowd:
    """Make a crowd of whom each knows a third of what the last tenth leaves."""
    import numpy as np

    order = random.permutation(candidates + opinions)
    columns = np.where(order < 0.9 * len(order), order, -1).astype(np.int32)
    known = int((columns >= 0).sum())
    each = known // 3
    return Crowd(
        mark=random.bytes(8).hex(),
        items=known,
        start=np.arange(_PEOPLE + 1, dtype=np.int64) * each,
        item=np.concatenate([random.permutation(known)[:each] for _ in range(_PEOPLE)]).astype(
            np.int32
        ),
        value=random.choice([1.0, 0.5, -1.0], _PEOPLE * each).astype(np.float32),
        at=np.tile(1e8 + np.arange(each, dtype=np.float64), _PEOPLE),
        candidates=columns[:candidates],
        history=columns[candidates:],
    )


def no_model(arrays: Mapping[str, Array]) -> Mapping[str, Array]:
    """Stand for the `run` of a part without a model, which must not call it."""
    raise AssertionError(f"A part without a model was about to run one on {', '.join(arrays)}.")


def runner(file: Path) -> Run:
    """Run an ONNX file of the plugin's own: the `run` for a part with `ModelSpec(file=…)`."""
    import onnxruntime

    ort: Any = onnxruntime  # it has no types and exports its names by import
    session = ort.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return lambda arrays: dict(zip(names, session.run(names, dict(arrays)), strict=True))


def video(path: Path, pictures: Array, *, rate: int = 10) -> Path:
    """Write pictures uint8 [n, h, w, 3] RGB as H.264, `rate` a second; give the path.

    There is a key picture each second; `h` and `w` must be even.
    """
    import av

    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=rate, options={"preset": "ultrafast"})
        stream.height, stream.width = pictures.shape[1:3]
        stream.pix_fmt = "yuv420p"
        stream.gop_size = rate
        for n, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = n, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def sound(path: Path, wave: Array) -> Path:
    """Write a mono wave float [n] of -1..1, 48,000 a second, as FLAC; give the path."""
    import av
    import numpy as np

    with av.open(path, "w") as container:
        _mux_sound(container, (np.clip(wave, -1, 1) * 32767).astype(np.int16))
    return path


def _mux_sound(container: OutputContainer, wave: Array) -> None:
    import av

    stream = container.add_stream("flac", rate=_RATE)
    stream.layout = "mono"
    frame = av.AudioFrame.from_ndarray(wave[None], format="s16", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = _RATE, 0, Fraction(1, _RATE)
    container.mux(stream.encode(frame))
    container.mux(stream.encode())
