"""Whose marks and taste there are."""

from typing import Protocol


class Profiles(Protocol):
    """The profiles of a household; who names none uses that of the settings."""

    def names(self) -> tuple[str, ...]:
        """Give the names of all, that of the settings first."""
        ...

    def add(self, name: str) -> tuple[str, ...]:
        """Make one and give the names of all."""
        ...
