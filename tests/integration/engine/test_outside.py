"""Fetching for plugins: only from where they may, never endlessly, and written down."""

from __future__ import annotations

import http.server
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mediadesk.api import UserError
from mediadesk.engine.plugins.outside import Outside
from mediadesk.privacy import Connections


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "https://example.org/")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        sizes = {"/large": 17 << 20, "/many": 1 << 20}
        self.wfile.write(b"x" * sizes[self.path] if self.path in sizes else b"hello")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def ledger(tmp_path: Path) -> Connections:
    return Connections(tmp_path)


@pytest.fixture
def server() -> Iterator[str]:
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()


def test_a_permitted_host_is_fetched_from_and_written_down(
    ledger: Connections, server: str
) -> None:
    outside = Outside(ledger, is_allowed=lambda: True)
    got = outside.fetch("light", f"http://{server}/x", why="posters", hosts=(server,), seconds=5)
    assert got == b"hello"
    (line,) = ledger.latest(9, who="light")
    assert not ledger.latest(9, who="dark")
    assert (line.why, line.host, line.bytes, line.problem) == ("posters", "127.0.0.1", 5, None)
    assert abs(line.at - time.time()) < 60


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("http://{}/x", ()),
        ("http://{}/x", ("example.org",)),
        ("http://{}/x", ("127.0.0.1",)),
        ("http://{}/x", ("127.0.0.1:1",)),
        ("http://me:secret@{}/x", ("127.0.0.1",)),
        ("http://example.org/x?title=secret", ("example.org",)),
        ("http://{}/x?title=the secret", None),
        ("ftp://{}/x", ("127.0.0.1",)),
        ("file:///etc/passwd", ("127.0.0.1",)),
        ("", ("127.0.0.1",)),
        ("https://evilexample.org/", ("*.example.org",)),
        ("http://{}/away", None),
        ("http://{}/large", None),
    ],
)
def test_nothing_else_is_and_that_it_was_tried_is_written_down(
    ledger: Connections, server: str, url: str, hosts: tuple[str, ...] | None
) -> None:
    outside = Outside(ledger, is_allowed=lambda: True)
    allowed = (server,) if hosts is None else hosts
    with pytest.raises(UserError) as refused:
        outside.fetch("light", url.format(server), why="posters", hosts=allowed, seconds=5)
    (line,) = ledger.latest(9)
    assert line.problem
    assert len(line.problem) <= len(str(refused.value)) + len("no host")
    assert "secret" not in ledger.file.read_text(), "what was asked for is nobody's concern"


def test_one_switch_stops_everything(ledger: Connections, server: str) -> None:
    outside = Outside(ledger, is_allowed=lambda: False)
    with pytest.raises(UserError, match="switched off"):
        outside.fetch("light", f"http://{server}/x", why="posters", hosts=(server,), seconds=5)
    with pytest.raises(UserError, match="switched off"):
        outside.allow("MediaDesk", "to install", "https://example.org/")
    install, fetch = ledger.latest(9)
    assert (install.who, install.host) == ("MediaDesk", "example.org")
    assert fetch.who == "light"
    assert all("switched off" in (line.problem or "") for line in (install, fetch))


def test_the_switch_stops_what_is_being_fetched(ledger: Connections, server: str) -> None:
    answers = [True, True, False]
    outside = Outside(ledger, is_allowed=lambda: answers.pop(0))
    with pytest.raises(UserError, match="switched off"):
        outside.fetch("light", f"http://{server}/many", why="posters", hosts=(server,), seconds=5)
    (line,) = ledger.latest(9)
    assert 0 < line.bytes < 1 << 20
    assert "switched off" in (line.problem or "")


def test_the_switch_stops_an_install_that_was_allowed(ledger: Connections) -> None:
    answers = [True, True, False]
    outside = Outside(ledger, is_allowed=lambda: answers.pop(0))
    go_on = outside.allow("MediaDesk", "to install", "https://example.org/x.whl")
    go_on()
    assert len(ledger.latest(9)) == 1, "that it goes on is not worth a line"
    with pytest.raises(UserError, match="switched off"):
        go_on()
    assert "switched off" in (ledger.latest(1)[0].problem or "")


def test_a_server_that_trickles_costs_no_more_than_was_given(ledger: Connections) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def trickle() -> None:
        connection, _ = listener.accept()
        for letter in b"HTTP/1.0 200 OK\r\nX: " + b"y" * 100:
            time.sleep(0.1)
            try:
                connection.send(bytes([letter]))
            except OSError:
                return

    threading.Thread(target=trickle, daemon=True).start()
    host = f"127.0.0.1:{listener.getsockname()[1]}"
    started = time.monotonic()
    with pytest.raises(UserError, match="too slowly"):
        Outside(ledger, is_allowed=lambda: True).fetch(
            "light", f"http://{host}/", why="", hosts=(host,), seconds=0.5
        )
    assert time.monotonic() - started < 3
    listener.close()
