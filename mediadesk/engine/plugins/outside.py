"""The one way out of this machine: who may fetch from where, and a ledger of what was fetched."""

import logging
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from http.client import HTTPException, HTTPResponse
from ipaddress import ip_address
from urllib.parse import urlsplit

from mediadesk.api import UserError
from mediadesk.store import Store, plugins
from mediadesk.store.plugins import Connection

log = logging.getLogger(__name__)
_SECONDS, _LEAST = 15, 0.1
_MOST_BYTES = 16 << 20
_CHUNK = 1 << 18


class Outside:
    """Fetches for plugins and for installs; every connection is written down."""

    def __init__(self, store: Store, *, is_allowed: Callable[[], bool]) -> None:
        """Fetch nothing while `is_allowed` says no: one switch for everything."""
        self._store = store
        self._is_allowed = is_allowed
        self._opener = urllib.request.build_opener(_NoRedirect)

    def allow(self, who: str, url: str) -> None:
        """Note that `who` is about to fetch an address.

        Raises:
            UserError: while the network is switched off, or if the address is not one to fetch.
        """
        host = self._check(url)
        self._note(who, host, 0, None)

    def fetch(self, who: str, url: str, *, hosts: tuple[str, ...], seconds: float) -> bytes:
        """Get a file of at most 16 MiB from one of these hosts, in about so many seconds.

        Raises:
            UserError: if the host is none of them, the network is switched off, or nothing comes.
        """
        host = self._check(url)
        port = urlsplit(url).port or (80 if url.startswith("http:") else 443)
        if not any(_matches(host, port, pattern) for pattern in hosts):
            raise UserError(
                f"“{who}” may not fetch from “{host}”: it has the permission for "
                f"{', '.join(hosts) or 'no host'}."
            )
        return self._get(who, url, host, seconds)

    def _check(self, url: str) -> str:
        if not self._is_allowed():
            raise UserError(
                "The network is switched off in the settings: switch it on, or do without."
            )
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        if (
            not host
            or parts.username
            or not (parts.scheme == "https" or (parts.scheme == "http" and _is_here(host)))
        ):
            raise UserError(f"“{url}” is no https address: only such can be fetched.")
        return host

    def _get(self, who: str, url: str, host: str, seconds: float) -> bytes:
        found, problem = bytearray(), None
        try:
            # On a thread that may be left behind: a header or a name look-up has no end of its own.
            self._begun(url, found, seconds).result(timeout=seconds)
        except TimeoutError:
            problem = "it comes too slowly"
        except (OSError, HTTPException, ValueError) as error:
            problem = str(error) or type(error).__name__
        self._note(who, host, len(found), problem)
        if problem:
            raise UserError(f"“{url}” can't be fetched ({problem}): check the address.")
        return bytes(found)

    def _begun(self, url: str, into: bytearray, seconds: float) -> "Future[None]":
        future: Future[None] = Future()
        end = time.monotonic() + seconds

        def get() -> None:
            try:
                with self._opener.open(url, timeout=max(min(_SECONDS, seconds), _LEAST)) as answer:
                    _read(answer, into, end)
            except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
                future.set_exception(error)
            else:
                future.set_result(None)

        threading.Thread(target=get, name="fetch", daemon=True).start()
        return future

    def _note(self, who: str, host: str, size: int, problem: str | None) -> None:
        row = Connection(at=time.time(), who=who, host=host, bytes=size, problem=problem)
        self._store.write(partial(plugins.add_connection, connection=row))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect could lead to a host that nobody allowed."""

    def redirect_request(self, *_: object) -> None:
        return None


def _read(answer: HTTPResponse, into: bytearray, end: float) -> None:
    while chunk := answer.read1(_CHUNK):  # `read` would wait for all of it
        into += chunk
        if len(into) > _MOST_BYTES:
            raise ValueError(f"it is larger than {_MOST_BYTES >> 20} MiB")
        if time.monotonic() > end:
            raise ValueError("it comes too slowly")


def _matches(host: str, port: int, pattern: str) -> bool:
    """Tell whether a permission is for a host; without a port it is for those of http(s) alone."""
    name, _, wanted = pattern.partition(":")
    if str(port) not in ({wanted} if wanted else {"443", "80"}):
        return False
    return host.endswith(name[1:]) if name.startswith("*.") else host == name


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
