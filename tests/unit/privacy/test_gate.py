"""Nothing in a process reaches the network but what is announced: a real process, a real server."""

import http.server
import json
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mediadesk.privacy import Connections
from mediadesk.privacy.gate import Gate

PROGRAM = """
import json, socket, sys, urllib.request
from pathlib import Path
from mediadesk.privacy import gate

folder, port = Path(sys.argv[1]), int(sys.argv[2])
gate.shut(folder)
assert gate.ledger() == folder
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
plain = socket.socket()
attempts = {
    "url": lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/").read(),
    "again": lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/").read(),
    "connect": lambda: plain.connect(("127.0.0.2", port)),
    "name": lambda: socket.gethostbyname("localhost"),
    "buffer": lambda: socket.gethostbyname(bytearray(b"localhost4")),
    "look up": lambda: socket.getaddrinfo("127.0.0.5", port),
    "sendto": lambda: udp.sendto(b"title", ("127.0.0.3", port)),
    "sendmsg": lambda: udp.sendmsg([b"title"], [], 0, ("127.0.0.4", port)),
    "listen": lambda: socket.create_server(("", 0)),
}
refused = {}
for name, attempt in attempts.items():
    try:
        attempt()
    except OSError as error:
        refused[name] = str(error)
with gate.opened():
    announced = attempts["url"]().decode()
here, there = socket.socketpair()
here.send(b"x")
print(json.dumps({"refused": refused, "announced": announced, "pair": there.recv(1).decode()}))
"""


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_: object) -> None:
        pass


def test_only_what_is_announced_gets_out_and_the_rest_is_written_down(tmp_path: Path) -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        words = [sys.executable, "-c", PROGRAM, str(tmp_path), str(server.server_port)]
        done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
        server.shutdown()
    told = json.loads(done.stdout)
    assert told["refused"].keys() == {
        "url", "again", "connect", "name", "buffer", "look up", "sendto", "sendmsg", "listen",
    }  # fmt: skip
    assert all("lets nothing out" in sentence for sentence in told["refused"].values())
    assert (told["announced"], told["pair"]) == ("hello", "x")
    lines = Connections(tmp_path).latest(99)
    assert sorted(line.host for line in lines) == [
        "127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "every address",
        "localhost", "localhost4",
    ]  # fmt: skip
    assert {line.who for line in lines} == {"MediaDesk"}
    assert all(line.problem for line in lines)


def test_what_is_no_network_is_let_through() -> None:
    told: list[str] = []
    gate = Gate(lambda host: told.append(host) or "x", sockets=True)
    gate("open", ("/etc/hosts", "r", 0))
    gate("socket.getaddrinfo", (None, 80, 0, 0, 0))
    gate("socket.connect", (object(), "/run/bus"))
    gate("socket.__new__", (object(), 1, 1, 0))
    assert not told


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_BLUETOOTH", "AF_VSOCK"])
def test_every_way_to_other_machines_is_one(family: str) -> None:
    number = getattr(socket, family, None)
    if number is None:
        pytest.skip("Python can't use it here")
    told: list[str] = []
    gate = Gate(lambda host: told.append(host) or "light", sockets=True)
    with pytest.raises(PermissionError, match="“light” can't reach"):
        gate("socket.__new__", (object(), number, 1, 0))
    assert told
