"""What lies around a plugin's code: its description, licence and translations."""

import ast
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from mediadesk.host.makers.report import Finding
from mediadesk.host.manifest import Manifest


class Papers:
    """Reads what is installed of a plugin, without importing it.

    `attributes` are all names that follow a dot in its code.
    """

    def __init__(self, root: Path, manifest: Manifest) -> None:
        """Read the code of the plugin that is installed in `root`."""
        (own,) = distributions(name=manifest.distribution, path=[str(root)])
        self._manifest = manifest
        self._metadata = own.metadata
        nodes = [node for tree in _trees(own) for node in ast.walk(tree)]
        self._texts = frozenset(_translated(nodes))
        self.attributes = frozenset(n.attr for n in nodes if isinstance(n, ast.Attribute))

    def findings(self) -> Iterator[Finding]:
        """Say what is missing, or that nothing is."""
        missing = list(self._missing())
        for sentence in missing:
            yield Finding(level="warning", what="papers", sentence=sentence)
        if not missing:
            told = "It has a description, a licence, and all translations."
            yield Finding(level="ok", what="papers", sentence=told)

    def _missing(self) -> Iterator[str]:
        if not self._metadata.json.get("description"):
            yield "It has no README: write one, and name it in pyproject.toml."
        licences = ("License-Expression", "License", "License-File")
        if not any(name in self._metadata for name in licences):
            yield "It has no licence: name one in pyproject.toml and put its text beside it."
        labels = set(_labels(self._manifest.settings))
        for name, setting in self._manifest.settings.get("properties", {}).items():
            if not setting.get("title"):
                yield f"The setting “{name}” has no title."
        for locale, known in self._manifest.translations.items():
            for text in sorted((labels | self._texts) - known.keys()):
                yield f"“{text}” is not translated into {locale}."


def _trees(own: Distribution) -> Iterator[ast.Module]:
    for file in own.files or ():
        if file.suffix == ".py":
            yield ast.parse(file.read_binary(), filename=str(file))


def _translated(nodes: list[ast.AST]) -> Iterator[str]:
    """Give what is handed to `context.text`, or to a `_text` that stands for it."""
    for node in nodes:
        match node:
            case ast.Call(
                func=ast.Attribute(attr="text" | "_text") | ast.Name(id="text"),
                args=[ast.Constant(value=str(text))],
            ):
                yield text


def _labels(schema: Mapping[str, Any]) -> Iterator[str]:
    """Give the texts of a settings' form."""
    for setting in schema.get("properties", {}).values():
        yield from (setting[name] for name in ("title", "description") if name in setting)
