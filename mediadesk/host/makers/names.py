"""Whether people can read the names of a plugin's parts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_ODD = re.compile(r"_|[a-z][A-Z]|^[ -~]{1,2}$")
_SEAM = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])")
_SEEN = {
    "extractors": "Why says “alike in {name}”",
    "rankers": "Why says “the plugin’s ranker “{name}” places it here”",
}
"""Hook → where a person meets a name; of all others, on the plugin's page."""


def unreadable(parts: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """Say which names look like code; a part with a title is known by that one."""
    for hook, own in parts.items():
        for part in own:
            name = part.name
            if hasattr(part, "title") or not _ODD.search(name):
                continue
            seen = _SEEN.get(hook, "the plugin's page lists “{name}”").format(name=name)
            better = _SEAM.sub("-", name).strip("-").lower()
            like = f", such as “{better}”" if better != name else ""
            yield f"People read the name “{name}” ({seen}): use words with hyphens{like}."
