"""What tests of installing need: a web server on this computer, indexes, and signed packages."""

from __future__ import annotations

import hashlib
import json
import threading
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import minisign

from mediadesk.host.install.index_signature import STATEMENT
from mediadesk.host.package import signature
from mediadesk.host.package.minisig import KEY_COMMENT

SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"


class Server:
    """Serves a folder; `asked` lists the requests as "METHOD path". `moved` are path → address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.moved: dict[str, str] = {}
        self.broken: set[str] = set()
        self._http = ThreadingHTTPServer(
            ("127.0.0.1", 0), partial(_Handler, server_of=self, directory=str(folder))
        )
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    @contextmanager
    def running(self) -> Iterator[Server]:
        self._thread.start()
        try:
            yield self
        finally:
            self._http.shutdown()
            self._thread.join()
            self._http.server_close()


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *args: Any, server_of: Server, **options: Any) -> None:  # noqa: ANN401
        self._of = server_of
        super().__init__(*args, **options)

    def send_head(self) -> Any:  # noqa: ANN401 - as the parent has it
        self._of.asked.append(f"{self.command} {self.path}")
        if self.path in self._of.broken:
            self.send_error(HTTPStatus.INTERNAL_SERVER_ERROR)
            return None
        if address := self._of.moved.get(self.path):
            self.send_response(HTTPStatus.FOUND)
            self.send_header("Location", address)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        if self.path.endswith("/") and Path(self.translate_path(self.path), "simple.json").exists():
            self.path += "simple.json"
        return super().send_head()

    def guess_type(self, path: Any) -> str:  # noqa: ANN401 - as the parent has it
        return SIMPLE_JSON if str(path).endswith("simple.json") else super().guess_type(path)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401
        """Say nothing."""


def simple_index(
    root: Path, wheels: Sequence[Path], *, form: str = "html", metadata: bool = True
) -> Path:
    """Make a simple index (PEP 503, or 691 as "json") of wheels; with PEP 658 `metadata`."""
    for wheel in wheels:
        name = wheel.name.split("-")[0].replace("_", "-")
        page = root / name
        page.mkdir(parents=True, exist_ok=True)
        (page / wheel.name).write_bytes(wheel.read_bytes())
        if metadata:
            (page / f"{wheel.name}.metadata").write_bytes(_metadata(wheel))
    for page in root.iterdir():
        files = sorted(page.glob("*.whl"))
        digests = [hashlib.sha256(each.read_bytes()).hexdigest() for each in files]
        if form == "html":
            more = ' data-core-metadata="true"' if metadata else ""
            lines = [
                f'<a href="{each.name}#sha256={digest}"{more}>{each.name}</a>'
                for each, digest in zip(files, digests, strict=True)
            ]
            (page / "index.html").write_text("\n".join(lines), encoding="utf-8")
        else:
            told = [
                {
                    "filename": each.name,
                    "url": each.name,
                    "hashes": {"sha256": digest},
                    "core-metadata": metadata,
                }
                for each, digest in zip(files, digests, strict=True)
            ]
            (page / "simple.json").write_text(json.dumps({"files": told}), encoding="utf-8")
    return root


def _metadata(wheel: Path) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith(".dist-info/METADATA")]
        return archive.read(name)


def index(
    file: Path,
    packages: Sequence[tuple[str, str, Path]],
    **changes: Any,  # noqa: ANN401
) -> Path:
    """Make a plugin index of (name, version, package beside it); `changes` go into each release."""
    plugins: dict[str, list[dict[str, Any]]] = {}
    for name, version, package in packages:
        raw = package.read_bytes()
        release = {
            "version": version,
            "api": ">=1,<2",
            "url": package.name,
            "sha256": hashlib.sha256(raw).hexdigest(),
            "size": len(raw),
            **changes,
        }
        plugins.setdefault(name, []).append(release)
    told = [
        {"name": name, "title": name.title(), "summary": "", "versions": versions}
        for name, versions in plugins.items()
    ]
    file.write_text(json.dumps({"format": 1, "plugins": told, "blocked": []}), encoding="utf-8")
    return file


def block(file: Path, **block: str) -> None:
    """Add a block to an index or block list."""
    told = json.loads(file.read_text(encoding="utf-8"))
    told["blocked"].append({"reason": "it sends the library away", **block})
    file.write_text(json.dumps(told), encoding="utf-8")


def key(folder: Path) -> Path:
    """Make a key; give the secret one."""
    return signature.keygen(folder, None).secret


def sign_index(file: Path, secret: Path, statement: str = STATEMENT) -> None:
    """Sign an index as its keeper does with minisign."""
    pair = minisign.SecretKey.from_file(secret)
    public = pair.get_public_key().to_base64().decode()
    made = pair.sign(
        file.read_bytes(),
        untrusted_comment=f"{KEY_COMMENT}{public}",
        trusted_comment=statement,
    )
    file.with_name(f"{file.name}.minisig").write_bytes(bytes(made) + b"\n")
