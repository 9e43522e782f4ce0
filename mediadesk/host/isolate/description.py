"""What a plugin says of its parts when it is loaded, as it crosses and as it is kept."""

from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import msgspec

from mediadesk.host.isolate.contract import HOOKS
from mediadesk.host.isolate.finder import own_file
from mediadesk.host.isolate.wire import Unpacker

_LONGEST_NAME = 100
Attributes = Mapping[str, Any]
Description = Mapping[str, tuple[Attributes, ...]]
"""Hook → the attributes of each part."""


def understood(described: bytes, roots: Sequence[Path]) -> Description:
    """Read what a plugin whose folders are `roots` has said of its parts.

    Raises:
        ValueError: if it is not what the API says.
    """
    found = Unpacker(place=partial(own_file, roots=roots)).unpack(described, _all_parts())
    description = {
        hook: tuple(msgspec.structs.asdict(part) for part in getattr(found, hook)) for hook in HOOKS
    }
    for part in (part for parts in description.values() for part in parts):
        for name in (each for each in part.values() if isinstance(each, str)):
            if not (0 < len(name) <= _LONGEST_NAME and name.isprintable()):
                raise ValueError(f"a part has the name or title {name[:_LONGEST_NAME]!r}")
    return description


@cache
def _all_parts() -> Any:  # noqa: ANN401 - a type made here
    """Make the type of a description: a field for each hook."""
    fields = []
    for hook, shape in HOOKS.items():
        part = msgspec.defstruct(hook, list(shape.attributes.items()))
        fields.append((hook, tuple[part, ...]))  # type: ignore[valid-type]
    return msgspec.defstruct("Parts", fields)
