"""Commands about the files themselves: what is missing, left out, or damaged; none deletes any."""

from collections.abc import Callable
from typing import Annotated

import typer

from mediadesk.api.errors import UserError
from mediadesk.cli.analysis import folder_line, folder_lines, unread_lines
from mediadesk.cli.common import AsJson, Name, Profile, emit, engine
from mediadesk.cli.organising import done, named
from mediadesk.engine.messages import Absent, Match, Verified

_SHOWN = 20
_ITEMS = typer.Argument(metavar="ITEM…", help="Ids of items, or their files.")


def exclude(
    context: typer.Context,
    folder: Annotated[str, typer.Argument(help="A folder of the library.")],
    patterns: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATTERN", help="As in .gitignore: “*.sample.mkv”, “/Extras/”."),
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="Leave nothing out any more.")] = False,
    as_json: AsJson = False,
) -> None:
    """Leave out of a folder what matches these patterns, which replace those of before.

    Files named .mediadeskignore in any folder do the same below it; an empty .ignore or a .nomedia
    leaves a folder out. What was done with items that are left out is kept for their return.
    """
    wanted = [pattern for pattern in patterns or () if pattern.strip()]
    if bool(wanted) == none:
        raise UserError("Write the patterns to leave out, or --none to leave nothing out.")
    with engine(context) as opened:
        made, unread = opened.filing.exclude(folder, wanted), unread_lines(opened.status())
        emit(made, as_json=as_json, text=lambda view: "\n".join([folder_line(view), *unread]))


def missing(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="How many items of each folder.")] = _SHOWN,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """List what is not there, drive by drive; nothing of it is forgotten."""
    with engine(context) as opened:
        found = opened.filing.absent(profile=profile, limit=limit)
        emit(found, as_json=as_json, text=_absent)


def matches(context: typer.Context, item: Name, as_json: AsJson = False) -> None:
    """Guess which files of the library a missing item may be now."""
    with engine(context) as opened:
        emit(opened.filing.matches(item), as_json=as_json, text=_matches)


def relink_folder(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help="A folder of the library.")],
    new: Annotated[str, typer.Argument(help="Where its files are now.")],
    as_json: AsJson = False,
) -> None:
    """Say that a folder is found elsewhere now; nothing is read again, and nothing is lost."""
    with engine(context) as opened:
        status = opened.filing.relink_folder(old, new)
        emit(
            status.folders,
            as_json=as_json,
            text=folder_lines,
        )


def relink(
    context: typer.Context,
    item: Name,
    file: Annotated[str, typer.Argument(help="The file that it is now.")],
    as_json: AsJson = False,
) -> None:
    """Say which file a missing item is now; all that was done with it follows."""
    with engine(context) as opened:
        done(opened.filing.relink(item, file), as_json=as_json)


def forget(
    context: typer.Context,
    items: Annotated[list[str] | None, _ITEMS] = None,
    search: Annotated[
        str | None,
        typer.Option("--search", help="All missing items that this search finds, instead."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take missing items out of the library; “mediadesk undo” puts them back."""
    with engine(context) as opened:
        names = named(opened, items, search, None)
        if search is not None:
            missing = set(opened.ids(text="is:missing"))
            names = [each for each in names if each in missing]
            if not names:
                raise UserError(f"Nothing of what “{search}” finds is missing: there is no need.")
        done(opened.filing.forget(names), as_json=as_json)


def verify(
    context: typer.Context, items: Annotated[list[str], _ITEMS], as_json: AsJson = False
) -> None:
    """Read whole files and tell whether a bit of them has changed since the last time."""
    with engine(context) as opened:
        found = tuple(opened.filing.verify(item) for item in items)
        emit(found, as_json=as_json, text=lambda all_of_it: "\n".join(map(_verified, all_of_it)))


def _absent(found: tuple[Absent, ...]) -> str:
    if not found:
        return "Nothing is missing."
    lines = []
    for each in found:
        count = "1 item" if each.count == 1 else f"{each.count:,} items"
        why = f"on the drive “{each.drive}”, which is not here" if each.drive else "went away"
        lines.append(f"{each.folder}: {count} {why}")
        lines += [f"  {item.id[:12]}  {item.title}" for item in each.items]
        if each.count > len(each.items):
            lines.append(f"  and {each.count - len(each.items):,} more: “--limit” lists them")
    return "\n".join(lines)


def _matches(found: tuple[Match, ...]) -> str:
    if not found:
        return "Nothing like it is in the library: add the folder that it is in now."
    return "\n".join(f"{each.alike:.0%}  {each.path}  ({each.why})" for each in found)


def _verified(each: Verified) -> str:
    says = {
        None: "hashed: the next time tells whether it has changed",
        True: "is as it was",
        False: "HAS CHANGED without being written to: it is damaged; copy it again from elsewhere",
    }[each.same]
    return f"{each.path} {says}  ({each.hash}, {each.took_s:.1f} s)"


FOLDER_COMMANDS: dict[str, Callable[..., None]] = {
    "exclude": exclude,
    "missing": missing,
    "relink": relink_folder,
}
COMMANDS: dict[str, Callable[..., None]] = {
    "matches": matches,
    "relink": relink,
    "forget": forget,
    "verify": verify,
}
