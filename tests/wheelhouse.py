"""Packs what is installed here into wheels again: tests install it without a network."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Iterator
from email.parser import Parser
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from mediadesk.host.isolate.finder import PROVIDED

_NOT_OF_THE_WHEEL = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"})


def wheelhouse(folder: Path, *names: str) -> Path:
    """Write wheels of these distributions and of what they need, less what MediaDesk brings."""
    folder.mkdir(parents=True)
    waiting, done = list(names), set(PROVIDED)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in done:
            continue
        done.add(name)
        found = distribution(name)
        _wheel(found, folder)
        needs = map(Requirement, found.requires or ())
        waiting += [
            need.name for need in needs if not need.marker or need.marker.evaluate({"extra": ""})
        ]
    return folder


def _wheel(found: Distribution, folder: Path) -> None:
    tags = Parser().parsestr(found.read_text("WHEEL") or "").get_all("Tag") or []
    name = found.name.replace("-", "_").replace(".", "_")
    info, record = "", list[str]()
    with zipfile.ZipFile(folder / f"{name}-{found.version}-{_joined(tags)}.whl", "w") as wheel:
        for file, content in _files(found):
            info = file.split("/")[0] if ".dist-info/" in file else info
            wheel.writestr(file, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
            record.append(f'"{file}",sha256={digest.decode()},{len(content)}')
        wheel.writestr(f"{info}/RECORD", "\n".join([*record, f"{info}/RECORD,,", ""]))


def _files(found: Distribution) -> Iterator[tuple[str, bytes]]:
    for file in found.files or ():
        is_own = file.parts[0] != ".." and "__pycache__" not in file.parts
        if is_own and file.name not in _NOT_OF_THE_WHEEL:
            yield file.as_posix(), file.locate().read_bytes()


def _joined(tags: list[str]) -> str:
    """Give python-abi-platform, each compressed as in the name of a wheel."""
    parts = zip(*(tag.split("-") for tag in tags), strict=True)
    return "-".join(".".join(dict.fromkeys(own)) for own in parts)
