"""What becomes of a plugin that does wrong: it is ended, it is told why, and all else goes on."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from guest_factory import Maker, plugin

from mediadesk.api import Item, Kind, Sample, UserError
from mediadesk.host.isolate import process, room, session
from mediadesk.host.isolate.guest import Died, Guest, PluginError, WrongResultError
from mediadesk.host.isolate.pool import GuestPool
from mediadesk.host.isolate.sandbox import available
from mediadesk.host.isolate.shared import Shared
from mediadesk.host.manifest import Resources
from mediadesk.host.workers import Work

LIMITED = pytest.mark.skipif(sys.platform != "linux", reason="limited on Linux only")

BAD = """
import ctypes, gc, struct, tempfile, threading
import msgspec

class Bad:
    name, version, kinds, model = "bad", 1, VIDEO, ModelSpec(task="image")
    def prepare(self, item, media):
        return getattr(self, item.title)()
    def encode(self, samples, run):
        while True:
            run({"x": np.zeros(1)})
    def fine(self):
        return Sample(texts=("fine",))
    def crash(self):
        ctypes.string_at(0)
    def kill(self):
        os.kill(os.getpid(), signal.SIGKILL)
    def odd(self):
        os.kill(os.getpid(), signal.SIGRTMIN + 5)
    def exit(self):
        os._exit(3)
    def leave(self):
        sys.exit("bye")
    def interrupt(self):
        raise KeyboardInterrupt
    def hang(self):
        time.sleep(60)
    def spin(self):
        while True:
            pass
    def eat(self):
        eaten = []
        while True:
            eaten.append(np.ones(8 << 20, np.uint8))
            time.sleep(0.01)
    def map(self):
        import mmap
        eaten = mmap.mmap(-1, 260 << 20)
        for at in range(0, len(eaten), 4096):
            eaten[at] = 1
        time.sleep(60)
    def fill(self):
        Path(os.environ["HOME"], "large").write_bytes(bytes(3 << 20))
        time.sleep(60)
    def litter(self):
        with tempfile.NamedTemporaryFile(delete=False) as file:
            file.write(bytes(1_200_000))
        if len(os.listdir(tempfile.gettempdir())) > 1:
            time.sleep(60)
        return self.fine()
    def flood(self):
        while True:
            print("x" * 60_000)
    def forge(self):
        frame = msgspec.msgpack.encode({"type": "given", "value": {"texts": ["forged"]}})
        os.write(1, len(frame).to_bytes(4, "little") + frame)
        sys.__stdout__.write("more")
        return self.fine()
    def line(self):
        return next(each for each in gc.get_objects() if type(each).__name__ == "Line")
    def send(self, frame):
        self.line()._out.write(len(frame).to_bytes(4, "little") + frame)
        time.sleep(60)
    def garbage(self):
        self.send(b"\\xc1garbage")
    def huge(self):
        self.line()._out.write(b"\\xff\\xff\\xff\\xff")
        time.sleep(60)
    def described(self):
        self.send(msgspec.msgpack.encode({"type": "described", "parts": {}}))
    def hang_up(self):
        self.line()._out.close()
        time.sleep(60)
    def outside(self):
        self.line().packer._outbox.put = lambda array: 1 << 24
        return Sample(arrays={"a": np.zeros(1 << 20)})
    def twice(self):
        given = {"type": "given", "number": 10_000, "value": {"texts": ["forged"]}}
        self.send(msgspec.msgpack.encode(given))
    def many(self):
        return Sample(texts=("",) * 9_000_000)
    def too_long(self):
        return Sample(images=(b"x" * (65 << 20),))
    def large(self):
        return Sample(arrays={"a": np.empty((600 << 20,), np.uint8)})
    def objects(self):
        return Sample(arrays={"a": np.array([object()])})
    def number(self):
        return Sample(texts=(1,))
    def deep(self):
        found = []
        for _ in range(100_000):
            found = [found]
        return Sample(data={"a": found})
    def half(self):
        return Sample(texts=("\\ud800",))

@hookimpl
def extractors():
    return [Bad()]
