"""Chooses wheels for a plugin's requirements from a folder of wheels."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from mediadesk.api import UserError
from mediadesk.host.isolate.finder import PROVIDED
from mediadesk.host.package.names import file_name, rank
from mediadesk.host.package.refusal import naming
from mediadesk.host.package.wheel import Wheel, read_wheel


class Wheelhouse:
    """A folder of wheels; those for other computers are passed over."""

    def __init__(self, folder: Path) -> None:
        """Look at the names of the files.

        Raises:
            UserError: if there is no such folder, or a wheel in it has no wheel's name.
        """
        if not folder.is_dir():
            raise UserError(f"“{folder}” is no folder: give one that holds wheels.")
        self._folder = folder
        self._found: dict[str, dict[Version, tuple[int, Path]]] = defaultdict(dict)
        for path in sorted(folder.glob("*.whl")):
            self._add(path)

    def collect(self, plugin: Wheel) -> tuple[Wheel, ...]:
        """Give the newest wheels that meet all requirements, those of requirements too, by name.

        Where the newest ones contradict each other nothing older is tried: the folder's owner
        takes one of them away.

        Raises:
            UserError: naming the requirement that no wheel meets.
        """
        limits: dict[str, SpecifierSet] = defaultdict(SpecifierSet)
        while (chosen := self._choose(plugin, limits)) is None:
            """Begin again, with the limits that were found."""
        return tuple(chosen[name] for name in sorted(chosen))

    def _add(self, path: Path) -> None:
        with naming(path):
            name, version, tags = file_name(path.name)
        suits = rank(tags)
        if suits is not None:
            known = self._found[name].get(version)
            self._found[name][version] = min(known or (suits, path), (suits, path))

    def _choose(self, plugin: Wheel, limits: dict[str, SpecifierSet]) -> dict[str, Wheel] | None:
        """Choose a wheel for each name; None where one chosen early is beyond a later limit."""
        chosen: dict[str, Wheel] = {}
        extras_done: dict[str, set[str]] = defaultdict(set)
        needs = [(need, plugin.name) for need in _needs(plugin, {""})]
        for need, of in needs:  # grows while it is read
            name = canonicalize_name(need.name)
            if name in PROVIDED:
                continue
            limits[name] &= need.specifier
            if name not in chosen:
                chosen[name] = self._newest(need, of, limits[name])
            elif not limits[name].contains(chosen[name].version, prereleases=True):
                return None
            extras = {"", *need.extras} - extras_done[name]
            extras_done[name] |= extras
            needs += [(each, name) for each in _needs(chosen[name], extras)]
        return chosen

    def _newest(self, need: Requirement, of: str, limit: SpecifierSet) -> Wheel:
        found = self._found[canonicalize_name(need.name)]
        fitting = list(limit.filter(found))
        if need.url or not fitting:
            told = f" ({', '.join(map(str, sorted(found)))} is there)" if found else ""
            raise UserError(
                f"“{self._folder}” has no wheel for “{need.name}{limit}” that works here{told}, "
                f"which “{of}” needs: put one there."
            )
        _, path = found[max(fitting)]
        return read_wheel(path)


def _needs(wheel: Wheel, extras: Collection[str]) -> Iterator[Requirement]:
    """Give what a wheel needs on this computer for each of these extras; "" is none."""
    for need in map(Requirement, wheel.requires):
        marker = need.marker
        if any(marker is None or marker.evaluate({"extra": extra}) for extra in extras):
            yield need
