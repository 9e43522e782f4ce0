"""What a scan leaves out: patterns as in .gitignore, those of a folder of the library and below it.

A file .mediadeskignore or .ignore holds patterns for its folder and all below; an empty .ignore,
and a .nomedia of any content, leaves the whole folder out, as in Jellyfin and on phones.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from mediadesk.api import UserError
from mediadesk.paths import native

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

MARKS = frozenset({".mediadeskignore", ".ignore", ".nomedia"})
_WHOLE = ".nomedia"
_EMPTY_IS_WHOLE = ".ignore"
_LONGEST = 1_000_000  # bytes; a longer one is no list of patterns


class Excludes:
    """The patterns that hold in a folder; those written deeper decide first."""

    def __init__(
        self, folder: str, patterns: Iterable[str], outer: "Excludes | None" = None
    ) -> None:
        """Compile patterns, which are relative to `folder`.

        Raises:
            ValueError: if one of them is no pattern.
        """
        self._start = len(folder.rstrip(os.sep)) + 1
        self._spec = _spec(patterns)
        self._outer = outer

    def hit(self, path: str, *, folder: bool = False) -> bool:
        """Tell whether a file or folder below is left out."""
        relative = path[self._start :] + ("/" if folder else "")
        verdict = self._spec.check_file(relative).include
        if verdict is None:
            return self._outer is not None and self._outer.hit(path, folder=folder)
        return verdict

    def covers(self, path: str) -> bool:
        """Tell whether a path, or a folder on the way to it, is left out."""
        ends = (n for n, letter in enumerate(path) if letter == os.sep and n >= self._start)
        return any(self.hit(path[:end], folder=True) for end in ends) or self.hit(path)


def of_root(root: str, patterns: Sequence[str]) -> Excludes | None:
    """Give what a person set for a folder of the library, None where that is nothing.

    Raises:
        UserError: if one of them is no pattern.
    """
    for pattern in patterns:
        try:
            _spec([pattern])
        except ValueError as error:
            raise UserError(
                f"“{pattern}” is no pattern: write one as in .gitignore, such as “*.sample.mkv” "
                "or “/Extras/”."
            ) from error
    return Excludes(root, patterns) if patterns else None


def inside(
    folder: str, marks: Iterable[str], outer: Excludes | None, warn: Callable[[str], None]
) -> Excludes | None:
    """Give what holds in a folder with these files of `MARKS`; what is wrong in them is told.

    Raises:
        OSError: if one of them can't be read.
    """
    found = outer
    for name in sorted(marks, reverse=True):  # ours decides before .ignore, .nomedia before both
        lines = _lines(os.path.join(folder, name))  # noqa: PTH118 - as the walk does
        if name == _WHOLE or (name == _EMPTY_IS_WHOLE and not "".join(lines).strip()):
            return Excludes(folder, ["*"])
        found = Excludes(folder, _valid(lines, os.path.join(folder, name), warn), found)  # noqa: PTH118
    return found


def _spec(patterns: Iterable[str]) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec  # takes a while, and the first panel looks into no folder

    return GitIgnoreSpec.from_lines(patterns)


def _lines(path: str) -> list[str]:
    with open(native(path), "rb") as file:  # noqa: PTH123 - as the walk does
        return file.read(_LONGEST).decode("utf-8-sig", errors="replace").splitlines()


def _valid(lines: Sequence[str], path: str, warn: Callable[[str], None]) -> list[str]:
    good = []
    for line in lines:
        try:
            _spec([line])
        except ValueError:
            warn(f"“{path}” has the line “{line}”, which is no pattern: mend it.")
        else:
            good.append(line)
    return good
