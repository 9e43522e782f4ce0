"""The fields of items that a person can edit: what may stand in them, and what stands there."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from mediadesk.api import Kind, UserError
from mediadesk.engine.messages import FIELDS, Common, FieldView
from mediadesk.store import Database, registers, told
from mediadesk.texts import plain

_LONGEST = 2_000
_LONGEST_NAME = 200
_RANGES = {
    "year": (1000, 2999),
    "season": (0, 9999),
    "episode": (0, 99999),
    "disc": (1, 999),
    "track": (1, 9999),
}
_LABELS = {"album_artist": "album artist"}
TEXTS = frozenset({"title", "artist", "album", "genres", "description"})
"""What the words of an item are made of."""


def cleaned(fields: Mapping[str, object]) -> dict[str, Any]:
    """Give what a person set, as it is kept: text, a number, a list of genres, None to unlock.

    Raises:
        UserError: if there is no such field, or this can't stand in it: a line for each that is
            wrong.
    """
    if not fields:
        raise UserError(f"Nothing is to be changed: name a field, {_listing(FIELDS)}.")
    if strange := [name for name in fields if name not in FIELDS]:
        raise UserError(f"There is no field “{strange[0]}”: choose {_listing(FIELDS)}.")
    found: dict[str, Any] = {}
    wrong: list[str] = []
    for name, value in fields.items():
        try:
            found[name] = _read(name, value)
        except UserError as error:
            wrong.append(str(error))
    if wrong:
        raise UserError("\n".join(wrong))
    return found


def label(field: str) -> str:
    """Give a field's name as it is read."""
    return _LABELS.get(field, field)


def name(text: str, what: str) -> str:
    """Give the name of a tag or a collection as it is kept.

    Raises:
        UserError: if it is none.
    """
    found = " ".join(clean(text).split())
    if not found:
        raise UserError(f"An empty name is no {what}: write one.")
    if len(found) > _LONGEST_NAME:
        raise UserError(
            f"“{found[:40]}…” is too long for a {what}: {_LONGEST_NAME} characters are the most."
        )
    if '"' in found:
        raise UserError(f"The name of a {what} can't hold the character \": leave it out.")
    return found


def tags(names: Iterable[str]) -> list[str]:
    """Give the names of tags as they are kept, each once in whatever spelling.

    Raises:
        UserError: if one is none.
    """
    found: dict[str, str] = {}
    for each in names:
        found.setdefault((kept := name(each, "tag")).casefold(), kept)
    return list(found.values())


def views(db: Database, item: str) -> tuple[FieldView, ...]:
    """View all fields of an item, each with what its sources say, the strongest first."""
    layers = told.said(db, [item])[item]
    return tuple(_view(field, layers) for field in FIELDS)


def common(db: Database, items: Sequence[str]) -> Common:
    """Tell what items have in common."""
    shared: dict[str, set[str]] = {field: set() for field in FIELDS}
    for layers in told.said(db, items).values():
        for field in FIELDS:
            shared[field].add(_view(field, layers).value)
    tags: dict[str, int] = {}
    for labels in registers.labels(db, items).values():
        for each in labels:
            tags[each] = tags.get(each, 0) + 1
    return Common(
        items=len(items),
        fields={field: next(iter(values)) for field, values in shared.items() if len(values) == 1},
        tags=tuple(sorted(tags.items(), key=lambda pair: pair[0].casefold())),
    )


def _view(field: str, layers: Iterable[tuple[str, Mapping[str, Any]]]) -> FieldView:
    said = tuple((source, _shown(fields[field])) for source, fields in layers if field in fields)
    source, value = said[0] if said else ("", "")
    return FieldView(name=field, value=value, source=source, locked=source == "user", said=said)


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _read(field: str, value: object) -> Any:  # noqa: ANN401 - as the field is
    if value is None:
        return None
    reader: Callable[[object], Any] = _READERS.get(field, partial(_line, field))
    return reader(value)


def _line(field: str, value: object) -> str:
    text = clean(_string(field, value))
    if field != "description":
        text = " ".join(text.split())
    if len(text) > _LONGEST:
        raise UserError(
            f"The {label(field)} “{text[:40]}…” is too long: {_LONGEST:,} characters are the most."
        )
    return text


def _title(value: object) -> str:
    if not (title := _line("title", value)):
        raise UserError("A title can't be empty: write one, or unlock it to have that of the file.")
    return title


def _number(field: str, value: object) -> int | None:
    first, last = _RANGES[field]
    if isinstance(value, str):
        if not value.strip():
            return None
        value = int(value) if re.fullmatch(r"\s*[0-9]{1,9}\s*", value) else value
    if not isinstance(value, int) or isinstance(value, bool) or not first <= value <= last:
        raise UserError(f"“{value}” is no {field}: give a number from {first} to {last}.")
    return value


def _kind(value: object) -> str:
    if value not in set(Kind):
        raise UserError(f"There is no kind “{value}”: choose {_listing(Kind)}.")
    return str(value)


def _genres(value: object) -> list[str]:
    given: Iterable[object] = value.split(",") if isinstance(value, str) else ()
    if isinstance(value, list | tuple):
        given = value
    elif not isinstance(value, str):
        raise UserError(f"“{value}” are no genres: give them with commas between.")
    genres = (_line("genres", each) for each in given)
    found: dict[str, str] = {}
    for each in genres:
        if each:
            found.setdefault(each.casefold(), each)
    return list(found.values())


def _string(field: str, value: object) -> str:
    if not isinstance(value, str):
        raise UserError(f"“{value}” is no {label(field)}: give a text.")
    return value


def clean(text: str) -> str:
    """Give a text without control characters and turns of direction; none if nothing is seen."""
    kept = plain(unicodedata.normalize("NFC", text))
    is_seen = any(unicodedata.category(each)[0] not in "ZC" for each in kept)
    return kept.strip() if is_seen else ""


def _listing(words: Iterable[str]) -> str:
    *others, last = map(str, words)
    return f"{', '.join(others)} or {last}"


_READERS: dict[str, Callable[[object], Any]] = {
    "title": _title,
    "kind": _kind,
    "genres": _genres,
    **{field: partial(_number, field) for field in _RANGES},
}
