"""What an entry of another device's log may say, so that whatever reads it here can rely on it.

Of kinds and fields that only a newer MediaDesk knows anything may be said, as long as it is JSON.
"""

import json
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from mediadesk.api import Kind
from mediadesk.settings import EVERYWHERE
from mediadesk.store import changes
from mediadesk.store.contests import CONTESTS
from mediadesk.store.leanings import LEANINGS
from mediadesk.store.merging import Act, Row
from mediadesk.store.notes import NOTE
from mediadesk.store.pins import HOUSEHOLD
from mediadesk.store.profiles import PROFILE
from mediadesk.store.registers import APART, DEVICE, SETTING, TAG
from mediadesk.store.removing import COLLECTION, IN, REMOVED

_DEEPEST = 64  # nested lists and objects; ours have four
_LONGEST_NAME = 10_000
_Finite = Annotated[float, Meta(ge=-1e15, le=1e15)]
_Time = Annotated[float, Meta(ge=-6e10, le=2.5e11)]  # the years 69 to 9892
_Whole = Annotated[int, Meta(ge=0, le=2**53)]
_Id = Annotated[str, Meta(pattern="^[A-Za-z0-9-]{1,64}$")]
_Name = Annotated[str, Meta(max_length=_LONGEST_NAME)]
_Salt = Annotated[str, Meta(pattern="^[0-9a-f]{0,32}$")]
_ACT = tuple[_Id, _Time, _Name, _Whole]


class _Context(msgspec.Struct):
    position: _Finite = 0.0
    watched: _Finite | None = None
    unattended: _Finite | None = None
    paused: _Finite | None = None
    imported_at: _Time = 0.0
    imported: str = ""
    event: str = ""
    query: str = ""
    members: list[str] = []


class _Search(_Context, kw_only=True):
    query: str


class _Body(msgspec.Struct):
    kind: str
    profile: str
    at: _Time
    value: _Finite
    context: _Context


class _Searched(_Body):
    context: _Search


class _Track(msgspec.Struct):
    language: str = ""
    name: str = ""
    path: str = ""
    off: bool = False


class _Contest(msgspec.Struct):
    first: str
    second: str
    since: _Time
    until: _Time | None = None


class _Limits(msgspec.Struct):
    max_age: Annotated[int, Meta(ge=0, le=150)] | None = None
    blocked_tags: list[_Name] = []
    allowed_tags: list[_Name] = []
    allowed_collections: list[_Name] = []
    allowed_items: list[_Name] = []
    pin: _Salt = ""


class _Pin(msgspec.Struct):
    salt: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
    hash: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    after: _Salt


class _Removal(msgspec.Struct):
    seen: dict[_Id, _Whole]


class _Note(msgspec.Struct):
    text: str | None
    seen: dict[_Id, dict[_Name, _Whole]]


_FIELDS: dict[str, Any] = {
    **dict.fromkeys(("title", "artist", "album", "album_artist", "description", "series"), str),
    **dict.fromkeys(("year", "season", "episode", "disc", "track"), _Whole),
    "kind": Kind,
    NOTE: str | _Note,
    "genres": list[str],
    "chapters": list[tuple[_Finite, str]],
    "play/audio": _Track,
    "play/subtitle": _Track,
    "play/speed": Annotated[float, Meta(gt=0, le=100)],
}
_PREFIXES: dict[str, Any] = {TAG: bool, APART: bool, IN: _Whole, "joins/": str}
_THINGS: dict[str, dict[str, Any]] = {
    COLLECTION: dict.fromkeys(("name", "search", "sort"), str) | {REMOVED: bool | _Removal},
    DEVICE: {"name": str, "revoked": _Whole},
    PROFILE: {"made": _Time, "members": list[_Name], "limits": _Limits},
    HOUSEHOLD: {"pin": _Pin},
    SETTING: dict(EVERYWHERE),
    CONTESTS: {"latest": _Contest},
}
"""Thing → field → what it may say; those that end in a stroke are many."""


def is_sound(row: Row) -> bool:
    """Tell whether an entry of a log is one that a MediaDesk may write."""
    device, _, _, kind, item, field, value, prev, profile, change = row
    names = (device, kind, item, field, profile, change or "")
    if max(map(len, names)) > _LONGEST_NAME:
        return False
    try:
        if prev is not None:
            _read(prev)
        told = _read(value)
        if kind == "event":
            body = msgspec.convert(told, _Searched if field == "searched" else _Body)
            return (body.kind, body.profile) == (field, profile)
        msgspec.convert(told, _type(kind, item, field))
    except (ValueError, RecursionError):
        return False
    return told != item if kind == "alias" else bool(profile) or item != PROFILE


def is_sound_act(act: Act) -> bool:
    """Tell whether an act is one that a MediaDesk may do."""
    try:
        msgspec.convert(act, _ACT)
    except ValueError:
        return False
    return True


def _type(kind: str, item: str, field: str) -> Any:  # noqa: ANN401 - a type or a union of some
    if kind == changes.UNDO:
        return bool
    if kind == "alias":
        return str | None
    return _of_register(item, field) | None if kind == "set" else Any


def _of_register(item: str, field: str) -> Any:  # noqa: ANN401 - as above
    if item == LEANINGS:
        return _Finite
    own = next((told for thing, told in _THINGS.items() if _is_of(item, thing)), None)
    if own is not None:
        return own.get(field, Any)
    prefixed = (kind for prefix, kind in _PREFIXES.items() if field.startswith(prefix))
    return _FIELDS.get(field) or next(prefixed, Any)


def _is_of(item: str, thing: str) -> bool:
    return item.startswith(thing) if thing.endswith("/") else item == thing


def _read(text: str) -> object:
    """Read JSON that says each thing once, is not too deep, and holds nothing but characters."""
    told = _read_plain(text)
    if told is None:
        told = _DECODER.decode(text)
        if "\\u" in text:
            json.dumps(told, ensure_ascii=False).encode()
    if text.count("[") + text.count("{") > _DEEPEST:
        _check_depth(told, _DEEPEST)
    return told


def _read_plain(text: str) -> object:
    """Read JSON without escapes, which is fast to check; None where it may say a thing twice."""
    if "\\" in text:
        return None
    try:
        told: object = msgspec.json.decode(text)
    except (ValueError, RecursionError):
        return None
    # Of what is said twice one is left, and of its name no quotation marks.
    return told if msgspec.json.encode(told).count(b'"') == text.count('"') else None


def _check_depth(told: object, room: int) -> None:
    if not room:
        raise ValueError("too deep")
    if isinstance(told, list | dict):
        for each in told.values() if isinstance(told, dict) else told:
            _check_depth(each, room - 1)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    # SQLite takes the first of two, Python the last.
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("said twice")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(constant)


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_refuse)
