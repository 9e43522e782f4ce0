"""What lies around a plugin's code: its description, licence and translations."""

import ast
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from mediadesk.api import PROJECT, UserError
from mediadesk.host.makers.report import Finding, Level
from mediadesk.host.manifest import Manifest

_ALLOWED = "of MediaDesk only mediadesk.api is there for plugins, all else may change any day"


class Papers:
    """Reads what is installed of a plugin, without importing it.

    `uses` are the attributes that its code reads, of the context or of anything else.
    """

    def __init__(self, root: Path, manifest: Manifest) -> None:
        """Read the code of the plugin that is installed in `root`.

        Raises:
            UserError: if some of it is no Python.
        """
        (own,) = distributions(name=manifest.distribution, path=[str(root)])
        self._manifest = manifest
        self._metadata = own.metadata
        nodes = [node for tree in _trees(own) for node in ast.walk(tree)]
        self._texts = frozenset(_translated(nodes))
        self._foreign = sorted(set(_foreign(nodes)))
        self.uses = frozenset(_used(nodes))

    def findings(self) -> Iterator[Finding]:
        """Say what is missing or forbidden, or that nothing is."""
        found = [
            _finding("error", f"Its code imports “{name}”: {_ALLOWED}.") for name in self._foreign
        ]
        found += [_finding("warning", sentence) for sentence in self._missing()]
        told = "It has a title, a description, a README, a licence, and all translations."
        yield from found or [_finding("ok", told)]

    def _missing(self) -> Iterator[str]:
        if self._manifest.title == self._manifest.name:
            yield "It has no title: write one in [tool.mediadesk.plugin], its name is no title."
        if not self._manifest.summary:
            yield "It has no description: write a line in [project]; it is read before installing."
        if not self._metadata.json.get("description"):
            yield "It has no README: write one, and name it in pyproject.toml."
        licences = ("License-Expression", "License", "License-File")
        if not any(name in self._metadata for name in licences):
            yield "It has no licence: name one in pyproject.toml and put its text beside it."
        labels = {self._manifest.title, self._manifest.summary} - {"", self._manifest.name}
        labels.update(grant.reason for grant in self._manifest.permissions.grants())
        labels.update(_labels(self._manifest.settings))
        for name, setting in self._manifest.settings.get("properties", {}).items():
            if not setting.get("title"):
                yield f"The setting “{name}” has no title."
            if "default" not in setting:
                yield f"The setting “{name}” has no default: it is missing until a person sets it."
        for locale, known in self._manifest.translations.items():
            for text in sorted((labels | self._texts) - known.keys()):
                yield f"“{text}” is not translated into {locale}."


def _finding(level: Level, sentence: str) -> Finding:
    return Finding(level=level, what="papers", sentence=sentence)


def _trees(own: Distribution) -> Iterator[ast.Module]:
    for file in own.files or ():
        if file.suffix == ".py":
            try:
                yield ast.parse(file.read_binary())
            except (SyntaxError, ValueError) as error:
                raise UserError(f"“{file}” is no Python ({error}): mend it.") from error


def _translated(nodes: list[ast.AST]) -> Iterator[str]:
    """Give what is handed to `context.text`, or to a `text` or `_text` that stands for it."""
    contexts = frozenset(_contexts(nodes))
    for node in nodes:
        match node:
            case ast.Call(
                func=ast.Attribute(attr="_text") | ast.Name(id="text"),
                args=[ast.Constant(value=str(text))],
            ):
                yield text
            case ast.Call(
                func=ast.Attribute(value=owner, attr="text"), args=[ast.Constant(value=str(text))]
            ):
                if _is_context(owner) or _name(owner) in contexts:
                    yield text


def _contexts(nodes: list[ast.AST]) -> Iterator[str]:
    """Give the names that the context is assigned to."""
    for node in nodes:
        match node:
            case ast.Assign(targets=targets, value=value) if _is_context(value):
                yield from map(_name, targets)
            case ast.AnnAssign(target=target, value=ast.expr() as value) if _is_context(value):
                yield _name(target)


def _is_context(node: ast.expr) -> bool:
    return _name(node).strip("_").endswith(("context", "ctx"))


def _name(node: ast.expr) -> str:
    """Give the name of a variable or attribute, empty for anything else."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _foreign(nodes: list[ast.AST]) -> Iterator[str]:
    """Give the modules of MediaDesk that are imported and are no part of its API."""
    for node in nodes:
        match node:
            case ast.Import(names=names):
                modules = [each.name for each in names]
            case ast.ImportFrom(module=str(module), level=0, names=names):
                is_root = module == PROJECT
                modules = [f"{module}.{each.name}" if is_root else module for each in names]
            case ast.Call(func=called) if _name(called) in {"__import__", "import_module"}:
                modules = list(_imported(node))
            case _:
                continue
        for name in modules:
            if name.split(".")[0] == PROJECT and name.split(".")[1:2] != ["api"]:
                yield name


def _imported(call: ast.Call) -> Iterator[str]:
    """Give the module that a call imports, where it stands there as text."""
    for node in (*call.args[:1], *(each.value for each in call.keywords if each.arg == "name")):
        match node:
            case ast.Constant(value=str(module)):
                yield module


def _used(nodes: list[ast.AST]) -> Iterator[str]:
    """Give the attributes that are read, of anything: the context may have any name."""
    for node in nodes:
        match node:
            case ast.Attribute(attr=name, ctx=ast.Load()):
                yield name
            case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=str(name)), *_]):
                yield name


def _labels(schema: Mapping[str, Any]) -> Iterator[str]:
    """Give the texts of a settings' form."""
    for setting in schema.get("properties", {}).values():
        yield from (setting[name] for name in ("title", "description") if name in setting)
