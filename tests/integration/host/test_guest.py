"""A plugin of strangers in its own processes: every hook, and what it may see of the person."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import psutil
import pytest
from guest_factory import ALL, Maker, doubler, plugin
from media_factory import clip

from mediadesk.api import (
    VIDEO,
    Array,
    Block,
    Event,
    EventKind,
    ExplainRequest,
    Feature,
    Item,
    Kind,
    Liked,
    Metadata,
    ModelSpec,
    Opinion,
    PanelRequest,
    Player,
    RankRequest,
    Sample,
    ShelfRequest,
    Skip,
    UnreadableError,
    UserError,
)
from mediadesk.host.isolate import gpu
from mediadesk.host.isolate.contract import HOOKS, members
from mediadesk.host.isolate.guest import Died, Guest, PluginError, WrongResultError
from mediadesk.host.isolate.sandbox import available
from mediadesk.host.manifest import Permissions

EVERYTHING = """
class Part:
    def __init__(self, name, **more):
        vars(self).update(name=name, **more)

class Reader(Part):
    version, kinds, model = 7, VIDEO, ModelSpec(task="image")
    def prepare(self, item, media):
        if item.title == "nothing":
            raise Skip("there is nothing in it")
        if item.title == "wrong":
            return {"arrays": {}}
        if item.title == "buggy":
            raise KeyError("no such thing")
        with media.open(item.path) as container:
            frame = next(container.decode(video=0)).to_ndarray(format="rgb24")
        print("read", item.title)
        return Sample(arrays={"pixels": frame}, texts=(item.title,), times=((0.0, 1.5),))
    def encode(self, samples, run):
        found = run({"pixels": np.stack([s.arrays["pixels"] for s in samples]).astype(np.int64)})
        return [
            Feature(
                summary=own[:2, :2, 0].astype(np.float32).ravel(),
                moments=(Moment(start=0, end=1, text=s.texts[0], image=b"jpeg"),),
                tags={"a": np.float32(0.5)},
                data={"labels": [str(each) for each in found["labels"]], "nan": float("nan")},
            )
            for own, s in zip(found["pixels"], samples)
        ]

class Namer(Part):
    version, model = 1, ModelSpec(task="x", name="doubler", file=Path(__file__).parent / "d.onnx")
    def tag(self, features, run):
        y = run({"x": np.array([each["reader"].summary[:2] for each in features])})["y"]
        return [{"first": row[0], "second": float(row[1])} for row in y]

class Judge(Part):
    model = None
    def rank(self, request, run):
        block = request.blocks["x"]
        assert not block.candidates.flags.writeable
        values = block.candidates @ block.history[0]
        values[0] = len(request.candidates[len(request.candidates) - 1])
        cause = np.zeros((len(values), 1), np.int32)
        shares = values[:, None]
        self.seen = request
        why = (Cause(text="so", block="taste" if request.profile == "taste" else ""),)
        if request.profile == "double":
            values = values * 2
        left = np.zeros((len(request.without), len(values)))
        return Scores(values=values, causes=why, shares=shares, cause=cause, without=left)

class Knower(Part):
    version, kinds = 1, AUDIO
    def read(self, item):
        return Metadata(title=item.title.upper(), year=1999) if item.title else None

class Bringer(Part):
    title, patterns = "Other", ("*.csv",)
    def read(self, name, content):
        if not content:
            raise UserError(f"“{name}” is empty: export it again.")
        lines = content.decode().splitlines()
        return [Watched(title=line, kind=EventKind.PLAYED, at=1.5) for line in lines]

class Teller(Part):
    def explain(self, request):
        return [f"{request.item.title} as {request.history[0].item.title}", *request.reasons]

class Asked(Part):
    def parse(self, text, language):
        return Intent(chips=(Chip(field="tag", value=text),), meaning=language) if text else None

class Rows(Part):
    def shelves(self, request):
        return [ShelfDraft(id="s", title="S", items=(request.items[0].id,), reason="so")]

