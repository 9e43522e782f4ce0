"""Where the wheels that a plugin needs come from: one place for all of them, never several."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from packaging.metadata import parse_email
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version
from unearth import Link, Package, PackageFinder
from unearth.fetchers import Fetcher

from mediadesk.api import UserError
from mediadesk.host.install.addresses import file_name
from mediadesk.host.install.host import missing_python
from mediadesk.host.install.web import Web
from mediadesk.host.package.archive import CAPS
from mediadesk.host.package.wheel import Wheel, read_wheel

_HASHES = ("sha256", "sha384", "sha512")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A wheel that could be installed: where it is, and what it needs.

    `wheel` is None while it has not been fetched, and then `sha256` is what the index promises.
    `size` is in bytes, 0 where unknown; `origin` an address or path.
    """

    name: str
    version: str
    origin: str
    sha256: str
    requires: tuple[str, ...]
    requires_python: str
    size: int = 0
    remote: bool = False
    wheel: Wheel | None = None


class Supply:
    """A set of wheel files, or a simple index (PEP 503 or 691).

    `told` is what a person calls it, `wheels` are files that were read already, `refused` the
    sentences on those that can't be used.
    """

    def __init__(
        self,
        told: str,
        web: Web,
        staging: Path,
        *,
        files: Iterable[Path] = (),
        wheels: Iterable[Wheel] = (),
        index: str | None = None,
    ) -> None:
        self.told = told
        self.refused: list[str] = []
        self._web = web
        self._staging = staging
        self._pages: dict[str, list[Package]] = {}
        self._known: dict[str, Choice | None] = {}
        self._wheels = {each.path.absolute(): each for each in wheels}
        # Its protocol and httpx2 differ on the type of a response's address.
        self._finder = PackageFinder(cast("Fetcher", web), only_binary=[":all:"])
        # Set here, for without any source the finder would take a public index.
        self._finder.sources = [
            {"url": each.absolute().as_uri(), "type": "find_links"}
            for each in (*files, *self._wheels)
        ]
        if index is not None:
            self._finder.sources = [{"url": index, "type": "index"}]
        self._scheme_is_file = index is None or index.startswith("file:")

    def find(self, requirement: Requirement) -> Iterator[Package]:
        """Give the wheels for this computer that meet a requirement, the best one first.

        Raises:
            UserError: if the index can't be asked.
        """
        found = self._packages(requirement.name)
        versions = set(requirement.specifier.filter({each.version or "" for each in found}))
        is_pinned = any(each.operator in {"==", "==="} for each in requirement.specifier)
        for package in found:
            if package.version in versions and (is_pinned or not package.link.is_yanked):
                yield package

    def look(self, package: Package) -> Choice | None:
        """Learn what a wheel needs; None, and a sentence in `refused`, if it can't be used.

        Raises:
            UserError: if the index can't be asked.
        """
        link = package.link
        if link.url not in self._known:
            if link.is_file:
                self._known[link.url] = self._read(package, link.file_path)
            elif link.dist_info_link and "sha256" in _hashes(link):
                self._known[link.url] = self._read_metadata(package, link.dist_info_link)
            else:
                self._known[link.url] = self._read(package, self._download(link))
        return self._known[link.url]

    def measured(self, choice: Choice) -> Choice:
        """Ask how large a wheel is that was not fetched."""
        return choice if choice.wheel else replace(choice, size=self._web.size(choice.origin))

    def _packages(self, name: str) -> list[Package]:
        """Give all wheels of this name for this computer, the best one first; asks once."""
        if name in self._pages:
            return self._pages[name]
        try:
            found = list(self._finder.find_all_packages(name, allow_yanked=True))
        except UserError:
            raise
        except Exception as error:  # unearth believes that a page is what it should be
            raise UserError(
                f"What {self.told} says of “{name}” is wrong ({error}): tell whoever keeps it."
            ) from error
        # A page of a folder must not lead into the network, nor one of the network here.
        self._pages[name] = [each for each in found if each.link.is_file == self._scheme_is_file]
        return self._pages[name]

    def _download(self, link: Link) -> Path:
        return _download(self._web, link.url_without_fragment, self._staging, _hashes(link))

    def _read(self, package: Package, path: Path) -> Choice | None:
        try:
            wheel = self._wheels.get(path) or read_wheel(path)
            _check(package, wheel.name, wheel.version)
            if wheel.manifest is not None:
                raise UserError(f"“{path.name}” is a plugin of its own: install it by itself.")
            if _hashes(package.link).get("sha256", wheel.sha256) != wheel.sha256:
                raise UserError(f"“{path.name}” is another file than its index says: replace it.")
        except UserError as error:
            self.refused.append(str(error))
            return None
        return Choice(
            name=wheel.name,
            version=wheel.version,
            origin=package.link.redacted,
            sha256=wheel.sha256,
            requires=wheel.requires,
            requires_python=wheel.requires_python,
            size=wheel.size,
            remote=not package.link.is_file,
            wheel=wheel,
        )

    def _read_metadata(self, package: Package, link: Link) -> Choice | None:
        """Read what the index says of a wheel (PEP 658), without fetching that."""
        raw = self._web.read(link.url_without_fragment)
        promised = package.link.dist_info_metadata
        try:
            if raw is None:
                raise UserError(f"“{link.redacted}” is missing: tell whoever keeps the index.")
            digest = hashlib.sha256(raw).hexdigest()
            if isinstance(promised, dict) and promised.get("sha256", digest) != digest:
                raise UserError(f"“{link.redacted}” is another file than the index says.")
            found, _ = parse_email(raw)
            _check(package, found.get("name", ""), found.get("version", ""))
            if lack := missing_python(found.get("requires_python", "")):
                raise UserError(f"“{package.link.filename}” can't be used: {lack}.")
        except UserError as error:
            self.refused.append(str(error))
            return None
        return Choice(
            name=canonicalize_name(package.name),
            version=str(Version(package.version or "")),
            origin=package.link.url_without_fragment,
            sha256=_hashes(package.link)["sha256"],
            requires=tuple(found.get("requires_dist", ())),
            requires_python=found.get("requires_python", ""),
            remote=True,
        )


