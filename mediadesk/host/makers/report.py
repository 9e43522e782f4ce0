"""What a check of a plugin found."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "ok"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: `what` names it, and the sentence says how it is."""

    level: Level
    what: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All findings, in the order in which things were looked at."""

    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong; there may be warnings."""
        return all(finding.level != "error" for finding in self.findings)