class Page(Part):
    title, reads = "Page", ("reader",)
    def view(self, request):
        point = Point(item=request.items[0].id, x=0.5, y=1, colour="#ff0000")
        told = str(request.data["reader"][request.items[0].id]["n"])
        return [Section(title="T", text=told, points=(point,), rows=(("a", "b"),))]

class Hears(Part):
    def on_events(self, events):
        if len(events) > 1:
            raise ValueError("too many at once")
        Path(self.context.data, "heard").write_text(events[0].kind + str(events[0].context))

class Place(Part):
    title = "Folder"
    @property
    def folder(self):
        return self.context.data
    def names(self):
        return sorted(path.name for path in self.folder.iterdir())
    def read(self, name):
        return (self.folder / name).read_bytes()
    def write(self, name, content):
        (self.folder / name).write_bytes(content)
    def delete(self, name):
        (self.folder / name).unlink(missing_ok=True)

class Brings(Part):
    def models(self):
        file = Path(__file__).parent / "d.onnx"
        card = dict(task="x", file=file, dimensions=2, licence="MIT", source="here")
        return [ModelCard(name="doubler", **card)]

@hookimpl
def extractors(): return [Reader("reader")]
@hookimpl
def taggers(): return [Namer("namer")]
@hookimpl
def rankers(): return [Judge("judge")]
@hookimpl
def metadata_readers(): return [Knower("knower")]
@hookimpl
def importers(): return (Bringer("bringer"),)
@hookimpl
def explainers(): return [Teller("teller")]
@hookimpl
def intent_parsers(): return [Asked("asked")]
@hookimpl
def players():
    return [Player(name="p", title="P", program="mpv", arguments=("--x", "{path}"))]
