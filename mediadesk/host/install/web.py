"""Every request that an install makes: announced before, and stopped when the answer is too big."""

import hashlib
import ipaddress
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx2
from unearth.fetchers.sync import PyPIClient

from mediadesk.api import UserError
from mediadesk.api.errors import OptionNeededError
from mediadesk.host.package.archive import CAPS
from mediadesk.privacy.gate import opened

_PAGE = 32 << 20
"""The most bytes of an answer that is kept in memory."""
_GONE = (404, 410)
Allow = Callable[[str], Callable[[], None] | None]


class Web:
    """An HTTP client that asks `allow` before each request, also for one after a redirect.

    `allow` takes the address and may raise UserError, as may what it gives, which is called for
    each piece of the answer; with None there is no network. file:// can always be read. All answers
    together may have `most` bytes. It is a `Fetcher` of unearth; only the thread that entered it
    may use it.
    """

    def __init__(self, allow: Allow | None, *, most: int = CAPS.unpacked) -> None:
        self._allow = allow
        self._go_on: Callable[[], None] | None = None
        self._left = most
        self._begins_here = False
        self._gate = ExitStack()

    def __enter__(self) -> Self:
        self._gate.enter_context(opened())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._gate.close()
        if "_client" in self.__dict__:
            self._client.close()

    @property
    def is_open(self) -> bool:
        """Whether the network may be used."""
        return self._allow is not None

    def read(self, url: str) -> bytes | None:
        """Fetch something small; None if it is not there.

        Raises:
            UserError: if the server can't be asked, fails or sends too much.
        """
        answer = self.get(url)
        return None if answer.status_code in _GONE else answer.content

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> httpx2.Response:
        """Fetch a page; one that is not there is an answer too.

        Raises:
            UserError: if the server can't be asked, fails or sends too much.
        """
        with _asking(url), self.get_stream(url, headers=headers) as answer:
            if answer.status_code not in _GONE:
                _check_status(url, answer)
            return httpx2.Response(
                answer.status_code,
                headers={"Content-Type": answer.headers.get("Content-Type", "")},
                content=b"".join(self._limited(answer, _PAGE, url)),
                request=answer.request,
            )

    def head(self, url: str, *, headers: Mapping[str, str] | None = None) -> httpx2.Response:
        """Ask about a file without fetching it.

        Raises:
            UserError: if the server can't be asked.
        """
        self._begins_here = _is_file(url)
        with _asking(url):
            return self._client.head(url, headers=headers)

    def get_stream(
        self, url: str, *, headers: Mapping[str, str] | None = None
    ) -> AbstractContextManager[httpx2.Response]:
        """Begin to fetch something."""
        self._begins_here = _is_file(url)
        return self._client.get_stream(url, headers=headers)

    def iter_secure_origins(self) -> Iterable[tuple[str, str, str]]:
        """Give what unearth shall believe in; `check_url` decides."""
        return [("*", "*", "*")]

    def size(self, url: str) -> int:
        """Ask how many bytes a file has; 0 where the server does not say.

        Raises:
            UserError: if the server can't be asked.
        """
        answer = self.head(url)
        told = answer.headers.get("Content-Length", "")
        return int(told) if answer.is_success and told.isdecimal() else 0

    def download(self, url: str, target: Path, *, most: int, hashes: Mapping[str, str]) -> None:
        """Fetch a file of at most `most` bytes; `hashes` are algorithm → hexadecimal digest.

        Raises:
            UserError: if the server can't be asked or fails, or the file is larger or another.
            OSError: if it can't be written.
        """
        sums = {name: hashlib.new(name) for name in hashes}
        with _asking(url), self.get_stream(url) as answer, target.open("xb") as file:
            _check_status(url, answer)
            for piece in self._limited(answer, most, url):
                file.write(piece)
                for each in sums.values():
                    each.update(piece)
        for name, each in sums.items():
            if each.hexdigest() != hashes[name].lower():
                raise UserError(
                    f"“{url}” is another file than it should be (its {name} is "
                    f"{each.hexdigest()}, not {hashes[name]}): nothing of it is used, tell whoever "
                    "keeps it."
                )

    @cached_property
    def _client(self) -> PyPIClient:  # it takes 40 ms to read the certificates
        return PyPIClient(
            follow_redirects=True,
            headers={"User-Agent": "mediadesk"},
            event_hooks={"request": [self._announce]},
        )

    def _announce(self, request: httpx2.Request) -> None:
        url, self._go_on = str(request.url), None
        if _is_file(url) and self._begins_here:
            return
        check_url(url)
        if self._allow is None:
            raise OptionNeededError(
                f"“{request.url.host}” would have to be asked: allow the network, and try again.",
                "network",
            )
        self._go_on = self._allow(url)

    def _limited(self, answer: httpx2.Response, most: int, url: str) -> Iterator[bytes]:
        most = min(most, self._left)
        size = 0
        for piece in answer.iter_bytes():
            if self._go_on is not None:
                self._go_on()
            size += len(piece)
            self._left -= len(piece)
            if size > most:
                raise UserError(f"“{url}” is larger than {most} bytes: nothing of it is used.")
            yield piece


def check_url(url: str) -> None:
    """Refuse an address that is neither encrypted nor on this computer.

    Raises:
        UserError: naming it.
    """
    parts = urlsplit(url)
    if not parts.hostname or not (
        parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname))
    ):
        raise UserError(f"“{url}” is not fetched: only addresses with https:// are.")


def _is_file(url: str) -> bool:
    return urlsplit(url).scheme == "file"


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_status(url: str, answer: httpx2.Response) -> None:
    if not answer.is_success:
        raise UserError(
            f"“{url}” can't be fetched (the server says {answer.status_code} "
            f"{answer.reason_phrase}): check the address, or try again later."
        )


@contextmanager
def _asking(url: str) -> Iterator[None]:
    try:
        yield
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise UserError(
            f"“{url}” can't be fetched ({error or type(error).__name__}): check the connection "
            "and the address, and try again."
        ) from error