"""


def item(title: str) -> Item:
    return Item(id=f"item-{title}", kind=Kind.FILM, title=title, path=None)


def prepare(guest: Guest, title: str) -> Any:  # noqa: ANN401 - whatever comes
    part: Any = guest.parts()["extractors"][0]
    return part.prepare(item(title), None)


@pytest.fixture(scope="module")
def bad(maker: Maker, tmp_path_factory: pytest.TempPathFactory) -> Guest:
    limits = Resources(seconds=300, cpu_seconds=1, memory_mb=192)
    return maker.guest(plugin(tmp_path_factory.mktemp("bad"), BAD), name="bad", resources=limits)


@pytest.fixture(scope="module")
def hasty(maker: Maker, tmp_path_factory: pytest.TempPathFactory) -> Guest:
    limits = Resources(seconds=1)
    return maker.guest(plugin(tmp_path_factory.mktemp("h"), BAD), name="hasty", resources=limits)


@pytest.fixture(autouse=True)
def no_faults_yet(maker: Maker) -> None:
    maker.faults.clear()


DEADLY = {
    "crash": ("crash", "it crashed with SIGSEGV"),
    "kill": ("crash", "it crashed with SIGKILL"),
    "exit": ("exit", "it ended itself with the status 3"),
    "flood": ("flood", "it printed more than 8 MiB at once"),
    "garbage": ("protocol", "it said what can't be understood"),
    "huge": ("protocol", "a message of 4,294,967,295 bytes"),
    "described": ("protocol", "it answered with Described"),
    "hang_up": ("protocol", "it broke off its talk"),
    "twice": ("protocol", "it answered what nobody had asked"),
}
if sys.platform == "linux":
    DEADLY |= {
        "odd": ("crash", "it crashed with signal "),
        "spin": ("cpu", "it used more than 1 seconds of processor time"),
        "map": ("memory", "it used more than 192 MiB of memory"),
    }


@pytest.mark.parametrize("deed", DEADLY)
def test_a_deadly_deed_is_told_and_the_next_call_works(bad: Guest, maker: Maker, deed: str) -> None:
    kind, told = DEADLY[deed]
    with pytest.raises(Died, match="The plugin “bad” was stopped") as death:
        prepare(bad, deed)
    assert (death.value.kind, told in death.value.what) == (kind, True), death.value.what
    (fault,) = maker.faults
    assert (fault.plugin, fault.version, fault.part) == ("bad", "1.0", "bad")
    assert (fault.item, fault.kind) == (f"item-{deed}", kind)
    assert told in fault.sentence
    assert prepare(bad, "fine").texts == ("fine",)


def test_a_call_that_hangs_is_ended(hasty: Guest, maker: Maker) -> None:
    with pytest.raises(Died, match="it took longer than 1 seconds") as death:
        prepare(hasty, "hang")
    assert death.value.kind == "deadline"
    assert [fault.kind for fault in maker.faults] == ["deadline"]


WRONG = {
    "outside": "outside of its file",
    "many": "too many values",
}


@pytest.mark.parametrize("deed", WRONG)
def test_a_wrong_result_is_refused_and_told(bad: Guest, maker: Maker, deed: str) -> None:
    with pytest.raises(WrongResultError, match=WRONG[deed]):
        prepare(bad, deed)
    (fault,) = maker.faults
    assert (fault.kind, fault.item) == ("wrong", f"item-{deed}")
    assert prepare(bad, "fine").texts == ("fine",)


BUGS = {
    "objects": "an array of object",
    "deep": "recursion",
    "half": "surrogates not allowed",
    "leave": "SystemExit: bye",
    "interrupt": "KeyboardInterrupt",
}


@pytest.mark.parametrize("deed", BUGS)
def test_what_can_not_cross_and_what_would_end_it_are_errors(bad: Guest, deed: str) -> None:
    with pytest.raises((PluginError, ValueError), match=BUGS[deed]):
        prepare(bad, deed)
    assert prepare(bad, "fine").texts == ("fine",)


def test_a_result_that_is_too_long_is_an_error(maker: Maker, tmp_path: Path) -> None:
    guest = maker.guest(plugin(tmp_path / "p", BAD), name="roomy")
    with pytest.raises(ValueError, match="more than 64 MiB at once"):
        prepare(guest, "too_long")
    assert prepare(guest, "fine").texts == ("fine",)
    guest.close()


def test_a_text_that_is_none_is_refused(bad: Guest) -> None:
    with pytest.raises(WrongResultError, match="Expected `str`, got `int`"):
        prepare(bad, "number")


@LIMITED
@pytest.mark.parametrize("deed", ["eat", "large"])
def test_memory_beyond_its_limit_is_not_given(bad: Guest, deed: str) -> None:
    with pytest.raises(PluginError, match="MemoryError"):
        prepare(bad, deed)
    assert prepare(bad, "fine").texts == ("fine",)


def test_what_it_prints_is_no_message(bad: Guest) -> None:
    assert prepare(bad, "forge").texts == ("fine",)


def test_asking_for_ever_ends(bad: Guest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_MOST_QUESTIONS", 50)
    part: Any = bad.parts()["extractors"][0]
    with pytest.raises(Died, match="it asked more than 50 times"):
        part.encode([Sample()], None)


def test_the_time_that_the_host_takes_is_not_the_plugins(maker: Maker, tmp_path: Path) -> None:
    source = """
    class Asks:
        name, version, kinds, model = "asks", 1, VIDEO, ModelSpec(task="image")
        def prepare(self, item, media):
            raise Skip
        def encode(self, samples, run):
            run({"x": np.zeros(1)})
            return [Feature() for _ in samples]

    @hookimpl
    def extractors():
        return [Asks()]
    """

    def run(*_: object) -> dict[str, Any]:
        time.sleep(1.3)
        return {}

    limits = Resources(seconds=1)
    guest = maker.guest(plugin(tmp_path / "p", source), name="asks", run=run, resources=limits)
    part: Any = guest.parts()["extractors"][0]
    assert len(part.encode([Sample()], None)) == 1


def test_a_death_between_two_calls_is_told_too(bad: Guest, maker: Maker) -> None:
    prepare(bad, "fine")
    running = bad._background.session
    assert running is not None
    running.process._popen.kill()
    running.process._popen.wait()
    assert prepare(bad, "fine").texts == ("fine",)
    (fault,) = maker.faults
    assert (fault.kind, fault.item) == ("crash", None)
    assert fault.sentence == "It stopped between two calls: it crashed with SIGKILL."


def test_a_pool_turns_a_death_into_an_outcome(bad: Guest) -> None:
    def work(title: str) -> Work:
        return Work(key=title, function=prepare, arguments=(bad, title), timeout=60)

    pool = GuestPool(bad)
    titles = ["fine", "exit", "number", "fine"]
    first, second, third, fourth = [pool.submit(work(title)).result(30) for title in titles]
    assert first.result.texts == fourth.result.texts == ("fine",)
    assert second.death == "it ended itself with the status 3"
    assert isinstance(third.error, WrongResultError)
    hangs, waits = pool.submit(work("hang")), pool.submit(work("fine"))
    time.sleep(0.1)
    begun = time.monotonic()
    pool.close()
    assert time.monotonic() - begun < 30, "it did not wait for what hangs"
    assert hangs.cancelled()
    assert waits.cancelled()


def test_a_full_folder_and_short_limits(
    maker: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed: list[float] = []
    monkeypatch.setattr(process.sandbox, "allow_cpu", lambda _, seconds: allowed.append(seconds))
    limits = Resources(cpu_seconds=1, disk_mb=2)
    guest = maker.guest(plugin(tmp_path / "p", BAD), name="full", resources=limits)
    with pytest.raises(Died, match="folder and temporary files are larger than 2 MiB") as death:
        prepare(guest, "fill")
    assert death.value.kind == "disk"
    assert [fault.kind for fault in maker.faults] == ["disk"]
    assert allowed == [20, 4, 1], "starting Python and importing is not the plugin's time"
    maker.faults.clear()
    monkeypatch.setattr(room, "_SECONDS", 0.1)
    assert prepare(guest, "fine").texts == ("fine",), "what it left went with its process"
    for _ in range(2):
        assert prepare(guest, "litter").texts == ("fine",)
    assert [(fault.kind, fault.item) for fault in maker.faults] == [("disk", None)]
    assert len(list(guest._scratch.path.iterdir())) == 1


@LIMITED
def test_too_little_memory_to_start_is_told(maker: Maker, tmp_path: Path) -> None:
    guest = maker.guest(plugin(tmp_path / "p", BAD), name="tiny", resources=Resources(memory_mb=1))
    with pytest.raises(UserError, match=r"can't be loaded \(1 MiB of memory are too little"):
        guest.parts()


def test_closing_ends_a_call_under_way(maker: Maker, tmp_path: Path) -> None:
    guest = maker.guest(plugin(tmp_path / "p", BAD), name="hanging")
    guest.parts()
    deaths: list[Died] = []

    def hang() -> None:
        try:
            prepare(guest, "hang")
        except Died as death:
            deaths.append(death)

    calling = threading.Thread(target=hang)
    calling.start()
    time.sleep(0.2)
    guest.close()
    calling.join(60)
    assert [death.kind for death in deaths] == ["closed"]
    assert not maker.faults


CHANGING = """
class Changes:
    version, kinds, model = 1, VIDEO, None
    def __init__(self, data):
        self.mark = data / "mark"
        self.name = self.mark.read_text() if self.mark.exists() else "changing"
        if self.name == "broken":
            raise ImportError("it is broken")
    def prepare(self, item, media):
        self.mark.write_text(item.title)
        os._exit(1)
    def encode(self, samples, run):
        return []