@hookimpl
def shelves(): return [Rows("rows")]
@hookimpl
def panels(): return [Page("page")]
@hookimpl
def listeners(context): return [Hears("hears", context=context)]
@hookimpl
def transports(context): return [Place("place", context=context)]
@hookimpl
def model_catalogues(): return [Brings("brings")]
"""

FILM = Item(id="film-1", kind=Kind.FILM, title="A Film", path=None, genres=("a", "b"))


def ask(guest: Guest, hook: str, n: int = 0) -> Any:  # noqa: ANN401 - a part of that hook
    return guest.parts()[hook][n]


@pytest.fixture(scope="module")
def everything(maker: Maker, tmp_path_factory: pytest.TempPathFactory) -> Guest:
    folder = tmp_path_factory.mktemp("everything")
    root = plugin(folder / "root", EVERYTHING)
    doubler(root / "d.onnx")
    clip(folder / "media.mkv", seconds=1, size=(64, 48), audio=False)

    def run(spec: ModelSpec, inputs: dict[str, Array]) -> dict[str, Array]:
        assert spec == ModelSpec(task="image")
        if len(inputs["pixels"]) > 2:
            raise ValueError("the model takes two at most")
        return {"pixels": -inputs["pixels"], "labels": np.array(["owl", "Käuzchen"])}

    may = msgspec.structs.replace(ALL, gpu="is faster")
    return maker.guest(root, name="everything", run=run, media=(folder,), permissions=may)


@pytest.fixture
def film(everything: Guest) -> Item:
    (folder,) = everything._spec.media_roots
    return Item(id="f", kind=Kind.FILM, title="A Film", path=folder / "media.mkv")


def test_every_hook_gives_parts_of_its_shape(everything: Guest) -> None:
    parts = everything.parts()
    assert parts.keys() == HOOKS.keys()
    for hook, own in parts.items():
        (part,) = own
        assert all(hasattr(part, name) for name in members(hook))
        assert not hasattr(part, "anything_else")
    reader = ask(everything, "extractors")
    assert (reader.name, reader.version, reader.model) == ("reader", 7, ModelSpec(task="image"))
    assert reader.kinds == VIDEO
    assert isinstance(ask(everything, "players"), Player)
    assert ask(everything, "importers").patterns == ("*.csv",)


def test_an_extractor_reads_a_real_file_and_its_model_runs_in_the_host(
    everything: Guest, film: Item
) -> None:
    reader = ask(everything, "extractors")
    sample = reader.prepare(film, None)
    assert isinstance(sample, Sample)
    assert sample.arrays["pixels"].shape == (48, 64, 3)
    assert (sample.texts, sample.times) == (("A Film",), ((0.0, 1.5),))
    first, second = reader.encode([sample, sample], None)
    expected = -sample.arrays["pixels"][:2, :2, 0].ravel().astype(np.float32)
    assert np.array_equal(first.summary, expected)
    assert first.summary.dtype == np.float32
    assert first.data["labels"] == ["owl", "Käuzchen"]
    assert np.isnan(first.data["nan"])
    assert first.tags == {"a": 0.5}
    assert (second.moments[0].text, second.moments[0].image) == ("A Film", b"jpeg")


def test_what_a_model_says_is_wrong_reaches_the_plugin(everything: Guest, film: Item) -> None:
    reader = ask(everything, "extractors")
    with pytest.raises(ValueError, match="two at most"):
        reader.encode([reader.prepare(film, None)] * 3, None)


def test_a_model_of_the_plugin_runs_in_the_guest(everything: Guest) -> None:
    features = [{"reader": Feature(summary=np.float32([n, 3, 9]))} for n in range(3)]
    tags = ask(everything, "taggers").tag(features, None)
    assert tags == [{"first": 2 * n, "second": 6.0} for n in range(3)]
    log = until(lambda: everything._spec.log.read_text("utf-8"), "“d.onnx” runs on the ")
    if not gpu.devices():
        assert "“d.onnx” runs on the processor: onnxruntime knows no graphics card here" in log


WRONG_SCORES = {
    "taste": "a cause names the block “taste”, and the request has x",
    "double": "the shares of candidate .* add up to .*, and its score is",
}


def test_a_ranker_sees_blocks_where_they_lie_and_ids_in_order(
    everything: Guest, maker: Maker
) -> None:
    block = maker.shared.empty((5_000, 8), np.float32)
    block[:] = np.random.default_rng(0).random(block.shape)
    request = RankRequest(
        now=1.0,
        profile="me",
        candidates=(*(f"{n:06}" for n in range(4_999)), "the last"),
        history=(Opinion(item="a", value=1.0, at=0.0),),
        blocks={"x": Block(candidates=block, history=block[7:9])},
    )
    scores = ask(everything, "rankers").rank(request, None)
    assert scores.values[0] == len("the last")
    assert np.allclose(scores.values[1:], (block @ block[7])[1:])
    assert scores.shares.shape == (5_000, 1)
    assert scores.causes[0].text == "so"
    assert isinstance(request.candidates, tuple)
    left = ask(everything, "rankers").rank(replace(request, without=(0,)), None).without
    assert (scores.without.shape, left.shape) == ((0, 5_000), (1, 5_000))
    for profile, told in WRONG_SCORES.items():
        with pytest.raises(WrongResultError, match=told):
            ask(everything, "rankers").rank(replace(request, profile=profile), None)
        assert maker.faults.pop().kind == "wrong"
    block[:] = 1  # the same memory: no copy is kept
    assert ask(everything, "rankers").rank(request, None).values[1] == 8


def test_the_other_hooks_answer(everything: Guest) -> None:
    song = Item(id="s", kind=Kind.SONG, title="Song", path=None)
    knower = ask(everything, "metadata_readers")
    assert knower.read(song) == Metadata(title="SONG", year=1999)
    assert knower.read(Item(id="s", kind=Kind.SONG, title="", path=None)) is None

    watched = ask(everything, "importers").read("h.csv", "Ä\nB".encode())
    assert [(each.title, each.kind) for each in watched] == [("Ä", "played"), ("B", "played")]

    liked = (Liked(item=song, value=1.0),)
    wish = ExplainRequest(item=FILM, reasons=("r",), history=liked, language="en")
    assert ask(everything, "explainers").explain(wish) == ["A Film as Song", "r"]

    intent = ask(everything, "intent_parsers").parse("owls", "de")
    assert (intent.chips[0].value, intent.meaning) == ("owls", "de")
    assert ask(everything, "intent_parsers").parse(text="", language="de") is None

    wanted = ShelfRequest(now=1, profile="me", items=(FILM,), values=(1,), language="en")
    (shelf,) = ask(everything, "shelves").shelves(wanted)
    assert shelf.items == ("film-1",)

    page = PanelRequest(items=(FILM,), data={"reader": {"film-1": {"n": 3}}}, language="en")
    (section,) = ask(everything, "panels").view(page)
    assert (section.text, section.points[0].x, section.rows) == ("3", 0.5, (("a", "b"),))

    (card,) = ask(everything, "model_catalogues").models()
    assert card.file.name == "d.onnx"


def test_a_transport_and_a_listener_use_the_plugins_folder(everything: Guest) -> None:
    place = ask(everything, "transports")
    place.write("a", b"x" * 100_000)
    assert place.read("a") == b"x" * 100_000
    event = Event(id="e", profile="me", item="i", kind=EventKind.LIKE, at=1.0, context={"n": 1})
    assert ask(everything, "listeners").on_events([event]) is None
    assert place.read("heard") == b"like{'n': 1}"
    assert place.names() == ["a", "heard"]
    place.delete("a")
    place.delete("a")
    assert place.names() == ["heard"]


def test_what_a_plugin_raises_comes_as_what_it_is(everything: Guest, tmp_path: Path) -> None:
    reader = ask(everything, "extractors")

    def prepare(title: str, path: Path | None = None) -> None:
        reader.prepare(Item(id="f", kind=Kind.FILM, title=title, path=path), None)

    with pytest.raises(Skip, match="nothing in it"):
        prepare("nothing")
    with pytest.raises(UserError, match="“h” is empty"):
        ask(everything, "importers").read("h", b"")
    (folder,) = everything._spec.media_roots
    (folder / "no.mkv").write_text("no film")
    with pytest.raises(UnreadableError, match=r"no\.mkv"):
        prepare("A Film", folder / "no.mkv")
    with pytest.raises(PluginError, match="KeyError: 'no such thing'"):
        prepare("buggy")
    with pytest.raises(PluginError, match="a dict instead of a Sample"):
        prepare("wrong")
    event = Event(id="e", profile="me", item="i", kind=EventKind.LIKE, at=1.0)
    with pytest.raises(ValueError, match="too many"):
        ask(everything, "listeners").on_events([event, event])


def test_prints_and_tracebacks_are_in_the_log(everything: Guest, film: Item) -> None:
    ask(everything, "extractors").prepare(film, None)
    with pytest.raises(PluginError):
        ask(everything, "extractors").prepare(
            Item(id="f", kind=Kind.FILM, title="buggy", path=None), None
        )
    text = until(lambda: everything._spec.log.read_text("utf-8"), "KeyError: 'no such thing'")
    assert "read A Film\n" in text
    assert "in prepare" in text


def test_its_health_is_known(everything: Guest, film: Item) -> None:
    before = everything.health()
    ask(everything, "extractors").prepare(film, None)
    after = everything.health()
    assert after.calls == before.calls + 1
    assert after.parts["reader"][0] == before.parts.get("reader", (0, 0, 0))[0] + 1
    assert after.seconds > before.seconds
    assert after.peak_memory > 10 << 20
    assert after.started in {1, 2}
    assert after.enforcement == available()


def until(look: Any, wanted: str) -> str:  # noqa: ANN401 - gives the text
    """Give the text as soon as it holds what is wanted."""
    deadline = time.monotonic() + 60
    while wanted not in (found := look()):
        assert time.monotonic() < deadline, found
        time.sleep(0.01)
    return str(found)


CURIOUS = """
from plug_help import HELP

