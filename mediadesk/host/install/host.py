"""What a plugin can count on here: this Python, and the packages that MediaDesk brings."""

import platform
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib.metadata import version

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import parse_tag
from packaging.utils import canonicalize_name

from mediadesk.api import UserError
from mediadesk.host.install.records import Receipt
from mediadesk.host.isolate.finder import PROVIDED
from mediadesk.host.manifest import Manifest
from mediadesk.host.package.names import rank


class Host:
    """The packages that MediaDesk brings (`PROVIDED`): name → version."""

    def __init__(self, versions: Mapping[str, str] | None = None) -> None:
        self._versions = _provided() if versions is None else versions

    def brings(self, name: str) -> bool:
        """Whether a package is MediaDesk's own business, by its canonical name."""
        return name in PROVIDED

    def version(self, name: str) -> str | None:
        """Give the version of a package that is brought; None for others."""
        return self._versions.get(name) if self.brings(name) else None

    def split(
        self, requirements: Iterable[Requirement]
    ) -> tuple[list[Requirement], list[Requirement]]:
        """Part requirements into those on what MediaDesk brings, and the others."""
        parts: tuple[list[Requirement], list[Requirement]] = ([], [])
        for each in requirements:
            parts[not self.brings(canonicalize_name(each.name))].append(each)
        return parts

    def missing(self, requirements: Iterable[Requirement]) -> str | None:
        """Say which requirement on what MediaDesk brings is not met; None if all are."""
        for each in requirements:
            here = self.version(canonicalize_name(each.name))
            if here is None or not each.specifier.contains(here, prereleases=True):
                return (
                    f"it needs {each.name} {each.specifier}, and MediaDesk brings {here or 'none'}"
                )
        return None

    def check(self, manifest: Manifest) -> None:
        """Refuse a plugin that is made for another MediaDesk.

        Raises:
            UserError: naming what it needs and what is here.
        """
        manifest.check_api()
        own, _ = self.split(needed(manifest.requires, of=manifest.name))
        if why := self.missing(own):
            raise UserError(
                f"The plugin “{manifest.name}” {manifest.version} can't be used here: {why}. Look "
                "for another version of either."
            )

    def changed(self, receipt: Receipt) -> str | None:
        """Say what an installed version needs and this MediaDesk no longer has; None if nothing.

        A newer MediaDesk may bring another Python or other packages.
        """
        if lack := self.missing(map(Requirement, receipt.host_needs)):
            return lack
        for each in receipt.python:
            if lack := missing_python(each):
                return lack
        for wheel in receipt.wheels:
            if not _works_here(wheel.tags):
                return f"its part {wheel.name} was made for another Python or system"
        return None


def missing_python(specifier: str) -> str | None:
    """Say that another Python is needed; None if this one will do."""
    here = platform.python_version()
    try:
        fits = SpecifierSet(specifier).contains(here, prereleases=True)
    except InvalidSpecifier:
        fits = False
    return None if fits else f"it needs Python {specifier}, and here is {here}"


def needed(
    requires: Iterable[str], *, of: str, extras: Collection[str] = ("",)
) -> list[Requirement]:
    """Give the requirements that hold on this computer, for each of these extras ("" is none).

    Raises:
        UserError: if one is wrong or names an address instead of a version; `of` has them.
    """
    found = []
    for text in requires:
        try:
            each = Requirement(text)
        except InvalidRequirement as error:
            raise UserError(
                f"“{of}” has the wrong requirement “{text}”: ask its maker to mend it."
            ) from error
        marker = each.marker
        if marker and not any(marker.evaluate({"extra": extra}) for extra in extras):
            continue
        if each.url:
            raise UserError(
                f"“{of}” wants “{each.name}” from an address of its own, which is never done: "
                "ask its maker to bundle it."
            )
        found.append(each)
    return found


@cache
def _works_here(tags: str) -> bool:
    return tags == "py3-none-any" or rank(frozenset(parse_tag(tags))) is not None


@cache
def _provided() -> Mapping[str, str]:
    return {name: version(name) for name in PROVIDED}
