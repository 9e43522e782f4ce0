"""Commands that rate, mark, tag, note and edit items, and take it back."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated

import typer

from mediadesk.api.errors import UserError
from mediadesk.cli.browse import line
from mediadesk.cli.common import AsJson, Limit, Name, Profile, clock, emit, engine
from mediadesk.engine.messages import FIELDS, Change, ChapterView, Twins, Verbs

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="ITEM…", help="Ids of items, or their files.", show_default=False),
]
Search = Annotated[
    str | None, typer.Option(help="All items that this search finds, instead of ITEMs.")
]


def rate(
    context: typer.Context,
    names: Names = None,
    stars: Annotated[
        str, typer.Argument(metavar="STARS", help="0.5 to 5 in halves, or none.")
    ] = "",
    search: Search = None,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Rate items with stars, or take their rating away."""
    given = _stars(stars)
    with engine(context) as opened:
        ids = named(opened, names, search, profile)
        done(opened.organising.rate(ids, given, profile=profile), as_json=as_json)


def mark(
    context: typer.Context,
    names: Names = None,
    watched: Annotated[
        bool | None, typer.Option("--watched/--unwatched", help="What they are marked as.")
    ] = None,
    search: Search = None,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Mark items as watched or as not."""
    if watched is None:
        raise UserError("Say which mark is meant: add --watched or --unwatched.")
    with engine(context) as opened:
        ids = named(opened, names, search, profile)
        done(opened.organising.mark(ids, watched=watched, profile=profile), as_json=as_json)


def tag(
    context: typer.Context,
    names: Names = None,
    add: Annotated[list[str] | None, typer.Option(help="A tag to add; may be repeated.")] = None,
    remove: Annotated[
        list[str] | None, typer.Option(help="A tag to take away; may be repeated.")
    ] = None,
    search: Search = None,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Put tags on items, and take tags from them."""
    with engine(context) as opened:
        ids = named(opened, names, search, profile)
        done(opened.organising.tag(ids, add=add or (), remove=remove or ()), as_json=as_json)


def tags(context: typer.Context, as_json: AsJson = False) -> None:
    """List the tags that you have put, with how many items have each."""
    with engine(context) as opened:
        emit(opened.organising.all_tags(), as_json=as_json, text=_tags)


def note(
    context: typer.Context,
    name: Name,
    text: Annotated[
        str | None, typer.Argument(help="The new note, empty to remove it.", show_default=False)
    ] = None,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Show the note on an item, or write one."""
    with engine(context) as opened:
        if text is None:
            written = opened.item(name, profile=profile).note
            emit({"note": written}, as_json=as_json, text=_note)
        else:
            done(opened.organising.write_note(name, text, profile=profile), as_json=as_json)


def chapters(
    context: typer.Context,
    name: Name,
    keep: Annotated[
        bool, typer.Option("--keep", help="Make those its own that are proposed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the chapters of an item: its own, else those that are proposed."""
    with engine(context) as opened:
        if keep:
            done(opened.organising.keep_chapters(name), as_json=as_json)
        else:
            emit(opened.item(name).chapters, as_json=as_json, text=_chapters)


def edit(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="ITEM… FIELD=VALUE…",
            help="Items, then what is to be changed, as in “year=1999” or “genres=Folk, Rock”; "
            f"“year=” alone unlocks it. The fields are {', '.join(FIELDS)}; a file with = in its "
            "name is written with its folder, as in ./a=b.mkv.",
        ),
    ],
    search: Search = None,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Set fields of items, which no file changes any more; or unlock them."""
    pairs = [word.partition("=") for word in words if _is_field(word)]
    names = [word for word in words if not _is_field(word)]
    with engine(context) as opened:
        ids = named(opened, names, search, profile)
        fields = {_field(said): value or None for said, _, value in pairs}
        done(opened.organising.edit(ids, fields), as_json=as_json)


def changes(context: typer.Context, limit: Limit = 20, as_json: AsJson = False) -> None:
    """List what was changed, the newest first."""
    with engine(context) as opened:
        emit(opened.organising.changes(limit=limit), as_json=as_json, text=_changes)


def undo(
    context: typer.Context,
    change: Annotated[
        str | None, typer.Argument(help="Its id; the last change without one.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take back a change; an undo is a change that can be taken back, too."""
    with engine(context) as opened:
        done(opened.organising.undo(change), as_json=as_json)


def duplicates(
    context: typer.Context, limit: Limit = 100, profile: Profile = None, as_json: AsJson = False
) -> None:
    """Find items that are the same work, the surest first."""
    with engine(context) as opened:
        emit(opened.organising.twins(limit=limit, profile=profile), as_json=as_json, text=_twins)


def merge(
    context: typer.Context,
    keep: Annotated[str, typer.Argument(metavar="KEEP", help="The item that stays.")],
    others: Annotated[list[str], typer.Argument(metavar="OTHER…", help="The same as that one.")],
    as_json: AsJson = False,
) -> None:
    """Make items one, with all that was said of them; no file is touched."""
    with engine(context) as opened:
        done(opened.organising.merge(keep, others), as_json=as_json)


def apart(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="ITEM…", help="Two or more items.")],
    as_json: AsJson = False,
) -> None:
    """Say that items are not the same, so that they are never offered as duplicates again."""
    with engine(context) as opened:
        done(opened.organising.apart(names), as_json=as_json)


