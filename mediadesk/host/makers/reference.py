"""Writes the reference page of the plugin API from the code itself."""

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import takewhile
from types import ModuleType
from typing import get_args, get_type_hints

import msgspec

from mediadesk import api, resources
from mediadesk.api import API_VERSION, errors, hookspecs, protocols, testing, types
from mediadesk.host import manifest
from mediadesk.host.isolate import faults
from mediadesk.host.isolate.contract import HOOKS
from mediadesk.host.makers import words
from mediadesk.host.makers.new import KINDS, example
from mediadesk.host.project import Table

FILE = resources.path("docs/plugin-api.md")
_TABLE = "[tool.mediadesk.plugin]"
_STRUCTS = (manifest.Permissions, manifest.Network, manifest.Programs, manifest.Resources)


def page() -> str:
    """Give the page as Markdown."""
    parts = (
        words.INTRO.format(version=API_VERSION, next=int(API_VERSION.partition(".")[0]) + 1),
        *_hooks(),
        *_values(),
        *_manifest(),
        *_limits(),
        *_testing(),
    )
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _hooks() -> Iterator[str]:
    """One chapter for each hook: what it hands over, its shape, and a working example."""
    yield "## Hooks"
    yield words.HOOKS
    kinds = {hook: kind for kind, hook in KINDS.items()}
    for hook in HOOKS:
        (part,) = get_args(get_type_hints(getattr(hookspecs, hook))["return"])
        shape = _source(part.__name__)
        yield f"### {hook}"
        yield _code(_source(hook))
        if part.__name__ in _nodes(protocols):
            yield _code(shape)
        yield _mentioned(shape)
        yield from _example(kinds[hook])
    yield "### executor"
    yield _code(_source("executor"))


def _example(kind: str) -> Iterator[str]:
    files = {path: content for path, content in example(kind, kind).items() if path[-4:] != "onnx"}
    project = files["pyproject.toml"].decode()
    yield f"**Example**, as `mediadesk plugins new {kind} --kind {kind}` makes it:"
    yield _code(next(text for path, text in files.items() if path.endswith("__init__.py")).decode())
    yield _code(project[project.index(_TABLE) :], "toml")


def _values() -> Iterator[str]:
    """All other public names, each as it is in the code."""
    yield "## What the host brings"
    for name in (*_public(hookspecs), "Context", "Media", "Run", *_public(errors)):
        yield from _entry(name)
    yield "## Values"
    yield words.VALUES
    for name in _public(types):
        yield from _entry(name)


def _entry(name: str) -> Iterator[str]:
    yield f"### {name}"
    yield _code(_source(name))


def _manifest() -> Iterator[str]:
    yield "## The manifest"
    yield words.MANIFEST
    for struct, name in ((Table, _TABLE), *((each, "") for each in _STRUCTS)):
        yield f"### {name or struct.__name__}"
        yield inspect.cleandoc(struct.__doc__ or "")
        yield _table(
            ("field", "type", "default"),
            (
                (f"`{each.encode_name}`", f"`{_type(each.type)}`", _default(each))
                for each in msgspec.structs.fields(struct)
            ),
        )
    yield "### Permissions and what they allow"
    allowed = ((f"`{name}`", *row) for name, row in words.PERMISSIONS.items())
    yield _table(("permission", "allows", "needed for", "without it"), allowed)


def _limits() -> Iterator[str]:
    yield "## Limits"
    yield words.LIMITS
    usual = manifest.Resources()
    rows = []
    for each in msgspec.structs.fields(manifest.Resources):
        numbers = (f"{getattr(those, each.name):,}" for those in (usual, manifest.MOST))
        rows.append((f"`{each.encode_name}`", *numbers, *words.ENFORCED[each.encode_name]))
    yield _table(("wish", "usual", "at most", "counts", "enforced by"), rows)
    yield words.BEYOND.format(
        items=faults.ITEMS,
        minutes=faults.ITEM_SECONDS / 60,
        restarts=faults.RESTARTS,
        seconds=faults.RESTART_SECONDS,
    )


def _testing() -> Iterator[str]:
    yield "## mediadesk.api.testing"
    yield inspect.cleandoc(testing.__doc__ or "")
    for name, node in _nodes(testing).items():
        if not name.startswith("_") and isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield _code(_text(testing, node, is_whole=False))


def _public(module: ModuleType) -> list[str]:
    """Give the names of the API that a module defines, in its order."""
    return [name for name in _nodes(module) if name in api.__all__]


def _source(name: str) -> str:
    """Give what defines a name of the API: classes whole, of functions the head."""
    for module in (hookspecs, protocols, types, errors):
        if node := _nodes(module).get(name):
            text = _text(module, node, is_whole=not isinstance(node, ast.FunctionDef))
            return text.replace("@hookspec\n", "")
    raise LookupError(name)


@cache
def _nodes(module: ModuleType) -> dict[str, ast.stmt]:
    """Give name → statement of what a module defines at its top."""
    found: dict[str, ast.stmt] = {}
    for node in _statements(ast.parse(inspect.getsource(module)).body):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                found.setdefault(name, node)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found.setdefault(name, node)
    return found


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        if isinstance(node, ast.If):
            yield from node.body


def _text(module: ModuleType, node: ast.stmt, *, is_whole: bool) -> str:
    """Give a statement's lines with its decorators, and the docstring below an assignment."""
    lines = inspect.getsource(module).splitlines()
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(each.lineno for each in decorators)])
    last = node.end_lineno or node.lineno
    if isinstance(node, ast.ClassDef | ast.FunctionDef) and not is_whole:
        head = takewhile(lambda each: not isinstance(each, ast.FunctionDef), node.body)
        last = max(each.end_lineno or 0 for each in head if _is_told(each))
    elif isinstance(node, ast.Assign | ast.AnnAssign) and lines[last : last + 1]:
        docstring = re.match(r'""".*?"""', "\n".join(lines[last:]), re.DOTALL)
        last += docstring[0].count("\n") + 1 if docstring else 0
    return re.sub(r" +# noqa.*", "", "\n".join(lines[first - 1 : last]))


def _is_told(node: ast.stmt) -> bool:
    """Whether a statement in a body belongs to its head: a docstring or a field."""
    return isinstance(node, ast.AnnAssign) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def _mentioned(shape: str) -> str:
    """Link to the values that a shape speaks of."""
    named = dict.fromkeys(re.findall(r"\w+", shape))
    links = [f"[{name}](#{name.lower()})" for name in named if name in _nodes(types)]
    return f"Values: {', '.join(links)}." if links else ""


def _type(kind: object) -> str:
    text = kind.__name__ if isinstance(kind, type) and not get_args(kind) else str(kind)
    return re.sub(r"\b(mediadesk\.[\w.]+|typing|collections\.abc)\.(?=\w)", "", text).replace(
        " | None", " or none"
    )


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "required"
    value = field.default_factory() if field.default is msgspec.NODEFAULT else field.default
    return "" if value in (None, "", {}, ()) or isinstance(value, msgspec.Struct) else f"`{value}`"


def _table(head: tuple[str, ...], rows: Iterable[Iterable[str]]) -> str:
    lines = (head, ("---",) * len(head), *rows)
    return "\n".join(
        "| " + " | ".join(each.replace("|", "or") for each in row) + " |" for row in lines
    )


def _code(text: str, language: str = "python") -> str:
    return f"```{language}\n{text.strip()}\n```"


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
