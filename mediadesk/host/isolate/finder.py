"""Finds a plugin's modules: its own folders before anything of ours but what is provided."""

import os
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import DistributionFinder, MetadataPathFinder, PathDistribution
from pathlib import Path
from types import ModuleType

PROVIDED = frozenset({"mediadesk", "numpy", "av", "onnxruntime", "pluggy", "msgspec"})
"""Modules, and packages of the same names, that MediaDesk brings: a plugin may not, and its own
copies are not looked at."""


class Finder(DistributionFinder):
    """Stands first among the ways of finding modules, also before those of a packaged program."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self._roots = [str(root) for root in roots]

    def install(self) -> None:
        """Take effect; what is loaded already and the plugin brings too will be loaded anew."""
        sys.meta_path.insert(0, self)
        sys.path.extend(self._roots)  # namespace packages look here when they are extended
        known = {name.partition(".")[0] for name in sys.modules}
        for top in sorted(name for name in known if self.find_spec(name) is not None):
            _forget(top)

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Look for a top-level module in the plugin's folders."""
        if path is not None or fullname in PROVIDED | sys.stdlib_module_names | {"__main__"}:
            return None
        found = PathFinder.find_spec(fullname, [*self._inner(), *self._roots], target)
        # A mere folder of that name is a package only if there is no real one anywhere.
        return found if found is not None and found.loader is not None else None

    def _inner(self) -> list[str]:
        """Give what the plugin's modules put into `sys.path` of folders in its own."""
        roots = tuple(each + os.sep for root in self._roots for each in (root, _real(root)))
        # Anything may be put there: Python passes over what is no text, and so do we.
        return [path for path in sys.path if isinstance(path, str) and path.startswith(roots)]

    def find_distributions(
        self,
        context: DistributionFinder.Context = DistributionFinder.Context(),  # noqa: B008
    ) -> Iterable[PathDistribution]:
        """Give the metadata of what the plugin brings, before that of ours."""
        own = DistributionFinder.Context(name=context.name, path=self._roots)
        return MetadataPathFinder.find_distributions(own)


@cache
def _real(path: str) -> str:
    return os.path.realpath(path)


def own_file(file: Path, roots: Sequence[Path]) -> Path:
    """Give the real path of a file of a plugin.

    Raises:
        ValueError: if it lies in none of these folders, or is no plain file.
    """
    for root in roots:
        found = (root / file).resolve()
        if found.is_relative_to(root.resolve()) and found.is_file():
            return found
    raise ValueError(f"“{file}” is no file in the plugin's folder")


def _forget(top: str) -> None:
    for name in [name for name in sys.modules if name == top or name.startswith(f"{top}.")]:
        del sys.modules[name]
