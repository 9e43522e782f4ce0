"""Tells what a sync would change, as people see it: of which item what, from what to what."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from mediadesk.api import EventKind
from mediadesk.engine.fields import label
from mediadesk.engine.messages import Difference
from mediadesk.recommend.history import History
from mediadesk.recommend.profile import State
from mediadesk.store import (
    Database,
    changes,
    collections,
    devices,
    erasing,
    library,
    merges,
    merging,
    profiles,
    registers,
    versions,
)
from mediadesk.store.devices import REVOKED
from mediadesk.store.leanings import LEANINGS
from mediadesk.store.pins import HOUSEHOLD
from mediadesk.store.profiles import PROFILE
from mediadesk.store.registers import DEVICE, SETTING, TAG
from mediadesk.store.removing import COLLECTION, IN, REMOVED

_LONGEST = 80
_NOT_HERE = "An item whose name is not known here yet"
_VERDICTS = {
    EventKind.LIKE: "liked", EventKind.LESS: "less like this", EventKind.HIDE: "hidden",
    EventKind.NOT_NOW: "not now",
}  # fmt: skip
_THINGS = {
    HOUSEHOLD: "The household", PROFILE: "Profile", LEANINGS: "What is wanted more and less",
    SETTING: "Settings of all devices",
}  # fmt: skip
_BARE = frozenset({REMOVED, REVOKED})  # what they say beyond that it is so tells people nothing
_NAMES = {"in": "collection", "apart": "not the same as", "joins": "series"}


def differences(before: Database, after: Database) -> list[tuple[str, Difference]]:
    """Give what is another thing `after` than `before`, of what came from other devices, in order.

    With each stands the id of the device that says so.

    What came of several about one field is that of whose word counts.
    """
    came = list(_told_of(after, merges.since(after, merges.tops(before))))
    now = versions.current(after, {op["item"] for _, op in came})
    wrote: dict[tuple[str, str, str], str] = {}
    judged: dict[tuple[str, str], str] = {}
    joined: dict[str, str] = {}
    erased: dict[str, str] = {}
    for device, op in came:
        if op["kind"] == "set":
            wrote[op["profile"], now[op["item"]], op["field"]] = device
        elif op["kind"] == "event":
            judged[op["profile"], now[op["item"]]] = device
        elif op["kind"] == "alias":
            joined[op["item"]] = device
        elif op["kind"] == erasing.STONE:
            erased[op["item"]] = device
    names = devices.names(after)
    things = {item for _, item, _ in wrote} | {item for _, item in judged} | {PROFILE}
    # What counts as another item by then goes by the title that it has.
    titles = _titles(after, things, names) | _titles(before, joined, names)
    found = [
        *_fields(before, after, wrote),
        *_states(before, after, judged),
        *_joins(before, after, joined),
        *_erasures(before, after, erased),
    ]
    return [
        (
            device,
            Difference(
                device=names.get(device, ""),
                item=item,
                title=titles[item],
                field=f"{field} ({profile})" if profile else field,
                old=_short(old),
                new=_short(new),
            ),
        )
        for device, profile, item, field, old, new in found
    ]


def summary(found: Iterable[Difference]) -> str:
    """Tell in a sentence what would change: of how many things which field."""
    counts = Counter(each.field for each in found)
    parts = [
        f"the {field} of {count:,} thing{'' if count == 1 else 's'}"
        for field, count in counts.most_common()
    ]
    if not parts:
        return "Nothing that you see would change."
    *others, last = parts
    return f"It would change {', '.join(others)}{' and ' if others else ''}{last}."


_Found = tuple[str, str, str, str, str, str]
"""Device, profile, thing, field, from what, to what."""


def _told_of(db: Database, came: Iterable[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give who speaks and of what: where an act is taken back, of all that it had said."""
    for op in came:
        if op["kind"] == changes.UNDO:
            yield from ((op["device"], each) for each in merging.of_acts(db, [op["item"]]))
        else:
            yield op["device"], op


def _fields(
    before: Database, after: Database, wrote: Mapping[tuple[str, str, str], str]
) -> Iterator[_Found]:
    said: dict[str, list[str]] = defaultdict(list)
    for profile, item, _ in wrote:
        said[profile].append(item)
    then = {who: registers.values(before, items, profile=who) for who, items in said.items()}
    now = {who: registers.values(after, items, profile=who) for who, items in said.items()}
    called = {each.id: each.name for each in collections.listed(after)}
    for (profile, item, field), device in wrote.items():
        old = then[profile].get(item, {}).get(field)
        new = now[profile].get(item, {}).get(field)
        if old != new:
            name, values = _told(item, field, (old, new), called)
            yield device, profile, item, name, *values


