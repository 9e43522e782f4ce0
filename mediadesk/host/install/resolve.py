"""Chooses the wheels that a plugin needs, newest first, so that all requirements are met."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version
from resolvelib import (
    AbstractProvider,
    BaseReporter,
    ResolutionImpossible,
    ResolutionTooDeep,
    Resolver,
)
from resolvelib.structs import RequirementInformation

from mediadesk.api import UserError
from mediadesk.host.install.host import Host, needed
from mediadesk.host.install.supply import Choice, Supply
from mediadesk.host.package.archive import CAPS

_ROUNDS = 2000


class _Key(NamedTuple):
    name: str
    extras: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A wheel with some of its extras, or (without `choice`) what MediaDesk brings."""

    key: _Key
    version: str
    choice: Choice | None


_Information = RequirementInformation[Requirement, _Candidate]


class Resolved(NamedTuple):
    """The wheels, by name, and what they need of what MediaDesk brings."""

    choices: tuple[Choice, ...]
    host_needs: tuple[str, ...]


def resolve(
    requirements: Iterable[Requirement], *, of: str, supply: Supply, host: Host
) -> Resolved:
    """Choose wheels for these requirements and for those of the wheels.

    What MediaDesk brings is never chosen, but must fit.

    Raises:
        UserError: if there is no such choice, naming the requirements in the way; or if the index
            can't be asked.
    """
    provider = _Provider(supply, host)
    resolver = Resolver(provider, BaseReporter[Requirement, _Candidate, _Key]())
    try:
        found = resolver.resolve(list(requirements), max_rounds=_ROUNDS)
    except ResolutionImpossible as error:
        raise UserError(_impossible(error.causes, of, supply, host)) from error
    except ResolutionTooDeep as error:
        raise UserError(
            f"“{of}” needs so much that no choice of wheels was found in {supply.told}: ask its "
            "maker to bundle what it needs."
        ) from error
    chosen = {each.choice.name: each.choice for each in found.mapping.values() if each.choice}
    if len(chosen) > CAPS.wheels:
        raise UserError(f"“{of}” needs more than {CAPS.wheels} other packages: that is refused.")
    needs = (
        each
        for candidate in found.mapping.values()
        for each in provider.get_dependencies(candidate)
    )
    return Resolved(
        choices=tuple(supply.measured(chosen[name]) for name in sorted(chosen)),
        host_needs=tuple(sorted({str(each) for each in host.split(needs)[0]})),
    )


class _Provider(AbstractProvider[Requirement, _Candidate, _Key]):
    """Tells resolvelib about wheels."""

    def __init__(self, supply: Supply, host: Host) -> None:
        self._supply = supply
        self._host = host

    def identify(self, requirement_or_candidate: Requirement | _Candidate) -> _Key:
        if isinstance(requirement_or_candidate, _Candidate):
            return requirement_or_candidate.key
        name = canonicalize_name(requirement_or_candidate.name)
        brought = self._host.brings(name)
        return _Key(name, frozenset() if brought else frozenset(requirement_or_candidate.extras))

    def get_preference(  # resolvelib calls it with all of these by name
        self,
        identifier: _Key,
        resolutions: Mapping[_Key, _Candidate],  # noqa: ARG002
        candidates: Mapping[_Key, Iterator[_Candidate]],  # noqa: ARG002
        information: Mapping[_Key, Iterator[_Information]],  # noqa: ARG002
        backtrack_causes: Sequence[_Information],
    ) -> tuple[bool, str]:
        """Settle what stood in the way first; the rest by name, so that results do not vary."""
        blamed = {self.identify(each.requirement) for each in backtrack_causes}
        return identifier not in blamed, identifier.name

    def find_matches(
        self,
        identifier: _Key,
        requirements: Mapping[_Key, Iterator[Requirement]],
        incompatibilities: Mapping[_Key, Iterator[_Candidate]],
    ) -> Callable[[], Iterator[_Candidate]]:
        limit = SpecifierSet()
        for key in requirements:
            if key.name == identifier.name:
                for each in requirements[key]:
                    limit &= each.specifier
        wrong = {each.version for each in incompatibilities[identifier]}
        return lambda: (
            each for each in self._candidates(identifier, limit) if each.version not in wrong
        )

    def is_satisfied_by(self, requirement: Requirement, candidate: _Candidate) -> bool:
        return requirement.specifier.contains(candidate.version, prereleases=True)

    def get_dependencies(self, candidate: _Candidate) -> list[Requirement]:
        choice = candidate.choice
        if choice is None:
            return []
        name, extras = candidate.key
        needs = needed(choice.requires, of=name, extras=("", *sorted(extras)))
        # The same package with and without extras is one wheel.
        return [Requirement(f"{name}=={choice.version}"), *needs] if extras else needs

    def _candidates(self, key: _Key, limit: SpecifierSet) -> Iterator[_Candidate]:
        if self._host.brings(key.name):
            here = self._host.version(key.name)
            if here and limit.contains(here, prereleases=True):
                yield _Candidate(key=key, version=here, choice=None)
            return
        for package in self._supply.find(Requirement(f"{key.name}{limit}")):
            if choice := self._supply.look(package):
                yield _Candidate(key=key, version=str(Version(choice.version)), choice=choice)


def _impossible(causes: Iterable[_Information], of: str, supply: Supply, host: Host) -> str:
    told = sorted(
        {
            f"{each.requirement} (for {each.parent.key.name if each.parent else of})"
            for each in causes
        }
    )
    brought = sorted(
        {
            f"MediaDesk brings {name} {version}"
            for each in causes
            if (version := host.version(name := canonicalize_name(each.requirement.name)))
        }
    )
    because = "; ".join([*brought, *dict.fromkeys(supply.refused)])
    return (
        f"“{of}” needs {' and '.join(told)}, and {supply.told} has no wheels for this computer "
        f"that fit{f' ({because})' if because else ''}: ask its maker, or add the wheels there."
    )
