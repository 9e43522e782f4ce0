"""What a plugin described is believed while all is as it was, and not a moment longer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import plugin_factory
import pytest

from mediadesk.api import ModelCard
from mediadesk.engine.plugins import remembered
from mediadesk.engine.plugins.remembered import Remembered, Said, key_of
from mediadesk.host.install.disk import write
from mediadesk.host.install.inventory import RECEIPT, Installed
from mediadesk.host.install.records import Receipt

RECEIVED = Receipt(at=1.0, source="tiny.whl", sha256="a")


@pytest.fixture
def tiny(tmp_path: Path) -> Installed:
    write(tmp_path / RECEIPT, RECEIVED)
    return plugin_factory.installed(tmp_path / "site", source="installed")


def test_the_key_changes_with_all_that_a_description_may_depend_on(
    tiny: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def key(found: Installed = tiny, *, n: int = 1, language: str = "en") -> str:
        made = key_of(found, settings={"n": n}, language=language)
        assert made is not None
        return made

    keys = [key(), key(n=2), key(language="de")]
    keys.append(key(replace(tiny, more_roots=(Path("needs"),))))
    write(tiny.root.parent / RECEIPT, Receipt(at=2.0, source="tiny.whl", sha256="b"))
    keys.append(key())
    monkeypatch.setattr(remembered, "__version__", "99")
    keys.append(key())
    assert len(set(keys)) == len(keys)
    assert key() == keys[-1]
    folder = replace(tiny, source="folder")
    assert key_of(folder, settings={}, language="en") is None


def test_only_what_was_kept_under_that_key_is_given(tmp_path: Path) -> None:
    notes = Remembered(tmp_path / "notes")
    assert notes.get("tiny", "key") is None
    file = tmp_path / "lamp.onnx"
    card = ModelCard(name="lamp", task="image", file=file, dimensions=2, licence="MIT", source="x")
    said = Said(b"parts", (card,))
    notes.keep("tiny", "key", said)
    assert notes.get("tiny", "key") == said
    assert notes.get("tiny", "other") is None
    assert notes.get("tiny", None) is None
    notes.keep("tiny", None, Said(b"of a folder"))
    assert notes.get("tiny", "key") == said
    (tmp_path / "notes/tiny").write_bytes(b"\xc1")
    assert notes.get("tiny", "key") is None
    notes.keep("tiny", "key", said)
    notes.forget("tiny")
    notes.forget("tiny")
    assert notes.get("tiny", "key") is None
