"""The trials of a check: parts that keep what they promise pass, each broken promise is named."""

# ruff: noqa: ANN401, ARG005 - parts of any shape, each made in a line

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mediadesk.api import (
    AUDIO,
    VIDEO,
    Cause,
    Chip,
    Feature,
    Intent,
    ModelCard,
    Moment,
    Player,
    Point,
    Sample,
    Scores,
    Section,
    ShelfDraft,
    Skip,
    UserError,
    testing,
)
from mediadesk.host import project
from mediadesk.host.isolate.contract import HOOKS
from mediadesk.host.makers import material, names
from mediadesk.host.makers.material import Bench
from mediadesk.host.makers.new import KINDS, new
from mediadesk.host.makers.trials import TRIALS, attempt


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    root = tmp_path_factory.mktemp("root")
    return material.bench(tmp_path_factory.mktemp("media"), root)


@pytest.fixture
def bench(media: Bench) -> Bench:
    return replace(media, learnt={})


def test_there_is_a_trial_for_every_hook() -> None:
    assert set(TRIALS) == set(HOOKS)
    assert next(iter(HOOKS)) == "extractors", "a check tries them first, for the others' sake"


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_every_kind_passes(kind: str, tmp_path: Path, bench: Bench) -> None:
    name = f"trial-{kind}"
    made = new(name, kind, tmp_path)
    manifest = project.read(made)
    spec = importlib.util.spec_from_file_location(
        manifest.module, made / manifest.module / "__init__.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    hook = getattr(module, KINDS[kind])
    context = testing.Context(settings=manifest.defaults(), folder=tmp_path)
    (part,) = hook(context) if hook.__code__.co_argcount else hook()
    assert attempt(KINDS[kind], part, replace(bench, root=made)) == []


def ranker(rank: Callable[[Any], Any]) -> Any:
    return SimpleNamespace(name="r", model=None, rank=lambda request, _run: rank(request))


def extractor(feature: Feature | Exception, **fields: Any) -> Any:
    def encode(samples: Any, run: Any) -> Any:
        if isinstance(feature, Exception):
            raise feature
        return [feature] * len(samples)

    made = {"name": "e", "version": 1, "kinds": VIDEO | AUDIO, "model": None}
    made |= {"prepare": lambda item, media: Sample(), "encode": encode}
    return SimpleNamespace(**made | fields)


def shelf(**fields: Any) -> Any:
    made = {"id": "s", "title": "Shelf", "items": (), "reason": "So"} | fields
    return SimpleNamespace(name="s", shelves=lambda request: (ShelfDraft(**made),))


def page(section: Section) -> Any:
    return SimpleNamespace(name="p", title="P", reads=(), view=lambda request: (section,))


def zeros(request: Any) -> Any:
    return np.zeros(len(request.candidates))


def parser(**fields: Any) -> Any:
    intent = Intent(chips=(Chip(**fields),))
    return SimpleNamespace(name="i", parse=lambda text, language: intent)


def explainer(*sentences: str) -> Any:
    return SimpleNamespace(name="x", explain=lambda request: sentences)


def dot(**fields: Any) -> Any:
    made = {"item": "i0", "x": 0.5, "y": 0.5, "colour": "#000000"} | fields
    return page(Section(points=(Point(**made),)))


def player(**fields: Any) -> Player:
    made = {"name": "p", "title": "P", "program": "mpv", "arguments": ("{path}",)}
    return Player(**made | fields)


def importer(read: Callable[..., Any], **fields: Any) -> Any:
    made = {"name": "i", "title": "I", "patterns": ("*.csv",), "read": read}
    return SimpleNamespace(**made | fields)


class Memory:
    """A transport in memory, which can be told to misbehave."""

    name, title = "m", "M"

    def __init__(self, **wrong: Any) -> None:
        self.files: dict[str, bytes] = {}
        self.__dict__ |= wrong

    def names(self) -> Any:
        return list(self.files)

    def read(self, name: str) -> bytes:
        if name not in self.files:
            raise UserError("gone")
        return self.files[name]

    def write(self, name: str, content: bytes) -> None:
        self.files[name] = content

    def delete(self, name: str) -> None:
        self.files.pop(name, None)


def catalogue(file: Path, **fields: Any) -> Any:
    made = {"name": "m", "task": "image", "file": file, "dimensions": 4, "licence": "MIT",
            "source": "mine"}  # fmt: skip
    card = ModelCard(**made | fields)
    return SimpleNamespace(name="c", models=lambda: [card])


def raises(error: Exception) -> Callable[..., Any]:
    def call(*_: Any, **__: Any) -> Any:
        raise error

    return call


ones = np.ones(4, np.float32)
counter = iter(range(1000))
WRONG = {
    "NaN": ("rankers", ranker(lambda r: Scores(values=zeros(r) + np.nan)), "candidates"),
    "too few": ("rankers", ranker(lambda r: Scores(values=zeros(r)[:-1])), "candidates"),
    "impure": ("rankers", ranker(lambda r: Scores(values=zeros(r) + next(counter))), "second time"),
    "by order": ("rankers", ranker(lambda r: Scores(values=np.arange(len(r.candidates)))), "order"),
    "shares": (
        "rankers",
        ranker(
            lambda r: Scores(
                values=zeros(r),
                causes=(Cause(text="x"),),
                shares=zeros(r)[:, None] + 1,
                cause=np.zeros((len(r.candidates), 1), np.int64),
            )
        ),
        "add up to 1",
    ),
    "no such block": (
        "rankers",
        ranker(lambda r: Scores(values=zeros(r), causes=(Cause(block="?"),))),
        "block",
    ),
    "no such seed": (
        "rankers",
        ranker(
            lambda r: Scores(
                values=zeros(r),
                causes=(Cause(text="x"),),
                shares=zeros(r)[:, None],
                cause=np.zeros((len(r.candidates), 1), np.int64),
                seed=np.full((len(r.candidates), 1), len(r.history)),
            )
        ),
        "“seed” points to what is not there",
    ),
    "without": (
        "rankers",
        ranker(
            lambda r: Scores(
                values=zeros(r) + sum(opinion.value for opinion in r.history),
                without=np.zeros((len(r.without), len(r.candidates))),
            )
        ),
        "“without” is not what it says",
    ),
    "without when asked": (
        "rankers",
        ranker(
            lambda r: Scores(
                values=zeros(r) + sum(opinion.value for opinion in r.history),
                without=np.zeros((len(r.without), len(r.candidates))) if r.without else None,
            )
        ),
        "“without” is not what it says",
    ),
    "without the only one": (
        "rankers",
        ranker(
            lambda r: Scores(
                values=zeros(r) + len(r.history),
                without=np.full((len(r.without), len(r.candidates)), max(len(r.history) - 1, 1)),
            )
        ),
        "“without” is not what it says",
    ),
    "no history": (
        "rankers",
        ranker(lambda r: Scores(values=zeros(r) + r.history[0].value)),
        "IndexError",
    ),
    "a bug": ("rankers", ranker(raises(KeyError("x"))), "It raises KeyError"),
    "no name": ("rankers", SimpleNamespace(name=" ", model=None), "Its name is"),
    "version": ("extractors", extractor(Feature(), version=True), "Its version is True"),
    "kinds": ("extractors", extractor(Feature(), kinds=frozenset()), "Its kinds are"),
    "length": ("extractors", extractor(Feature(summary=ones)), "length 2, not 1"),
    "NaN vector": (
        "extractors",
        extractor(Feature(summary=ones * np.float32(np.nan))),
        "has nan at 0, which is no finite number. This is of “clip.mp4”.",
    ),
    "float64": ("extractors", extractor(Feature(summary=np.ones(4) / 2)), "not float32"),
    "moment": (
        "extractors",
        extractor(Feature(moments=(Moment(start=2, end=1),))),
        "from 2 to 1 seconds",
    ),
    "tag": ("extractors", extractor(Feature(tags={"sea": 1.5})), "0 to 1"),
    "NaN data": (
        "extractors",
        extractor(Feature(data={"a": [1.0, np.inf]})),
        "Its data['a'][1] is inf",
    ),
    "no JSON": (
        "extractors",
        extractor(Feature(data={"x": object()})),
        "is a object, which is no JSON",
    ),
    "raises": ("extractors", extractor(UserError("It is broken.")), "It is broken."),
    "damaged": (
        "extractors",
        extractor(
            Feature(),
            kinds=VIDEO,
            prepare=lambda item, media: 1 / ("damaged" not in str(item.path)),
        ),
        "ZeroDivisionError",
    ),
    "tags": (
        "taggers",
        SimpleNamespace(name="t", version=1, model=None, tag=lambda features, run: [{}]),
        "1 items for 10",
    ),
    "import": ("importers", importer(raises(KeyError("title"))), "KeyError"),
    "patterns": ("importers", importer(lambda name, content: (), patterns=()), "no patterns"),
    "title": ("importers", importer(lambda name, content: (), title=""), "Its title is"),
    "four reasons": ("explainers", explainer("a", "b", "c", "d"), "3 are the most"),
    "empty reason": ("explainers", explainer(""), "empty"),
    "field": ("intent_parsers", parser(field="length"), "a field “length”"),
    "seen": ("intent_parsers", parser(field="seen", value="true"), "yes or no"),
    "range": ("intent_parsers", parser(field="year", low=2000, high=1990), "down to"),
    "stranger": ("shelves", shelf(items=("nobody",)), "not in the request"),
    "twice": ("shelves", shelf(items=("i0", "i0")), "twice"),
    "no title": ("shelves", shelf(title=""), "empty id, title or reason"),
    "nothing": (
        "panels",
        SimpleNamespace(name="p", title="P", reads=(), view=lambda request: ()),
        "empty",
    ),
    "point outside": ("panels", dot(x=1.5), "outside of 0 to 1"),
    "colour": ("panels", dot(colour="red"), "#rrggbb"),
    "whose point": ("panels", dot(item="nobody"), "“nobody”"),
    "row": ("panels", page(Section(columns=("a",), rows=(("1", "2"),))), "columns"),
    "image": ("panels", page(Section(image=b"GIF89a")), "PNG"),
    "no path": ("players", player(arguments=("--fullscreen",)), "what to play"),
    "brace": ("players", player(arguments=("{path}", "{end}")), "unknown “{end}”"),
    "plays nothing": ("players", player(kinds=frozenset()), "Its kinds are"),
    "deaf": ("listeners", SimpleNamespace(name="l", on_events=raises(OSError("full"))), "full"),
    "forgets": ("transports", Memory(read=lambda name: b""), "others came back"),
    "hides": ("transports", Memory(names=list), "not listed once"),
    "keeps": ("transports", Memory(delete=lambda name: None), "still listed"),
    "elsewhere": ("model_catalogues", catalogue(Path(__file__)), "no file in the plugin's own"),
    "no licence": ("model_catalogues", catalogue(Path(__file__), licence=""), "lacks"),
}


@pytest.mark.parametrize(("hook", "part", "told"), WRONG.values(), ids=WRONG)
def test_a_broken_promise_is_named(hook: str, part: Any, told: str, bench: Bench) -> None:
    problems = attempt(hook, part, bench)
    assert any(told in problem for problem in problems), problems


def test_a_file_that_is_no_model_is_named(bench: Bench) -> None:
    file = bench.root / "model.onnx"
    file.write_bytes(material.NOISE)
    (problem,) = attempt("model_catalogues", catalogue(file), bench)
    assert "no ONNX file" in problem


def test_what_depends_on_the_batch_is_named(bench: Bench) -> None:
    def encode(samples: Any, run: Any) -> Any:
        axis = np.eye(2, dtype=np.float32)[len(samples) - 1]
        return [Feature(summary=axis) for _ in samples]

    (problem,) = attempt("extractors", extractor(Feature(), encode=encode), bench)
    assert "others of its batch" in problem


def test_summaries_of_different_lengths_are_named_with_the_file(bench: Bench) -> None:
    def encode(samples: Any, run: Any) -> Any:
        return [Feature(summary=np.eye(round(s.data["s"]), dtype=np.float32)[0]) for s in samples]

    part = extractor(
        Feature(), prepare=lambda item, media: Sample(data={"s": item.duration}), encode=encode
    )
    video, song = attempt("extractors", part, bench)
    assert "4 numbers, and 2 are expected" in video
    assert "This is of “dark.mp4”." in video
    assert "This is of “bass.flac”." in song


def test_other_parts_are_tried_with_what_the_plugins_own_extractors_learnt(bench: Bench) -> None:
    seen: dict[str, Any] = {"rankers": set(), "taggers": set(), "panels": set()}

    def rank(request: Any) -> Scores:
        block = request.blocks.get("e")
        seen["rankers"].add(block and (block.candidates.shape[1], bool(block.history.any())))
        return Scores(values=zeros(request))

    def tag(features: Any, run: Any) -> Any:
        seen["taggers"] |= {float(f["e"].data["x"]) for f in features if "e" in f}
        return [{} for _ in features]

    def view(request: Any) -> Any:
        seen["panels"] |= {own["x"] for own in request.data["e"].values()}
        return [Section(text="Here.")]

    found = Feature(summary=ones / 2, data={"x": 0.25})
    assert not attempt("extractors", extractor(found), bench)
    assert not attempt("rankers", ranker(rank), bench)
    tagger = SimpleNamespace(name="t", version=1, model=None, tag=tag)
    assert not attempt("taggers", tagger, bench)
    panel = SimpleNamespace(name="p", title="P", reads=("e",), view=view)
    assert not attempt("panels", panel, bench)
    assert seen == {
        "rankers": {None, (4, True), (4, False)},
        "taggers": {0.25},
        "panels": {0.25},
    }


def test_names_that_look_like_code_are_pointed_out() -> None:
    def part(name: str, **more: str) -> Any:
        return SimpleNamespace(name=name, **more)

    good = [part("daylight"), part("by-light"), part("光线"), part("x_y", title="Exports")]
    assert not list(names.unreadable({"rankers": good}))
    bad = {"extractors": [part("colourHist_v2")], "rankers": [part("r")]}
    code, short = names.unreadable(bad)
    assert "“alike in colourHist_v2”" in code
    assert "such as “colour-hist-v2”." in code
    assert short.endswith("use words with hyphens.")


def test_skipping_is_no_fault(bench: Bench) -> None:
    assert attempt("extractors", extractor(Feature(), prepare=raises(Skip("nothing"))), bench) == []


def test_the_made_media_can_be_read(bench: Bench) -> None:
    with testing.Media().open(bench.videos[0]) as container:
        assert len(list(container.decode(video=0))) == 20
    with testing.Media().open(bench.songs[0]) as container:
        assert container.duration == pytest.approx(2_000_000, rel=0.01)