def _told(
    item: str, field: str, values: tuple[Any, Any], called: Mapping[str, str]
) -> tuple[str, tuple[str, str]]:
    """Give a field's name and what stood and stands in it, as people read them."""
    if item == HOUSEHOLD:
        return "PIN", _both(values, lambda _: "set")
    if item in {SETTING, PROFILE} or field in _BARE:
        is_told = item == SETTING or field == "members"
        return field.replace("_", " "), _both(values, _text if is_told else lambda _: "yes")
    if item == LEANINGS:
        return "taste", _both(values, lambda value: f"{field} {value:+g}")
    kind, slash, name = field.partition("/")
    if field.startswith(TAG):
        return "tags", _both(values, lambda value: name if value else f"not {name}")
    if field.startswith(IN):
        return "collection", _both(values, lambda _: called.get(name, name))
    called_so = f"{name} when played" if slash and kind == "play" else _NAMES.get(kind, label(kind))
    return called_so, _both(values, _text)


def _both(values: tuple[Any, Any], say: Callable[[Any], str]) -> tuple[str, str]:
    old, new = ("" if value is None else say(value) for value in values)
    return old, new


def _text(value: Any) -> str:  # noqa: ANN401 - what JSON holds
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(each if isinstance(each, str) else _text(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{each}" for each in value.values() if each and each is not True)
    return value if isinstance(value, str) else json.dumps(value)


def _states(
    before: Database, after: Database, judged: Mapping[tuple[str, str], str]
) -> Iterator[_Found]:
    history = (History(), before), (History(), after)
    for profile in dict.fromkeys(profile for profile, _ in judged):
        then, now = (each.states(db, profile) for each, db in history)
        for (who, item), device in judged.items():
            if who == profile:
                old, new = (_marks(each.get(item) or State()) for each in (then, now))
                for field in new:
                    if old[field] != new[field]:
                        yield device, profile, item, field, old[field], new[field]


def _joins(before: Database, after: Database, joined: Mapping[str, str]) -> Iterator[_Found]:
    """Tell which contents count as other items, by the titles of these."""
    then, now = (versions.current(db, joined) for db in (before, after))
    titles = _titles(before, then.values(), {}), _titles(after, now.values(), {})
    for content, device in joined.items():
        if then[content] != now[content]:
            old, new = (
                "" if each[content] == content else titled[each[content]]
                for each, titled in zip((then, now), titles, strict=True)
            )
            yield device, "", content, "same as", old, new


def _erasures(before: Database, after: Database, erased: Mapping[str, str]) -> Iterator[_Found]:
    left = set(profiles.names(after))
    for name in profiles.names(before):
        if name not in left and (device := erased.get(erasing.digest(name))):
            yield device, name, PROFILE, "made", "yes", ""


def _marks(state: State) -> dict[str, str]:
    minutes, seconds = divmod(int(state.position), 60)
    at = f"{minutes // 60}:{minutes % 60:02}:{seconds:02}" if state.underway else ""
    return {
        "stars": "" if state.stars is None else f"{state.stars:g}",
        "opinion": _VERDICTS.get(state.verdict, "") if state.verdict else "",
        "seen": "yes" if state.finished else "",
        "position": at,
        "plays": str(state.plays or ""),
    }


def _titles(db: Database, things: Iterable[str], names: Mapping[str, str]) -> dict[str, str]:
    wanted = list(things)
    said = registers.values(db, wanted)
    known = library.titles(db, wanted)
    return {each: _title(each, said.get(each, {}), known, names) for each in wanted}


def _title(
    thing: str, said: Mapping[str, Any], known: Mapping[str, str], names: Mapping[str, str]
) -> str:
    if thing.startswith(COLLECTION):
        return f"Collection “{said.get('name') or thing.removeprefix(COLLECTION)}”"
    if thing.startswith(DEVICE):
        return f"Device “{names.get(thing.removeprefix(DEVICE), thing)}”"
    kind, slash, name = thing.partition("/")
    if slash:
        return f"{kind.capitalize()} “{name}”"
    if thing in _THINGS:
        return _THINGS[thing]
    return str(said.get("title") or known.get(thing) or _NOT_HERE)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