class Says:
    name = "says"
    def __init__(self, context):
        self.context = context
    def explain(self, request):
        return [str(each) for each in getattr(self, request.item.title)()]
    def surroundings(self):
        yield from (f"{name}={value}" for name, value in os.environ.items())
        yield os.getcwd()
        yield sys.argv
        yield sys.stdin.read()
    def settings(self):
        yield self.context.settings["colour"]
        yield from map(self.context.text, ("Yes", "No", "Else"))
        yield HELP
    def fetched(self):
        yield self.context.fetch("https://a.example/1").decode()
    def refused(self):
        try:
            self.context.fetch("https://b.example/1")
        except UserError as error:
            yield error
    def data(self):
        yield self.context.data
    def threads(self):
        import threading
        caught = []
        def late():
            while not Path("go").exists():
                time.sleep(0.02)
            try:
                self.context.fetch("https://a.example/late")
            except Exception as error:
                caught.append(error)
            Path("tried").touch()
        threading.Thread(target=late).start()
        self.caught = caught
        yield "started"
    def outcome(self):
        yield from self.caught
    def json(self):
        import json
        yield json.dumps({"a": 1})
        yield json.__file__
    def library(self):
        import colorsys
        yield colorsys.rgb_to_hsv(0, 0, 0)
    def secret(self):
        yield Path(self.context.settings["secret"]).read_text()

