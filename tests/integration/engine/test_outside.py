"""Fetching for plugins: only from where they may, never endlessly, and written down."""

from __future__ import annotations

import http.server
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from mediadesk.api import UserError
from mediadesk.engine.plugins.outside import Outside
from mediadesk.store import Store, plugins


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "https://example.org/")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"x" * (17 << 20) if self.path == "/large" else b"hello")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()


def test_a_permitted_host_is_fetched_from_and_written_down(store: Store, server: str) -> None:
    outside = Outside(store, is_allowed=lambda: True)
    got = outside.fetch("light", f"http://{server}/x", hosts=(server,), seconds=5)
    assert got == b"hello"
    (line,) = plugins.connections(store.read(), "light")
    assert not plugins.connections(store.read(), "dark")
    assert (line.who, line.host, line.bytes, line.problem) == ("light", "127.0.0.1", 5, None)


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("http://{}/x", ()),
        ("http://{}/x", ("example.org",)),
        ("http://{}/x", ("127.0.0.1",)),
        ("http://{}/x", ("127.0.0.1:1",)),
        ("http://me:secret@{}/x", ("127.0.0.1",)),
        ("http://example.org/x", ("example.org",)),
        ("ftp://{}/x", ("127.0.0.1",)),
        ("file:///etc/passwd", ("127.0.0.1",)),
        ("https://evilexample.org/", ("*.example.org",)),
        ("http://{}/away", None),
        ("http://{}/large", None),
    ],
)
def test_nothing_else_is(
    store: Store, server: str, url: str, hosts: tuple[str, ...] | None
) -> None:
    outside = Outside(store, is_allowed=lambda: True)
    with pytest.raises(UserError):
        outside.fetch(
            "light", url.format(server), hosts=(server,) if hosts is None else hosts, seconds=5
        )


def test_one_switch_stops_everything(store: Store, server: str) -> None:
    outside = Outside(store, is_allowed=lambda: False)
    with pytest.raises(UserError, match="switched off"):
        outside.fetch("light", f"http://{server}/x", hosts=(server,), seconds=5)
    with pytest.raises(UserError, match="switched off"):
        outside.allow("install", "https://example.org/")
    assert not plugins.connections(store.read(), "light")
    assert not plugins.connections(store.read(), "install")


def test_a_server_that_trickles_costs_no_more_than_was_given(store: Store) -> None:
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
        Outside(store, is_allowed=lambda: True).fetch(
            "light", f"http://{host}/", hosts=(host,), seconds=0.5
        )
    assert time.monotonic() - started < 3
    listener.close()
