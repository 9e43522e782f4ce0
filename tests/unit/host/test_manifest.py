"""A manifest is read before anybody consents: it may neither hang nor reach out."""

from __future__ import annotations

import http.server
import re
import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mediadesk.api import API_VERSION, UserError
from mediadesk.host import project
from mediadesk.host.manifest import (
    Grant,
    Manifest,
    Network,
    Permissions,
    Programs,
    Resources,
    check_settings,
    checked,
    decode,
)

GOOD = Manifest(
    name="bright",
    distribution="mediadesk-bright",
    version="1.2",
    module="mediadesk_bright",
    title="Brightness",
    api=">=1.0,<2",
)


def with_settings(**properties: dict[str, Any]) -> Manifest:
    return msgspec.structs.replace(GOOD, settings={"type": "object", "properties": properties})


def test_what_is_written_can_be_read() -> None:
    assert decode(msgspec.json.encode(GOOD), source="a.whl") == GOOD


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"name": "Bright"}, "name"),
        ({"name": "../up"}, "name"),
        ({"name": "brіght"}, "name"),  # a Cyrillic і
        ({"name": "b" * 41}, "name"),
        ({"module": "os; import sys"}, "module"),
        ({"version": "one"}, "one"),
        ({"api": ""}, "API"),
        ({"api": "latest"}, "latest"),
        ({"title": "a\nb"}, "line"),
        ({"title": "a\u202eb"}, "line"),
        ({"summary": "x" * 301}, "line"),
        ({"format": 2}, "format"),
        ({"permissions": Permissions(gpu=" ")}, "reason"),
        ({"permissions": Permissions(network=Network(hosts=(), reason="x"))}, "nothing"),
        ({"permissions": Permissions(network=Network(hosts=("*",), reason="x"))}, "host"),
        ({"permissions": Permissions(network=Network(hosts=("a/b",), reason="x"))}, "host"),
        ({"permissions": Permissions(programs=Programs(names=("sh",), reason="x"))}, "told"),
        ({"permissions": Permissions(programs=Programs(names=("python3",), reason="x"))}, "told"),
        ({"permissions": Permissions(programs=Programs(names=("a/b",), reason="x"))}, "program"),
        ({"resources": Resources(memory_mb=1_000_000)}, "memory-mb is 1000000, not between 16 and"),
        ({"resources": Resources(memory_mb=1)}, "memory-mb is 1, not between 16 and 8192"),
        ({"resources": Resources(disk_mb=0)}, "disk-mb"),
        ({"resources": Resources(seconds=0)}, "seconds"),
        ({"settings": {"type": "array"}}, "object"),
        ({"settings": {"type": "object", "properties": {"x": True}}}, "tables"),
        ({"settings": {"type": "object", "properties": 5}}, "tables"),
        ({"settings": {"type": "object", "properties": {"x": {"type": 5}}}}, "5"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(changed: dict[str, Any], word: str) -> None:
    with pytest.raises(UserError, match=word) as refused:
        checked(msgspec.structs.replace(GOOD, **changed), source="the file")
    assert "the file" in str(refused.value)


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{", b'{"name": 5}', b"\xff", b"[" * 100_000, b'{"format":1,"x":2}']
)
def test_what_is_no_manifest_is_refused(raw: bytes) -> None:
    with pytest.raises(UserError, match=r"a\.whl"):
        decode(raw, source="a.whl")


def test_settings_fetch_nothing_and_hang_nothing() -> None:
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/schema"
    try:
        for reference in ("$ref", "$dynamicRef", "$schema", "$id", "allOf", "pattern"):
            value = "^(a+)+$" if reference == "pattern" else url
            own = {"type": "string", "default": "a" * 40 + "!", reference: value}
            with pytest.raises(UserError, match="settings use"):
                checked(with_settings(x=own), source="it")
            with pytest.raises(UserError, match="settings use"):
                checked(with_settings(x={"type": "array", "items": own}), source="it")
    finally:
        server.shutdown()
        server.server_close()
    assert not asked


def test_settings_are_completed_and_checked_by_name() -> None:
    manifest = checked(
        with_settings(
            count={"type": "integer", "minimum": 1, "default": 4},
            mode={"type": "string", "enum": ["hue", "warmth"], "default": "hue"},
        ),
        source="it",
    )
    assert check_settings(manifest, {"count": 9}) == {"count": 9, "mode": "hue"}
    with pytest.raises(UserError, match=r"can't be set so: .*too large"):
        check_settings(with_settings(n={"type": "number", "multipleOf": 0.5}), {"n": 10**400})
    for wrong in ({"count": 0}, {"count": "many"}, {"mode": "loud"}, {"unknown": 1}):
        with pytest.raises(UserError, match=r"“bright” can't be set so"):
            check_settings(manifest, wrong)


def test_a_default_must_be_allowed_by_its_own_schema() -> None:
    with pytest.raises(UserError, match="default"):
        checked(with_settings(n={"type": "integer", "default": "many"}), source="it")


def test_the_difference_of_permissions_is_what_is_new_whatever_the_reasons() -> None:
    old = Permissions(read_media="to look", network=Network(hosts=("a.org",), reason="posters"))
    new = Permissions(
        read_media="other words",
        gpu="speed",
        network=Network(hosts=("a.org", "b.org"), reason="more"),
    )
    assert new.beyond(old) == (
        Grant(permission="gpu", detail="", reason="speed"),
        Grant(permission="network", detail="b.org", reason="more"),
    )
    assert not old.beyond(old)


def test_another_api_is_refused_with_both_versions() -> None:
    GOOD.check_api()
    with pytest.raises(UserError, match=f">=2.*{re.escape(API_VERSION)}"):
        msgspec.structs.replace(GOOD, api=">=2").check_api()


def test_a_project_without_its_table_is_told_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"pyproject\.toml"):
        project.read(tmp_path)
    (tmp_path / "pyproject.toml").write_text('[project]\nname="a"\nversion="1"\n')
    with pytest.raises(UserError, match="entry-points"):
        project.read(tmp_path)


PROJECT = """
[project]
name = "mediadesk-bright"
version = "1.2"
description = "How bright it is"
dependencies = ["numpy"]
[project.entry-points.mediadesk]
bright = "mediadesk_bright"
[tool.mediadesk.plugin]
api = ">=1.0,<2"
settings.type = "object"
settings.properties.n = { type = "number", multipleOf = 0.5, default = 1.5 }
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"How bright it is"', "5", r"wrong at \[project.description\] .*got `int`"),
        ('"mediadesk-bright"', "5", r"wrong at \[project.name\]"),
        ('"mediadesk-bright"', '["a"]', r"wrong at \[project.name\]"),
        ('version = "1.2"\n', "", r"wrong at \[project\] .*`version`"),
        ('"mediadesk_bright"', "5", r"wrong at \[project.entry-points"),
        ('["numpy"]', '"numpy"', r"wrong at \[project.dependencies\]"),
        ('["numpy"]', "[5]", r"wrong at \[project.dependencies"),
        ('["numpy"]', "[" * 20_000, "is no TOML"),
        ("1.5", "inf", "too large"),
        ("1.5", "1" + "0" * 400, "too large"),
        ("1.5", "1" + "0" * 5_000, "is no TOML"),
        ('">=1.0,<2"', "1", r"\[tool.mediadesk.plugin.api\]"),
        ("[project.entry-points.mediadesk]", "[project.entry-points.other]", "lacks 'mediadesk'"),
        ("[tool.mediadesk.plugin]", "[tool]\nmediadesk = 5\n[x]", "is wrong"),
    ],
)
def test_a_typo_in_a_project_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text(PROJECT, encoding="utf-8")
    assert project.read(tmp_path).summary == "How bright it is"
    assert PROJECT.count(old) == 1
    file.write_text(PROJECT.replace(old, new), encoding="utf-8")
    with pytest.raises(UserError, match=says) as refused:
        project.read(tmp_path)
    assert str(file) in str(refused.value)


def test_texts_fall_back_to_the_language_and_to_english() -> None:
    manifest = msgspec.structs.replace(GOOD, translations={"zh": {"Brightness": "亮度"}})
    assert manifest.text("Brightness", "zh_CN") == "亮度"
    assert manifest.text("Brightness", "de_DE") == "Brightness"