@hookimpl
def explainers(context):
    return [Says(context)]
"""


def fetch(url: str, _: float) -> bytes:
    if "b.example" in url:
        raise UserError("“b.example” is not allowed.")
    return b"from " + url.encode()


@pytest.fixture(scope="module")
def curious(maker: Maker, tmp_path_factory: pytest.TempPathFactory) -> Guest:
    folder = tmp_path_factory.mktemp("curious")
    shadow = "raise ImportError('this is not the standard library')"
    more = plugin(folder / "more", "raise ImportError('the first folder wins')", plug_help="HELP=1")
    root = plugin(folder / "root", CURIOUS, json=shadow, colorsys=shadow, numpy=shadow, av=shadow)
    (folder / "secret").write_text("the secret")
    guest = maker.guest(
        root,
        name="curious",
        settings={"colour": "blue", "secret": str(folder / "secret")},
        fetch=fetch,
        permissions=Permissions(read_history="to know"),
        more_roots=(more,),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET_TOKEN", "hunter2")
        patch.setenv("PYTHONPATH", str(folder))
        guest.parts()
    return guest


def say(guest: Guest, what: str) -> list[str]:
    about = Item(id="i", kind=Kind.FILM, title=what, path=None)
    wish = ExplainRequest(item=about, reasons=(), history=(), language="en")
    found: list[str] = ask(guest, "explainers").explain(wish)
    return found


def temporary(guest: Guest) -> Path:
    """Give the folder for temporary files of the process that a person waits for."""
    session = guest._prompt.session
    assert session is not None
    return session.scratch


def test_nothing_of_the_person_is_in_the_surroundings(curious: Guest) -> None:
    *variables, folder, words, typed = say(curious, "surroundings")
    known = dict(line.split("=", 1) for line in variables)
    assert not known.keys() & {"SECRET_TOKEN", "PYTHONPATH", "USER", "VIRTUAL_ENV"}
    assert known["PATH"] == ""
    assert known["HOME"] == known["TMPDIR"] == folder == str(temporary(curious))
    assert (words, typed) == ("['mediadesk']", "")


def test_settings_translations_and_other_folders_are_there(curious: Guest) -> None:
    assert say(curious, "settings") == ["blue", "Jo", "Nein", "Else", "1"]


def test_it_fetches_through_the_host_which_may_refuse(curious: Guest) -> None:
    assert say(curious, "fetched") == ["from https://a.example/1"]
    assert say(curious, "refused") == ["“b.example” is not allowed."]


def test_without_the_permission_there_is_no_folder_of_its_own(curious: Guest) -> None:
    with pytest.raises(UserError, match="write-data"):
        say(curious, "data")


def test_threads_of_the_plugin_can_ask_only_during_a_call(curious: Guest) -> None:
    assert say(curious, "threads") == ["started"]
    (temporary(curious) / "go").touch()  # nothing is under way meanwhile
    until(lambda: str((temporary(curious) / "tried").exists()), "True")
    (told,) = say(curious, "outcome")
    assert "only while it waits" in told


def test_the_standard_library_and_what_is_provided_can_not_be_shadowed(curious: Guest) -> None:
    whole, file = say(curious, "json")
    assert whole == '{"a": 1}'
    assert not file.startswith(str(curious._spec.root))
    assert say(curious, "library") == ["(0.0, 0.0, 0)"]


@pytest.mark.skipif(bool(available().files), reason=available().files or "files are guarded")
def test_other_files_can_not_be_read(curious: Guest) -> None:
    with pytest.raises(PluginError, match="PermissionError"):
        say(curious, "secret")


CLASHING = """
import clash
from importlib import metadata, resources

