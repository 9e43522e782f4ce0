"""Commands of the panel: what to play next, why, and what you think of it."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Annotated

import typer

from mediadesk.api.errors import UserError
from mediadesk.cli.browse import line
from mediadesk.cli.common import AsJson, Limit, Name, Profile, emit, engine
from mediadesk.engine.messages import (
    Effect,
    FeedbackKind,
    Listing,
    Move,
    Origin,
    Panel,
    PlayKind,
    Presence,
    Verbs,
    Why,
)

_NOTHING = (
    "Nothing to recommend yet: add a folder with “mediadesk library add FOLDER”, then run "
    "“mediadesk analyze --wait”."
)


def for_you(
    context: typer.Context, limit: Limit = 12, profile: Profile = None, as_json: AsJson = False
) -> None:
    """Say what to play next, shelf by shelf, with reasons."""
    with engine(context) as opened:
        emit(opened.for_you(profile=profile, limit=limit), as_json=as_json, text=_panel)


def start(
    context: typer.Context, limit: Limit = 12, profile: Profile = None, as_json: AsJson = False
) -> None:
    """Show a few items that differ: like two or three of them, and the panel becomes yours."""
    with engine(context) as opened:
        emit(opened.starters(profile=profile, limit=limit), as_json=as_json, text=_starters)


def why(
    context: typer.Context, name: Name, profile: Profile = None, as_json: AsJson = False
) -> None:
    """Explain an item's place in the panel."""
    with engine(context) as opened:
        found = opened.why(name, profile=profile)
        emit(found, as_json=as_json, text=partial(_why, titles=_seeds(opened, found)))


def feedback(
    context: typer.Context,
    name: Name,
    kind: Annotated[FeedbackKind, typer.Argument(help="What you think of it.")],
    preview: Annotated[
        bool, typer.Option("--preview", help="Only say what would change; nothing is kept.")
    ] = False,
    limit: Limit = 12,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Like an item, ask for less like it, hide it, put it off, or take the last one back."""
    with engine(context) as opened:
        if preview:
            told = opened.preview(name, kind, profile=profile, limit=limit)
            emit(told, as_json=as_json, text=_preview)
            return
        done = opened.feedback(name, kind, profile=profile, limit=limit)
        emit(done.after, as_json=as_json, text=_panel)


def event(  # noqa: PLR0913 - an option each
    context: typer.Context,
    name: Name,
    kind: Annotated[PlayKind, typer.Argument(help="What happened.")],
    share: Annotated[float, typer.Option(help="The share played, 0 to 1.")] = 0.0,
    position: Annotated[float, typer.Option(help="Where it stopped, in seconds.")] = 0.0,
    at: Annotated[str | None, typer.Option(help="When, in ISO 8601; now by default.")] = None,
    page: Annotated[str, typer.Option(help="On which page it stood, such as for-you.")] = "",
    shelf: Annotated[str, typer.Option(help="On which shelf of the panel, by its id.")] = "",
    slot: Annotated[int, typer.Option(min=0, help="At which place of the shelf, from 1.")] = 0,
    arm: Annotated[str, typer.Option(help="Which side of a contest put it there.")] = "",
    unattended: Annotated[
        float, typer.Option(min=0, help="Seconds nobody had been there when it began by itself.")
    ] = 0.0,
    paused: Annotated[float, typer.Option(min=0, help="Seconds it stood paused until now.")] = 0.0,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Note that an item was played, finished, abandoned, opened or shown."""
    with engine(context) as opened:
        opened.event(
            name,
            kind,
            share=share,
            position=position,
            at=_seconds(at),
            origin=Origin(page=page, shelf=shelf, slot=slot, arm=arm),
            presence=Presence(unattended=unattended, paused=paused),
            profile=profile,
        )
        found = opened.why(name, profile=profile)
        emit(found, as_json=as_json, text=partial(_why, titles=_seeds(opened, found)))


def _seconds(written: str | None) -> float | None:
    if written is None:
        return None
    try:
        return datetime.fromisoformat(written).astimezone().timestamp()
    except (ValueError, OverflowError) as error:
        raise UserError(f"“{written}” is no time: write it like 2026-11-22T20:15.") from error


def _starters(listing: Listing) -> str:
    if not listing.items:
        return _NOTHING
    said = "Like two or three of these with “mediadesk feedback ID like”:"
    return "\n".join([said, *(f"  {line(item)}" for item in listing.items)])


def _panel(panel: Panel) -> str:
    if not panel.shelves:
        return _NOTHING
    at = panel.made_at and datetime.fromtimestamp(panel.made_at).astimezone()
    lines = ["", f"As “{panel.made_by}” made it, {at:%Y-%m-%d %H:%M}."] if at else []
    for shelf in panel.shelves:
        lines += ["", shelf.title]
        for card in shelf.items:
            lines.append(f"  {line(card)}")
            lines += [f"                {reason.text}" for reason in card.reasons[:1]]
    return "\n".join(lines[1:])


def _preview(told: Effect) -> str:
    titles = {shelf.id: shelf.title for shelf in (*told.before.shelves, *told.after.shelves)}
    lines = [line(told.item)]
    for shelf, group in groupby(told.moves, key=lambda move: move.shelf):
        lines += ["", titles[shelf], *(f"  {_moved(move)}" for move in group)]
    return "\n".join(lines if told.moves else [*lines, "  Nothing would move."])


def _moved(move: Move) -> str:
    if move.before is None:
        return f"+ {move.after:>3}  {move.item.title}"
    if move.after is None:
        return f"- {move.before:>3}  {move.item.title}"
    return f"  {move.before:>3} → {move.after}  {move.item.title}"


def _seeds(opened: Verbs, found: Why) -> dict[str, str]:
    """Give the titles of the items that brought this one up."""
    return {each.id: each.title for each in opened.views(list(found.without))}


def _why(found: Why, titles: Mapping[str, str]) -> str:
    place = f"Place {found.rank} of {found.of}." if found.rank else found.note
    lines = [line(found.item), f"  {place}"]
    lines += [f"  {reason.share:+.2f}  {reason.text}" for reason in found.reasons]
    lines += [
        f"  without “{titles.get(seed, seed[:12])}” it would be at place {rank}"
        for seed, rank in found.without.items()
        if rank is not None
    ]
    return "\n".join(lines)