@hookimpl
def extractors(context):
    return [Changes(context.data)]
"""


@pytest.mark.parametrize(
    ("mark", "told"),
    [("other", "it describes itself in another way than before"), ("broken", "it is broken")],
)
def test_one_that_does_not_start_again_ends_for_good_and_blames_no_file(
    maker: Maker, tmp_path: Path, mark: str, told: str
) -> None:
    guest = maker.guest(plugin(tmp_path / "p", CHANGING), name=f"changing-{mark}")
    with pytest.raises(Died):
        prepare(guest, mark)
    assert not guest.is_closed
    with pytest.raises(Died, match=told) as death:
        prepare(guest, "innocent")
    assert death.value.kind == "start"
    assert guest.is_closed
    first, second = maker.faults
    assert (first.kind, first.item) == ("exit", f"item-{mark}")
    assert (second.kind, second.part, second.item) == ("start", "", None)
    assert second.sentence.count(".") == 1


LOADING = {
    "raise KeyError('oh')": (UserError, "can't be loaded .*KeyError: 'oh'"),
    "import no_such_module": (UserError, "No module named 'no_such_module'"),
    "def f(:": (UserError, "SyntaxError"),
    "sys.exit(1)": (UserError, "SystemExit: 1"),
    "os._exit(1)": (Died, "it ended itself with the status 1"),
    "time.sleep(60)": (Died, "it took longer than 1 seconds"),
    "@hookimpl\ndef rankerz(): return []": (UserError, "unknown hook 'rankerz'"),
    "@hookimpl\ndef rankers(no): return []": (UserError, "can't be used: .*no"),
    "@hookimpl\ndef rankers(): return [1]": (UserError, "int of rankers lacks name, model, rank"),
    "@hookimpl\ndef rankers(): return 1": (UserError, "not iterable"),
    "@hookimpl\ndef executor(): return None": (UserError, "implements executor"),
    "class P:\n name = 7\n def explain(self, request): pass\n"
    "@hookimpl\ndef explainers(): return [P()]": (UserError, "Expected `str`, got `int`"),
    "class P:\n name = 'a\\nb'\n def explain(self, request): pass\n"
    "@hookimpl\ndef explainers(): return [P()]": (UserError, "a part has the name"),
    "class P:\n name, model = 'a', ModelSpec(task='x', name='x', file=Path('/etc/passwd'))\n"
    " def rank(self, request, run): pass\n"
    "@hookimpl\ndef rankers(): return [P()]": (UserError, "no file in the plugin's folder"),
}


@pytest.mark.parametrize("source", LOADING, ids=range(len(LOADING)))
def test_a_plugin_that_can_not_be_loaded_says_why(
    maker: Maker, tmp_path: Path, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "sleep" in source:
        monkeypatch.setattr(session, "_LOAD_SECONDS", 1.0)
    error, told = LOADING[source]
    guest = maker.guest(plugin(tmp_path / "p", ""), name="unloadable")
    with (tmp_path / "p/plug.py").open("a") as file:
        file.write(source)
    with pytest.raises(error, match=f"(?s){told}"):
        guest.parts()
    assert guest._prompt.session is None
    guest.close()


ORPHAN = """
import sys, time
sys.path.insert(0, {tests!r})
from pathlib import Path
from guest_factory import Maker, plugin
from mediadesk.host.isolate.shared import Shared

