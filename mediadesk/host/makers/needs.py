"""Which permissions a plugin needs for what it offers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mediadesk.host.manifest import Permissions

NEEDS = {
    "extractors": "read-media",
    "metadata_readers": "read-media",
    "rankers": "read-history",
    "explainers": "read-history",
    "shelves": "read-history",
    "listeners": "read-history",
    "players": "programs",
}
"""Hook → the permission that its parts can do nothing without."""


def missing(permissions: Permissions, parts: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """Say which permissions are not declared and are needed for these parts, hook → parts."""
    declared = {grant.permission for grant in permissions.grants()}
    for hook, own in parts.items():
        needed = NEEDS.get(hook)
        if own and needed and needed not in declared:
            yield f"It offers {hook.replace('_', ' ')} without the permission “{needed}”."
    programs = permissions.programs.names if permissions.programs else ()
    for player in parts.get("players", ()):
        if programs and player.program not in programs:
            yield f"Its player “{player.name}” starts “{player.program}”, which is not declared."


def unused(
    permissions: Permissions, parts: Mapping[str, Sequence[Any]], uses: frozenset[str]
) -> Iterator[str]:
    """Say which permissions are declared for nothing.

    Args:
        permissions: what is declared.
        parts: hook → what the plugin offers.
        uses: the attributes that its code reads: data, fetch.
    """
    offered = {NEEDS.get(hook) for hook, own in parts.items() if own}
    started = {player.program for player in parts.get("players", ())}
    for grant in permissions.grants():
        is_used = {
            "read-media": grant.permission in offered,
            "read-history": grant.permission in offered,
            "write-data": "data" in uses,
            "network": "fetch" in uses,
            "gpu": True,  # its libraries may use the card where nobody sees it
            "programs": grant.detail in started,
        }
        if not is_used[grant.permission]:
            what = f"{grant.permission} {grant.detail}".strip()
            yield f"It declares the permission “{what}” and seems not to use it."
