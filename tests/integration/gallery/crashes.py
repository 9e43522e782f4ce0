"""Plugins that crash, hang and eat the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.gallery.exhibit import WRITES, Exhibit
from integration.gallery.visits import analysed, ranked_in_time, ranked_slowly

from mediadesk.host.manifest import Resources

if TYPE_CHECKING:
    from integration.gallery.museum import Museum

FAILED, QUARANTINED = "failed to load", "quarantined"
_GOOD = 5


def _prepare(deed: str) -> str:
    """Write an extractor that does this to every file."""
    return f"""
class Part(Learns):
    def prepare(self, item, media):
        {deed}
@hookimpl
def extractors(): return [Part()]
"""


def _good_ones_stay(museum: Museum) -> None:
    learnt = museum.learnt("late-crash-part")
    assert len(learnt) == _GOOD
    assert all(data == {"read": True} for data in learnt.values())


CRASHES = [
    Exhibit(
        name="raises-at-import",
        tries="raises while it is imported",
        stopped_by="its own process; the error is told",
        state=FAILED,
        says=("ZeroDivisionError",),
        source="1 / 0",
    ),
    Exhibit(
        name="segfault-at-import",
        tries="reads address 0 while it is imported",
        stopped_by="its own process",
        state=FAILED,
        says=("SIGSEGV",),
        source="ctypes.string_at(0)",
    ),
    Exhibit(
        name="exits-at-import",
        tries="calls sys.exit while it is imported",
        stopped_by="its own process; the exit is told",
        state=FAILED,
        says=("SystemExit: 3",),
        source="sys.exit(3)",
    ),
    Exhibit(
        name="quits-at-import",
        tries="calls os._exit while it is imported",
        stopped_by="its own process",
        state=FAILED,
        says=("ended itself with the status 7",),
        source="os._exit(7)",
    ),
    Exhibit(
        name="loops-at-import",
        tries="never ends being imported, at full speed",
        stopped_by="limit of processor time; it is not started again",
        state=QUARANTINED,
        says=("processor time",),
        source="while True: pass",
        resources=Resources(memory_mb=256, seconds=1, cpu_seconds=1),
    ),
    Exhibit(
        name="segfault",
        tries="crashes on every file",
        stopped_by="its own process; quarantine after three",
        state=QUARANTINED,
        says=("SIGSEGV", "3 faults"),
        source=_prepare("ctypes.string_at(0)"),
        visit=analysed,
    ),
    Exhibit(
        name="aborts",
        tries="aborts while it encodes",
        stopped_by="its own process; quarantine after three",
        state=QUARANTINED,
        says=("SIGABRT",),
        source="""
class Part(Learns):
    def encode(self, samples, run): os.abort()
@hookimpl
def extractors(): return [Part()]
""",
        visit=analysed,
    ),
    Exhibit(
        name="late-crash",
        tries=f"works for {_GOOD} files and crashes on each after that",
        stopped_by="quarantine; what it learnt before stays",
        state=QUARANTINED,
        says=("SIGSEGV", "3 faults"),
        # What it did is known from its folder: the process is another one after each crash.
        source="""
class Part(Learns):
    def __init__(self, context): self.done = context.data / "done"
    def prepare(self, item, media):
        done = self.done.read_text().splitlines() if self.done.exists() else []
        if len(done) >= 5: ctypes.string_at(0)
        self.done.write_text("\\n".join([*done, item.id]))
        return Sample()
    def encode(self, samples, run): return [Feature(data={"read": True}) for _ in samples]
@hookimpl
def extractors(context): return [Part(context)]
""",
        permissions=WRITES,
        visit=analysed,
        proof=_good_ones_stay,
    ),
    Exhibit(
        name="loops",
        tries="never ends reading a file, at full speed",
        stopped_by="limit of processor time",
        state=QUARANTINED,
        says=("processor time",),
        source=_prepare("while True: pass"),
        resources=Resources(memory_mb=256, seconds=4, cpu_seconds=1),
        visit=analysed,
    ),
    Exhibit(
        name="loops-deaf",
        tries="the same, deaf to the signal that ends it",
        stopped_by="deadline of the host",
        state=QUARANTINED,
        says=("longer than 1 seconds",),
        source=_prepare(
            "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGXCPU])\n        while True: pass"
        ),
        visit=analysed,
    ),
    Exhibit(
        name="sleeps",
        tries="sleeps for ever over each file",
        stopped_by="deadline of the host",
        state=QUARANTINED,
        says=("longer than 1 seconds",),
        source=_prepare("time.sleep(1e6)"),
        visit=analysed,
    ),
    Exhibit(
        name="ten-gigabytes",
        tries="allocates 10 GB",
        stopped_by="limit of memory",
        state=QUARANTINED,
        says=("MemoryError",),
        source=_prepare("return Sample(texts=(str(len(bytes(10 << 30))),))"),
        visit=analysed,
        needs=("memory",),
    ),
    Exhibit(
        name="shared-gigabytes",
        tries="fills 3 GB of shared memory, which no limit of the system counts",
        stopped_by="the host, which weighs it",
        state=QUARANTINED,
        says=("more than 256 MiB of memory",),
        source=_prepare(
            "import mmap; eaten = mmap.mmap(-1, 3 << 30)\n"
            "        for at in range(0, 3 << 30, 1 << 20):\n"
            "            eaten[at:at + (1 << 20)] = bytes(1 << 20); time.sleep(0.002)"
        ),
        visit=analysed,
        resources=Resources(memory_mb=256, seconds=6, cpu_seconds=6),
        needs=("memory",),
    ),
    Exhibit(
        name="fork-bomb",
        tries="forks and forks",
        stopped_by="seccomp",
        state=QUARANTINED,
        says=("PermissionError", "Operation not permitted"),
        # Six generations are enough to be seen, where nothing should stop it.
        source=_prepare("for _ in range(6): os.fork()"),
        visit=analysed,
        needs=("processes",),
    ),
    Exhibit(
        name="thread-bomb",
        tries="starts threads without end",
        stopped_by="limit of memory",
        state=QUARANTINED,
        says=("can't start new thread",),
        source=_prepare(
            "while True: threading.Thread(target=time.sleep, args=(1e6,), daemon=True).start()"
        ),
        visit=analysed,
        needs=("memory",),
    ),
    Exhibit(
        name="dies-between",
        tries="answers, and ends itself when nobody is looking",
        stopped_by="its own process; quarantine after three",
        state=QUARANTINED,
        says=("stopped between two calls", "status 9"),
        source="""
class Part(Judges):
    def rank(self, request, run):
        threading.Timer(0.02, os._exit, (9,)).start()
        return super().rank(request, run)
@hookimpl
def rankers(): return [Part()]
""",
        visit=ranked_slowly,
    ),
    Exhibit(
        name="floods",
        tries="prints 20 MB for each file, to both outputs",
        stopped_by="limit of what may be printed; its log is cut",
        state=QUARANTINED,
        says=("printed more than 8 MiB",),
        source=_prepare(
            "for n in range(320): os.write(1 + n % 2, b'x' * 65536)\n        time.sleep(1)"
        ),
        visit=analysed,
    ),
    Exhibit(
        name="ranker-hangs",
        tries="makes For you wait for ever",
        stopped_by="deadline of two seconds",
        state=QUARANTINED,
        says=("longer than 2 seconds",),
        source="""
class Part(Judges):
    def rank(self, request, run): time.sleep(1e6)
@hookimpl
def rankers(): return [Part()]
""",
        visit=ranked_in_time,
    ),
]
