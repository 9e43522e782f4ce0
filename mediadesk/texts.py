"""Texts that come from files, plugins and other devices, which may hold more than can be read."""

import re
from typing import TypeVar

T = TypeVar("T")
_UNSEEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(text: str) -> str:
    """Leave out control characters, but for ends of lines and tabs, and halves of characters.

    And turns of the direction of writing, by which a name looks like another.
    """
    return text if text.isascii() and text.isprintable() else _UNSEEN.sub("", text)


def plain_in(value: T) -> T:
    """Do so in all texts of what JSON can hold, the names of fields, too."""
    found: object = value
    if isinstance(value, str):
        found = plain(value)
    elif isinstance(value, dict):
        found = {plain(name): plain_in(each) for name, each in value.items()}
    elif isinstance(value, list):
        found = [plain_in(each) for each in value]
    return found  # type: ignore[return-value]
