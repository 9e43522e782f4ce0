"""What a plugin's code is seen to use, translate and import, without being run."""

from pathlib import Path
from textwrap import dedent

import pytest

from mediadesk.host.makers.papers import Papers
from mediadesk.host.manifest import Manifest


def papers(root: Path, source: str) -> Papers:
    """Lay a plugin of one module into `root`, with one translation that it never needs."""
    (root / "plug.py").write_text(dedent(source), encoding="utf-8")
    info = root / "mediadesk_plug-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mediadesk-plug\nVersion: 1\n")
    (info / "RECORD").write_text("plug.py,,\n")
    manifest = Manifest(
        name="plug",
        distribution="mediadesk-plug",
        version="1",
        module="plug",
        title="plug",
        api=">=1.0,<2",
        translations={"zh_CN": {"never said": "从未说过"}},
    )
    return Papers(root, manifest)


@pytest.mark.parametrize(
    "source",
    [
        "class A:\n    def __init__(self, ctx): self._d, self._f = ctx.data, ctx.fetch",
        "def shelves(context):\n    c = context\n    c.data; c.fetch('https://example.org')",
        "def shelves(context):\n    getattr(context, 'data')\n    getattr(context, 'fetch', None)",
    ],
    ids=["another name", "an alias", "by its name"],
)
def test_what_is_taken_of_the_context_is_seen_by_whatever_name(source: str, tmp_path: Path) -> None:
    assert papers(tmp_path, source).uses >= {"data", "fetch"}


def test_what_is_only_set_is_not_used(tmp_path: Path) -> None:
    source = "class A:\n    def __init__(self, context): self.data = context.settings"
    assert "data" not in papers(tmp_path, source).uses


def test_only_what_the_context_is_given_must_be_translated(tmp_path: Path) -> None:
    source = """
    class A:
        def __init__(self, context, ctx):
            self._c: object = context
            other = context
            self._text = context.text
            said = context.text("one"), ctx.text("two"), self._c.text("three"), other.text("four")
            said += self._text("five"), self._plugin_context.text("six")

        def paint(self, draw, page):
            draw.text("abc")
            page.canvas.text("def")
            page.find("p").text("ghi")
    """
    told = [finding.sentence for finding in papers(tmp_path, source).findings()]
    missed = [sentence.split("”")[0] for sentence in told if "is not translated" in sentence]
    assert sorted(missed) == ["“five", "“four", "“one", "“six", "“three", "“two"]


def test_however_it_is_imported_what_is_not_the_api_is_named(tmp_path: Path) -> None:
    source = """
    import builtins, importlib
    from importlib import import_module
    import_module("mediadesk.one")
    import_module(name="mediadesk.two")
    importlib.import_module(package=None, name="mediadesk.three")
    builtins.__import__(name="mediadesk.four")
    import_module("mediadesk.api.testing"), import_module("numpy"), import_module(name=str())
    """
    told = [each.sentence for each in papers(tmp_path, source).findings() if each.level == "error"]
    named = [sentence.split("“mediadesk.")[1].split("”")[0] for sentence in told]
    assert named == ["four", "one", "three", "two"]