class Says:
    name = "says"
    def explain(self, request):
        text = resources.files("clash").joinpath("text.txt").read_text()
        return [clash.VERSION, metadata.version("clash"), clash.part().NAME, text]

@hookimpl
def explainers():
    return [Says()]
"""


def clash(root: Path, version: str) -> None:
    """Write a library with metadata, a lazily imported module and a data file."""
    (root / "clash").mkdir()
    (root / "clash/__init__.py").write_text(
        f"VERSION = '{version}'\ndef part():\n    from clash import part{version}\n"
        f"    return part{version}\n"
    )
    (root / f"clash/part{version}.py").write_text(f"NAME = 'part of {version}'\n")
    (root / "clash/text.txt").write_text(f"text of {version}")
    info = root / f"clash-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: clash\nVersion: {version}\n")


def test_two_plugins_use_two_versions_of_a_library_at_once(maker: Maker, tmp_path: Path) -> None:
    guests = []
    for version in ("1", "2"):
        clash(plugin(tmp_path / version, CLASHING), version)
        guests.append(maker.guest(tmp_path / version, name=f"clash{version}"))
    for _ in range(2):
        for guest, version in zip(guests, ("1", "2"), strict=True):
            expected = [version, version, f"part of {version}", f"text of {version}"]
            assert say(guest, "anything") == expected


SHADOWS_OURS = """
import psutil, landlock

class Says:
    name = "says"
    def explain(self, request):
        return [psutil.__file__, str(psutil.MINE)]

@hookimpl
def explainers():
    return [Says()]
"""


def test_a_library_that_we_use_too_is_the_plugins_own(maker: Maker, tmp_path: Path) -> None:
    root = plugin(tmp_path / "root", SHADOWS_OURS, psutil="MINE = 1", landlock="")
    found = say(maker.guest(root, name="shadows"), "anything")
    assert found == [str(root / "psutil.py"), "1"]


TWO_ROLES = """
class Slow:
    name, version, kinds, model = "slow", 1, VIDEO, None
    def prepare(self, item, media):
        Path(item.title, "begun").touch()
        while not Path(item.title, "go").exists():
            time.sleep(0.01)
        return Sample(texts=(str(os.getpid()), str(os.nice(0))))
    def encode(self, samples, run):
        run({"x": np.zeros(1)})
        return []

class Says:
    name = "says"
    def explain(self, request):
        return [str(os.getpid()), str(os.nice(0))]

@hookimpl
def extractors():
    return [Slow()]

@hookimpl
def explainers():
    return [Says()]