folder = Path({folder!r})
maker = Maker(Shared(folder), folder)
guest = maker.guest(plugin(folder / "root", {source!r}))
guest.parts()
print(guest._background.session.process._popen.pid, flush=True)
guest.parts()["extractors"][0].prepare({item}, None)
"""


def test_a_guest_ends_with_its_host_and_leaves_nothing_for_long(tmp_path: Path) -> None:
    code = ORPHAN.format(
        tests=str(Path(__file__).parents[2]),
        folder=str(tmp_path),
        source=BAD,
        item="__import__('mediadesk.api').api.Item(id='i', kind='film', title='hang', path=None)",
    )
    # Where nobody else tidies up: any process that makes such a folder removes those of dead ones.
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    ) as host:
        assert host.stdout is not None
        guest = psutil.Process(int(host.stdout.readline()))
        host.kill()
    guest.wait(60)
    left = list(tmp_path.glob("mediadesk-*"))
    assert len(left) == 4, "of the shared files and of the guest: a folder and its lock"
    shared = Shared(tmp_path)
    shared.file()
    shared.close()
    assert not any(each.exists() for each in left)


@pytest.mark.skipif(bool(available().processes), reason=available().processes or "guarded")
def test_it_can_start_no_program(maker: Maker, tmp_path: Path) -> None:
    source = BAD.replace("def fine(self):", "def start(self):\n        os.system('true')\n"
                         "        import subprocess\n        subprocess.run(['/bin/true'])\n"
                         "    def fine(self):")  # fmt: skip
    guest = maker.guest(plugin(tmp_path / "p", source), name="starts")
    with pytest.raises(PluginError, match="PermissionError"):
        prepare(guest, "start")
    assert os.getpid() != 0
