"""Takes over what files tell of a person.

NFO files tell what was watched, or how far, stars and tags; the tags of music tell stars.
"""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from mediadesk.api import AUDIO, Event, EventKind
from mediadesk.engine.imported import keep, known_keys
from mediadesk.engine.messages import Change, Imported
from mediadesk.recommend.profile import State
from mediadesk.store import Database, Store, registers, versions
from mediadesk.store.registers import TAG, Edit

_MOST_STARS = 5.0
Found = tuple[str, Mapping[str, Any]]


def take_over_nfos(
    store: Store, *, states: Mapping[str, State], profile: str, dry_run: bool
) -> Imported:
    """Note as history what NFO files and tags of music say, where a person said nothing yet.

    The same is never taken twice, and what a person did here stands. It is one act, which can be
    taken back as a whole. `matched` counts what was watched, rated or tagged there.
    """
    db = store.read()
    found = list(_told(db))
    said = [(event, states.get(event.item, State())) for event in _events(found, profile)]
    had = known_keys(db, profile)
    # Two files of one item may tell the same.
    new = {
        event.context["imported"]: event
        for event, state in said
        if event.context["imported"] not in had and _is_new(event, state)
    }
    events = list(new.values())
    tags = list(
        dict.fromkeys((item, tag) for item, fields in found for tag in fields.get("tags", ()))
    )
    labels = registers.values(db, [item for item, _ in tags])
    edits = [
        Edit(item=item, field=TAG + tag, value=True)
        for item, tag in tags
        if TAG + tag not in labels.get(item, {})
    ]
    news = len(events) + len(edits)
    change: Change | None = None
    if news and not dry_run:
        says = f"Imported {news} {'entry' if news == 1 else 'entries'} from NFO files and tags"
        act = partial(keep, profile=profile, events=events, edits=edits, says=says)
        change = store.write(act, durable=True)
    total = len(said) + len(tags)
    return Imported(
        importer="NFO files and tags",
        matched=total,
        known=total - news,
        unmatched=(),
        kept=not dry_run,
        change=change,
    )


def _told(db: Database) -> Iterator[Found]:
    """Give what each source says, of stars the NFO file before the tags."""
    rows = db.conn.execute(
        "SELECT told.item, kind, fields FROM told JOIN item ON item.id = told.item"
        " WHERE (source = 'sidecar' OR (source = 'embedded' AND fields ->> 'stars' IS NOT NULL"
        "   AND NOT EXISTS(SELECT 1 FROM told AS beside WHERE beside.item = told.item"
        "    AND beside.source = 'sidecar' AND beside.fields ->> 'stars' IS NOT NULL)))"
        " AND EXISTS(SELECT 1 FROM location WHERE location.content = told.item)"
        " ORDER BY told.item"
    ).fetchall()
    now = versions.current(db, [item for item, _, _ in rows])
    for item, kind, fields in rows:
        said = json.loads(fields)
        if kind in AUDIO:  # of these they are the styles and moods of an album
            said.pop("tags", None)
        yield now[item], said


def _events(found: list[Found], profile: str) -> Iterator[Event]:
    for item, fields in found:
        at = _seconds(fields.get("last_played", ""))
        if fields.get("watched") or fields.get("plays"):
            kind = EventKind.FINISHED if at else EventKind.SEEN
            yield _event(profile, item, kind, at=at, value=1.0 if at else 0.0)
        elif fields.get("stopped"):
            second, length = fields["stopped"]
            stopped = _event(profile, item, EventKind.PLAYED, at=at, value=second / length)
            yield replace(stopped, context={**stopped.context, "position": second})
        if fields.get("stars"):
            yield _event(
                profile, item, EventKind.RATED, at=0.0, value=fields["stars"] / _MOST_STARS
            )


def _event(profile: str, item: str, kind: EventKind, *, at: float, value: float) -> Event:
    told = f"nfo|{item}|{kind}|{value}"
    key = hashlib.sha256(told.encode()).hexdigest()[:16]
    return Event(
        id="",
        profile=profile,
        item=item,
        kind=kind,
        at=at or time.time(),
        value=value,
        context={"imported": key} | ({} if at else {"undated": True}),
    )


def _is_new(event: Event, state: State) -> bool:
    if event.kind is EventKind.PLAYED:
        return state.played_at is None and not state.finished
    return state.stars is None if event.kind is EventKind.RATED else not state.finished


def _seconds(local: str) -> float:
    """Read YYYY-MM-DD HH:MM:SS in local time as unix seconds, 0 where it is none."""
    try:
        return max(0.0, time.mktime(time.strptime(local, "%Y-%m-%d %H:%M:%S")))
    except (ValueError, OverflowError):
        return 0.0
