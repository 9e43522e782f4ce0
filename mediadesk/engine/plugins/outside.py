"""The one way out of this machine: who may fetch from where, and a ledger of what was fetched."""

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from ipaddress import ip_address
from urllib.parse import urlsplit

from mediadesk.api import UserError
from mediadesk.privacy import SWITCHED_OFF, Connections
from mediadesk.privacy.gate import opened

_SECONDS, _LEAST = 15, 0.1
_MOST_BYTES = 16 << 20
_CHUNK = 1 << 18


class Outside:
    """Fetches for plugins and for installs; every attempt is written down, what is refused too."""

    def __init__(self, ledger: Connections, *, is_allowed: Callable[[], bool]) -> None:
        """Fetch nothing while `is_allowed` says no: one switch for everything."""
        self._ledger = ledger
        self._is_allowed = is_allowed
        self._opener = urllib.request.build_opener(_NoRedirect)

    def allow(self, who: str, why: str, url: str) -> Callable[[], None]:
        """Note that `who` is about to fetch an address, and what for.

        What this gives is to be called while the answer comes: it raises the same.

        Raises:
            UserError: while the network is switched off, or if the address is not one to fetch.
        """

        def go_on() -> None:
            with self._noting(who, why, url):
                self._check(url)

        go_on()
        self._note(who, why, _host(url))
        return go_on

    def refuse(self, who: str, host: str) -> None:
        """Note that a plugin's own code tried to reach a host, which it can't."""
        self._note(who, "not announced, by its own code", host, problem="it was not let out")

    def fetch(
        self, who: str, url: str, *, why: str, hosts: tuple[str, ...], seconds: float
    ) -> bytes:
        """Get a file of at most 16 MiB from one of these hosts, in about so many seconds.

        Raises:
            UserError: if the host is none of them, the network is switched off, or nothing comes.
        """
        with self._noting(who, why, url):
            host = self._check(url)
            port = urlsplit(url).port or (80 if url.startswith("http:") else 443)
            if not any(_matches(host, port, pattern) for pattern in hosts):
                raise UserError(
                    f"“{who}” may not fetch from “{host}”: it has the permission for "
                    f"{', '.join(hosts) or 'no host'}."
                )
        return self._get(who, why, url, host, seconds)

    @contextmanager
    def _noting(self, who: str, why: str, url: str) -> Iterator[None]:
        """Note what is refused meanwhile, without what was asked for."""
        try:
            yield
        except UserError as error:
            host = _host(url) or "no host"
            self._note(who, why, host, problem=str(error).replace(f"“{url}”", f"“{host}”"))
            raise

    def _check(self, url: str) -> str:
        if not self._is_allowed():
            raise UserError(SWITCHED_OFF)
        parts, host = urlsplit(url), _host(url)
        if (
            not host
            or parts.username
            or not (parts.scheme == "https" or (parts.scheme == "http" and _is_here(host)))
        ):
            raise UserError(f"“{url}” is no https address: only such can be fetched.")
        return host

    def _get(self, who: str, why: str, url: str, host: str, seconds: float) -> bytes:
        found, problem = bytearray(), None
        try:
            # On a thread that may be left behind: a header or a name look-up has no end of its own.
            self._begun(url, found, seconds).result(timeout=seconds)
        except TimeoutError:
            problem = "it comes too slowly"
        except HTTPException as error:
            problem = type(error).__name__  # it may say what was asked for
        except (OSError, ValueError) as error:
            problem = str(error) or type(error).__name__
        except UserError as error:
            self._note(who, why, host, size=len(found), problem=str(error))
            raise
        self._note(who, why, host, size=len(found), problem=problem)
        if problem:
            raise UserError(f"“{url}” can't be fetched ({problem}): check the address.")
        return bytes(found)

    def _begun(self, url: str, into: bytearray, seconds: float) -> "Future[None]":
        future: Future[None] = Future()
        end = time.monotonic() + seconds

        def get() -> None:
            try:
                patience = max(min(_SECONDS, seconds), _LEAST)
                with opened(), self._opener.open(url, timeout=patience) as answer:
                    self._read(answer, into, end)
            except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
                future.set_exception(error)
            else:
                future.set_result(None)

        threading.Thread(target=get, name="fetch", daemon=True).start()
        return future

    def _read(self, answer: HTTPResponse, into: bytearray, end: float) -> None:
        while chunk := answer.read1(_CHUNK):  # `read` would wait for all of it
            into += chunk
            if not self._is_allowed():
                raise UserError(SWITCHED_OFF)
            if len(into) > _MOST_BYTES:
                raise ValueError(f"it is larger than {_MOST_BYTES >> 20} MiB")
            if time.monotonic() > end:
                raise ValueError("it comes too slowly")

    def _note(
        self, who: str, why: str, host: str, *, size: int = 0, problem: str | None = None
    ) -> None:
        try:
            self._ledger.note(who, why, host, size=size, problem=problem)
        except OSError as error:
            raise UserError(
                f"Nothing is fetched that can't be noted in “{self._ledger.file}” "
                f"({error.strerror}): free some disk space or check its rights."
            ) from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect could lead to a host that nobody allowed."""

    def redirect_request(self, *_: object) -> None:
        return None


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()


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