"""


def test_a_long_film_keeps_no_page_waiting(maker: Maker, tmp_path: Path) -> None:
    guest = maker.guest(plugin(tmp_path / "root", TWO_ROLES), name="roles")
    place = guest._spec.data
    assert place is not None
    item = Item(id="i", kind=Kind.FILM, title=str(place), path=None)
    found: list[Sample] = []
    slow = ask(guest, "extractors")
    reading = threading.Thread(target=lambda: found.append(slow.prepare(item, None)))
    reading.start()
    until(lambda: str((place / "begun").exists()), "True")
    process, priority = say(guest, "anything")
    assert reading.is_alive()
    (place / "go").touch()
    reading.join()
    (sample,) = found
    assert sample.texts[0] != process
    assert int(sample.texts[1]) > int(priority)
    assert guest.health().started == 2
    with pytest.raises(UserError, match="names no model"):
        slow.encode([sample], None)


def test_one_process_is_enough_for_one_kind_of_parts(maker: Maker, tmp_path: Path) -> None:
    only_slow = TWO_ROLES.replace("return [Says()]", "return []")
    guest = maker.guest(plugin(tmp_path / "root", only_slow), name="one")
    place = guest._spec.data
    assert place is not None
    (place / "go").touch()
    item = Item(id="i", kind=Kind.FILM, title=str(place), path=None)
    assert int(ask(guest, "extractors").prepare(item, None).texts[1]) >= 10
    assert guest.health().started == 1


def test_a_plugin_of_plain_values_leaves_no_process_behind(maker: Maker, tmp_path: Path) -> None:
    source = """
    @hookimpl
    def players():
        return [Player(name="p", title="P", program="mpv", arguments=())]
    """
    guest = maker.guest(plugin(tmp_path / "root", source), name="values")
    assert ask(guest, "players").program == "mpv"
    assert guest._prompt.session is None
    assert guest._background.session is None


LOOKS = """
class Looks:
    name, model, kept = "looks", None, None
    def rank(self, request, run):
        asked = request.profile
        value = 0.0
        if asked == "kept":
            value = float(len(self.kept.candidates[-1]))
        elif asked == "keep":
            self.kept = request
        elif asked == "keep and fail":
            self.kept = request
            raise KeyError("on purpose")
        elif asked == "look":
            assert request.candidates[5] == "5" and "7" in request.candidates
        return Scores(values=np.full(len(request.candidates), value))

@hookimpl
def rankers():
    return [Looks()]
"""


def test_ids_that_a_ranker_keeps_are_there_later_and_others_never_cross(
    maker: Maker, tmp_path: Path
) -> None:
    guest = maker.guest(plugin(tmp_path / "root", LOOKS), name="looks")
    ranker = ask(guest, "rankers")
    looked: list[str] = []

    class Ids(tuple[str, ...]):  # noqa: SLOT001
        def __iter__(self) -> Any:  # noqa: ANN401
            looked.append("yes")
            return super().__iter__()

    def rank(what: str, last: str = "") -> float:
        ids = Ids((*map(str, range(1_000)), last))
        request = RankRequest(now=1, profile=what, candidates=ids, history=(), blocks={})
        return float(ranker.rank(request, None).values[0])

    rank("nothing")
    assert looked == []
    rank("look")
    assert looked == ["yes"]
    rank("keep", "four")
    assert rank("kept") == 4
    with pytest.raises(PluginError, match="on purpose"):
        rank("keep and fail", "fifty")
    assert rank("kept") == 5


def test_closing_ends_its_processes_and_removes_its_files(maker: Maker, tmp_path: Path) -> None:
    guest = maker.guest(plugin(tmp_path / "root", CURIOUS, plug_help="HELP = 1"), name="brief")
    guest.parts()
    session = guest._prompt.session
    assert session is not None
    process, files, scratch = session.process._popen.pid, session._files, guest._scratch.path
    guest.close()
    assert not psutil.pid_exists(process)
    assert not any(file.exists() for file in files)
    assert not scratch.exists()
    with pytest.raises(Died) as death:
        say(guest, "json")
    assert death.value.kind == "closed"
    assert not maker.faults
