"""For the tests of plugins: example values, real media files, and stand-ins for the host's part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mediadesk.api.errors import UnreadableError, UserError
from mediadesk.api.types import Array, Block, Item, Kind, Opinion, RankRequest, unit

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer

    from mediadesk.api.protocols import Run

_ITEM = Item(id="item", kind=Kind.FILM, title="A film", path=None, duration=120.0)
_BLOCKS = {"audio": 392, "keyframes": 1280, "subtitles": 512}
_RATE = 48000  # samples a second


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

    Without `blocks` it has those of the plugins that come with MediaDesk, of random vectors.
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