def fetched(choice: Choice, web: Web, folder: Path) -> Choice:
    """Fetch a wheel that was chosen by what its index says of it.

    Raises:
        UserError: if it can't be fetched, or is not what was said.
        OSError: if it can't be written.
    """
    path = _download(web, choice.origin, folder, {"sha256": choice.sha256})
    wheel = read_wheel(path)
    found = (wheel.name, wheel.version, wheel.requires, wheel.requires_python)
    if wheel.manifest or found != (
        choice.name,
        choice.version,
        choice.requires,
        choice.requires_python,
    ):
        raise UserError(
            f"“{choice.origin}” is not what its index says of it: tell whoever keeps the index."
        )
    return replace(choice, wheel=wheel, size=wheel.size)


def _download(web: Web, url: str, folder: Path, hashes: dict[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name(url)
    path.unlink(missing_ok=True)
    web.download(url, path, most=CAPS.archive, hashes=hashes)
    return path


def _hashes(link: Link) -> dict[str, str]:
    """Give the digests worth checking that an index states; md5 and sha1 prove nothing."""
    return {
        name: found.lower()
        for name, (found,) in (link.hash_option or {}).items()
        if name in _HASHES and isinstance(found, str)
    }


def _check(package: Package, name: str, version: str) -> None:
    try:
        same = canonicalize_name(name) == canonicalize_name(package.name) and Version(
            version
        ) == Version(package.version or "")
    except InvalidVersion:
        same = False
    if not same:
        raise UserError(f"“{package.link.filename}” says inside that it is {name} {version}.")
