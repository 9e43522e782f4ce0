"""Which names wheels, and the files and modules in them, may bear."""

import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import PurePosixPath

from packaging.tags import Tag, sys_tags
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from mediadesk.host.isolate.finder import PROVIDED
from mediadesk.host.package.refusal import Refusal, shown

_RUN_UNASKED = {"sitecustomize", "usercustomize"}
_TAKEN = {each.casefold() for each in PROVIDED | sys.stdlib_module_names | _RUN_UNASKED}
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)", re.IGNORECASE)
_NOT_ON_WINDOWS = frozenset('<>:"|?*\\')
_MODULE_FILES = frozenset({".py", ".pyw", ".pyc", ".so", ".pyd", ".dll", ".dylib"})


def file_name(name: str) -> tuple[str, Version, frozenset[Tag]]:
    """Give what a wheel's file name says: its canonical name, version and kinds.

    Raises:
        Refusal: if it is no wheel's name.
    """
    try:
        found, version, _, tags = parse_wheel_filename(name)
        return canonicalize_name(found, validate=True), version, tags
    except ValueError as error:
        raise Refusal(
            "a wheel is called NAME-VERSION-PYTHON-ABI-SYSTEM.whl: give it back its own name"
        ) from error


def rank(tags: frozenset[Tag]) -> int | None:
    """Say how well a wheel of these kinds suits this computer: 0 is best, None not at all."""
    return min((_ranks()[tag] for tag in tags if tag in _ranks()), default=None)


def check_path(name: str, *, longest: int) -> None:
    """Refuse a path in an archive that is not the same harmless one on every system.

    Args:
        name: the path, with `/` between its parts and, for a folder, at its end.
        longest: the most bytes that it may have.

    Raises:
        Refusal: saying what is wrong with it.
    """
    told = shown(name[:80])
    if not name.isprintable():
        raise Refusal(f"the name “{told}” in it has invisible or control characters")
    if unicodedata.normalize("NFC", name) != name:
        raise Refusal(f"the name “{told}” in it is not in the normal form of Unicode (NFC)")
    if len(name.encode()) > longest:
        raise Refusal(f"the name “{told}…” in it is longer than {longest} bytes")
    if found := _NOT_ON_WINDOWS & set(name):
        raise Refusal(f"the name “{told}” in it has “{min(found)}”")
    for part in name.removesuffix("/").split("/"):
        if part in {"", ".", ".."}:
            raise Refusal(f"the name “{told}” in it leads outside")
        if part[-1] in ". ":
            raise Refusal(f"the name “{told}” in it has a part that ends with a dot or space")
        if _DEVICES.fullmatch(part.partition(".")[0].rstrip()):
            raise Refusal(f"the name “{told}” in it is a device's name on Windows")


def check_distinct(files: Sequence[str]) -> None:
    """Refuse files that would lie on each other, also where case makes no difference.

    Raises:
        Refusal: naming one of them.
    """
    folded = [unicodedata.normalize("NFKC", each).casefold() for each in files]
    seen: set[str] = set()
    for name, key in zip(files, folded, strict=True):
        if key in seen:
            raise Refusal(f"it has the file “{shown(name)}” twice (or differing in case only)")
        seen.add(key)
    for name, key in zip(files, folded, strict=True):
        if not seen.isdisjoint(str(each) for each in PurePosixPath(key).parents):
            raise Refusal(f"“{shown(name)}” in it lies inside another file")


def top_level(files: Iterable[str]) -> tuple[str, ...]:
    """Give the modules that can be imported from files laid on `sys.path`.

    Raises:
        Refusal: if one has the name of a module that Python or MediaDesk brings, or a name that
            may look like another's.
    """
    found = set()
    for path in files:
        root, inside, _ = path.partition("/")
        if not root.isascii():
            raise Refusal(f"“{shown(root)}” at its top is not written in ASCII ({root!a})")
        name, dot, _ = root.partition(".")
        is_module = not dot if inside else PurePosixPath(root).suffix.casefold() in _MODULE_FILES
        if not is_module or not name.isidentifier():
            continue
        if name.casefold() in _TAKEN:
            owner = "MediaDesk" if name.casefold() in PROVIDED else "Python"
            raise Refusal(f"it brings a module “{name}”, which is {owner}'s own")
        found.add(name)
    return tuple(sorted(found))


@cache
def _ranks() -> Mapping[Tag, int]:
    return {tag: number for number, tag in enumerate(sys_tags())}
