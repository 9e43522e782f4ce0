"""Checks that every module can be imported: our own, our libraries', the standard library's."""

import csv
import importlib
import importlib.util
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata
from modulefinder import ModuleFinder
from pathlib import Path, PurePosixPath
from pkgutil import walk_packages
from types import CodeType

NOT_SHIPPED = frozenset(  # no use in a packaged program, deprecated, or acting when imported
    """
    antigravity ensurepip idlelib lib2to3 nis ossaudiodev spwd this tkinter turtle turtledemo
    """.split()  # noqa: SIM905 - reads better
)
_WINDOWS = frozenset({"msilib", "msvcrt", "nt", "winreg", "winsound"})
_UNIX = frozenset(
    "crypt curses fcntl grp posix pty pwd readline resource syslog termios tty".split()  # noqa: SIM905
)
_OPTIONAL = frozenset({"PySide6.QtMultimedia", "PySide6.QtMultimediaWidgets"})
_WITH_SYSTEM = frozenset({"vlc"})  # raises where libVLC is not installed
_TOOLS = frozenset({"pip"})  # for the command of sqlite-utils, which is not ours
_BINARY = frozenset({".so", ".pyd"})


def check_own(_: Path) -> str:
    """Import all of MediaDesk and its plugins, and whatever their functions import later."""
    own = {"mediadesk", *(point.module for point in metadata.entry_points(group="mediadesk"))}
    for root in tuple(own):
        inside = getattr(importlib.import_module(root), "__path__", ())
        own |= {each.name for each in walk_packages(inside, f"{root}.")}
    wanted = {module for name in own for module in _imported_by(name)}
    wanted -= _OPTIONAL | _WITH_SYSTEM
    return f"{each_of(sorted(own | wanted), importlib.import_module)} imported"


def check_libraries(_: Path) -> str:
    """Import all that MediaDesk depends on, and what that depends on."""
    return f"{each_of(sorted(libraries() - _WITH_SYSTEM), importlib.import_module)} imported"


def check_standard_library(_: Path) -> str:
    """Import all of it, whether we use it or not: plugins may."""
    elsewhere = _UNIX if sys.platform == "win32" else _WINDOWS
    names = {name for name in sys.stdlib_module_names if not name.startswith("_")}
    names -= NOT_SHIPPED | elsewhere
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        count = each_of(sorted(names), importlib.import_module)
    return f"{count} modules of Python {sys.version.split()[0]} imported"


def each_of(names: Iterable[str], use: Callable[[str], object]) -> int:
    """Use each and give how many; raises one error that tells of all that failed."""
    count, problems = 0, []
    for name in names:
        count += 1
        try:
            use(name)
        except Exception as error:  # noqa: BLE001 - told below
            problems.append(f"{name} ({type(error).__name__}: {error})")
    if problems:
        raise RuntimeError("; ".join(problems))
    return count


def libraries() -> set[str]:
    """Name the top-level modules of all that MediaDesk depends on, as its metadata says."""
    return {module for name in _needed_by("mediadesk", set()) for module in _top_level(name)}


def _imported_by(name: str) -> Iterator[str]:
    """Read a module's code without running it."""
    spec = importlib.util.find_spec(name)
    get_code = getattr(spec and spec.loader, "get_code", None)
    if get_code is None:
        raise LookupError(f"{name} has no code")
    yield from _imported_in(get_code(name))


def _imported_in(code: CodeType) -> Iterator[str]:
    for what, detail in ModuleFinder().scan_opcodes(code):
        if what == "absolute_import":
            yield detail[1]
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _imported_in(constant)


def _needed_by(name: str, known: set[str]) -> set[str]:
    """Add to the `known` distributions those that one needs on this system, and theirs."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    for line in metadata.requires(name) or ():
        wish = Requirement(line)
        needed = canonicalize_name(wish.name)
        is_for_us = wish.marker is None or wish.marker.evaluate({"extra": ""})
        if is_for_us and needed not in known | _TOOLS:
            known.add(needed)
            _needed_by(needed, known)
    return known


def _top_level(name: str) -> Iterator[str]:
    """Tell from the list of its files which modules of a distribution are inside no other."""
    record = metadata.distribution(name).read_text("RECORD") or ""
    files = [PurePosixPath(row[0]) for row in csv.reader(record.splitlines())]
    packages = {file.parent for file in files if file.name == "__init__.py"}
    modules = {
        file.with_name(file.name.partition(".")[0])
        for file in files
        if file.suffix in _BINARY or (file.suffix == ".py" and len(file.parts) == 1)
    }
    for module in packages | modules:
        is_inside = not packages.isdisjoint(module.parents)
        if not is_inside and all(part.isidentifier() for part in module.parts):
            yield ".".join(module.parts)