def named(
    opened: Verbs, names: Sequence[str] | None, search: str | None, profile: str | None
) -> list[str]:
    """Give the items that a command is about.

    Raises:
        UserError: if both are given, or the search is empty or finds nothing.
    """
    if search is None:
        return list(names or ())
    if names:
        raise UserError("Name items or give a --search, not both.")
    if not search.strip():
        raise UserError("An empty --search would mean every item: write what it is to find.")
    if not (found := opened.ids(text=search, profile=profile)):
        raise UserError(f"The search “{search}” finds nothing: try it with “mediadesk items”.")
    return list(found)


def done(change: Change, *, as_json: bool) -> None:
    """Tell what was changed, and how to take it back."""
    emit(change, as_json=as_json, text=_done)


def _done(change: Change) -> str:
    if not change.id:
        return f"{change.says}."
    return f"{change.says}.\nTake it back with “mediadesk undo {change.id}”."


def _stars(written: str) -> float | None:
    if written == "none":
        return None
    try:
        return float(written)
    except ValueError as error:
        raise UserError(
            f"“{written}” is no rating: give 0.5 to 5 stars in halves, or none."
        ) from error


def _is_field(word: str) -> bool:
    name, equals, _ = word.partition("=")
    return bool(equals) and not any(each in name for each in "/\\")


def _field(said: str) -> str:
    """Give a field by its name as it is read, too: “Album artist”."""
    return "_".join(said.casefold().replace("-", " ").split())


def _note(said: dict[str, str]) -> str:
    return said["note"] or "There is no note on it."


def _tags(tags: tuple[tuple[str, int], ...]) -> str:
    return "\n".join(f"{count:6}  {tag}" for tag, count in tags) or "You have put no tags yet."


def _changes(done: tuple[Change, ...]) -> str:
    lines = [
        f"{each.id}  {_when(each.at)}  {each.says}{'  (taken back)' if each.undone else ''}"
        for each in done
    ]
    return "\n".join(lines) or "Nothing was changed yet."


def _when(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M")


def _twins(found: tuple[Twins, ...]) -> str:
    if not found:
        return "No two items are the same, as far as they are understood by now."
    lines: list[str] = []
    for each in found:
        better = each.better or "neither is better"
        lines += [f"{each.why}, {each.alike:.0%} alike; of the files: {better}"]
        for view in each.items:
            lines += [f"  {line(view)}", f"      {view.path or ''}"]
    lines.append(
        "The better file stands first. “mediadesk merge” makes items one; “mediadesk apart” says\n"
        "that they are not."
    )
    return "\n".join(lines)


def _chapters(found: tuple[ChapterView, ...]) -> str:
    proposed = any(each.proposed for each in found)
    lines = [f"{clock(each.start):>8}  {each.title}" for each in found]
    more = ["These are proposed: “mediadesk chapters ITEM --keep” makes them its own."]
    return "\n".join(lines + more * proposed) or "It has no chapters."


COMMANDS: dict[str, Callable[..., None]] = {
    "rate": rate,
    "mark": mark,
    "tag": tag,
    "tags": tags,
    "note": note,
    "chapters": chapters,
    "edit": edit,
    "changes": changes,
    "undo": undo,
    "duplicates": duplicates,
    "merge": merge,
    "apart": apart,
}
