"""Lets no code of this process reach the network but where that is announced (see PEP 578).

Native code does not ask Python, nor do programs that are started. Guests, which run the code of
strangers, are shut in by the kernel where it can do that (see `host.isolate.sandbox`).
"""

import errno
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from mediadesk.privacy.connections import Connections

Note = Callable[[str], str]
"""Takes a host that was to be reached, gives who tried."""
_BY_NAME = {
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
}
"""Event → which of its arguments is the host."""
_BY_ADDRESS = frozenset({
    "socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind", "socket.getnameinfo",
})  # fmt: skip
"""Events whose last argument is an address."""
_MADE = "socket.__new__"
_NETWORKS = ("AF_INET", "AF_INET6", "AF_BLUETOOTH", "AF_VSOCK")
_FAMILIES = frozenset(getattr(socket, name) for name in _NETWORKS if hasattr(socket, name))
_SAME_SECONDS = 60.0
_MOST_KNOWN = 1_000
_here = threading.local()
_ledgers: list[Path] = []  # of this process, at most one: a hook can't be taken out again


@contextmanager
def opened() -> Iterator[None]:
    """Let this thread reach the network meanwhile; who does this has told the ledger."""
    was, _here.is_open = getattr(_here, "is_open", False), True
    try:
        yield
    finally:
        _here.is_open = was


def shut(folder: Path) -> None:
    """Shut the gate of this process for ever; attempts go to the ledger of this library's folder.

    Only the first call counts.
    """
    if not _ledgers:
        _ledgers.append(folder)
        sys.addaudithook(Gate(_to(Connections(folder))))


def ledger() -> Path | None:
    """Give the folder for which this process was shut, None where it was not."""
    return _ledgers[0] if _ledgers else None


class Gate:
    """An audit hook that refuses what is not announced, and tells of it once a minute."""

    def __init__(self, note: Note, *, sockets: bool = False) -> None:
        """Tell `note` of attempts; with `sockets` making one is an attempt already."""
        self._note = note
        self._sockets = sockets
        self._told: dict[str, tuple[float, str]] = {}  # host → when, and who

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        """Refuse an attempt.

        Raises:
            PermissionError: what the code that tried sees.
        """
        if not event.startswith("socket."):
            return
        host = self._host(event, arguments)
        if host is None or getattr(_here, "is_open", False):
            return
        raise PermissionError(
            errno.EPERM,
            f"“{self._who(host)}” can't reach “{host}”: MediaDesk lets nothing out that was not "
            "announced, see “mediadesk privacy connections”",
        )

    def _host(self, event: str, arguments: tuple[object, ...]) -> str | None:
        """Give what an event is to reach, None where that is nothing beyond this process."""
        if event in _BY_NAME:
            return _text(arguments[_BY_NAME[event]])
        if event in _BY_ADDRESS and isinstance(arguments[-1], tuple):
            made = arguments[0]
            if isinstance(made, socket.socket) and made.family not in _FAMILIES:
                return None
            return _text(arguments[-1][0]) or "every address"
        if self._sockets and event == _MADE and arguments[1] in _FAMILIES:
            return "an address that was not named"
        return None

    def _who(self, host: str) -> str:
        at, who = self._told.get(host, (0.0, ""))
        if not who or time.monotonic() - at > _SAME_SECONDS:
            if len(self._told) >= _MOST_KNOWN:
                self._told.clear()
            who = self._note(host)
            self._told[host] = time.monotonic(), who
        return who


def _to(connections: Connections) -> Note:
    def note(host: str) -> str:
        who, where = _culprit()
        with suppress(OSError):  # it is refused in any case
            connections.note(who, f"not announced, by {where}", host, problem="it was not let out")
        return who

    return note


def _culprit() -> tuple[str, str]:
    """Name the plugin whose code runs now, else MediaDesk; and the module."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - as `inspect` does, which is slow
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        package = module.partition(".")[0]
        if package.startswith("mediadesk_"):
            return package.removeprefix("mediadesk_"), module
        if package == "mediadesk" and module != __name__:
            return "MediaDesk", module
        frame = frame.f_back
    return "MediaDesk", "a library"


def _text(host: object) -> str | None:
    if isinstance(host, bytes | bytearray):
        host = host.decode("utf-8", "replace")
    return None if host is None else str(host) or None
