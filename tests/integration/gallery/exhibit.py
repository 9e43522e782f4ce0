"""What a hostile plugin is made of, and what is to become of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import wheel_factory
from msgspec.structs import replace
from plugin_factory import HEADER

from mediadesk.host.manifest import Network, Permissions, Resources

if TYPE_CHECKING:
    from integration.gallery.museum import Museum

READS = Permissions(read_media="it says so", read_history="it says so")
WRITES = Permissions(read_media="it says so", read_history="it says so", write_data="it says so")
SMALL = Resources(memory_mb=256, seconds=1, cpu_seconds=2)
REFUSED = "refused"
"""Stands for a state where nothing was installed."""

TOOLS = '''
import ctypes, errno, socket, stat, subprocess, threading
import msgspec

class Learns:
    name, version, kinds, model = f"{NAME}-part", 1, VIDEO | AUDIO, None
    def prepare(self, item, media): return Sample()
    def encode(self, samples, run): return [Feature() for _ in samples]

class Judges:
    name, model = f"{NAME}-part", None
    def rank(self, request, run): return Scores(values=np.zeros(len(request.candidates)))

def attempt(**deeds):
    """Try everything, and complain; what worked is “DONE”."""
    told = []
    for name, deed in deeds.items():
        try:
            deed()
        except OSError as error:
            told.append(f"{name} {errno.errorcode.get(error.errno, error)}")
        except Exception as error:
            told.append(f"{name} {type(error).__name__}")
        else:
            told.append(f"{name} DONE")
    raise PermissionError("; ".join(told))

libc = ctypes.CDLL(None, use_errno=True)

def call(number, *arguments):
    """Make a system call of x86_64."""
    if libc.syscall(number, *(ctypes.c_long(each) for each in arguments)) == -1:
        raise OSError(ctypes.get_errno(), "")

def speak(value, kind="given"):
    """Answer MediaDesk with these bytes, behind the back of what serves this plugin."""
    frame, number = sys._getframe(), 0
    while frame is not None:
        asked = [getattr(each, "number", None) for each in frame.f_locals.values()]
        number = max([number, *(each for each in asked if isinstance(each, int))])
        frame = frame.f_back
    head = msgspec.msgpack.encode({"type": kind, "number": number})[1:]
    message = b"\\x83" + head + msgspec.msgpack.encode("value") + value
    for pipe in range(3, 64):
        try:
            if stat.S_ISFIFO(os.fstat(pipe).st_mode):
                os.write(pipe, len(message).to_bytes(4, "little") + message)
        except OSError:
            pass
'''

Making = Callable[["Museum", Path], Path]
Visit = Callable[["Museum"], None]


def nothing(_: Museum) -> None:
    """It showed itself when it was installed."""


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """A hostile plugin: what it `tries`, what stops it, the state and words that a person sees.

    It is a wheel with this `source` unless `make` makes something else. `visit` gives it the
    occasion. `proof` looks more closely afterwards. `needs` names the fields of `Enforcement`
    without which it would do harm here. One that `uses_web` may fetch from the museum's servers.
    """

    name: str
    tries: str
    stopped_by: str
    state: str
    says: tuple[str, ...]
    source: str = ""
    make: Making | None = None
    visit: Visit = nothing
    proof: Visit = nothing
    needs: tuple[str, ...] = ()
    permissions: Permissions = READS
    uses_web: bool = False
    resources: Resources = SMALL
    more: Mapping[str, Any] = field(default_factory=dict)

    def package(self, museum: Museum, folder: Path) -> Path:
        """Make what is to be installed."""
        if self.make is not None:
            return self.make(museum, folder)
        return wheel_factory.plugin(
            folder,
            self.name,
            source=self.full_source(museum),
            permissions=self._permissions(museum),
            resources=self.resources,
            **self.more,
        )

    def _permissions(self, museum: Museum) -> Permissions:
        web = Network(hosts=museum.hosts, reason="it says so")
        return replace(self.permissions, network=web) if self.uses_web else self.permissions

    def full_source(self, museum: Museum) -> str:
        """Give the source with what a villain may know: where everything lies."""
        places = "\n".join(f"{name} = {value!r}" for name, value in museum.known.items())
        return f"{HEADER}\nNAME = {self.name!r}\n{places}\n{TOOLS}\n{self.source}"
