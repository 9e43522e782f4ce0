"""Commands about whose marks and taste there are, and what each may see."""

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from mediadesk.cli.common import AsJson, emit, engine
from mediadesk.engine.messages import HouseholdView, Limits, ProfileView
from mediadesk.engine.messages import Profiles as Verbs

Who = Annotated[str, typer.Argument(metavar="NAME", help="A profile.")]
Pin = Annotated[
    str | None,
    typer.Option(envvar="MEDIADESK_PIN", help="The household's PIN; asked for on a terminal."),
]
Members = Annotated[str, typer.Option("--group", metavar="A,B", help="Make a group of these.")]
MaxRating = Annotated[
    int | None,
    typer.Option(metavar="AGE", help="Only what is rated for this age; the unrated is hidden."),
]
Blocked = Annotated[list[str] | None, typer.Option("--block", metavar="TAG", help="Never this.")]
Tags = Annotated[list[str] | None, typer.Option("--allow-tag", metavar="TAG", help="Also these.")]
Collections = Annotated[
    list[str] | None, typer.Option("--allow-collection", metavar="NAME", help="Also its items.")
]
Items = Annotated[list[str] | None, typer.Option("--allow-item", metavar="ITEM", help="Also this.")]


def list_profiles(context: typer.Context, as_json: AsJson = False) -> None:
    """List the profiles; the first is used where none is named."""
    with engine(context) as opened:
        emit(opened.profiles.names(), as_json=as_json, text="\n".join)


def show(context: typer.Context, as_json: AsJson = False) -> None:
    """Show who looks now, who is in which group, and what each may see."""
    with engine(context) as opened:
        emit(opened.profiles.household(), as_json=as_json, text=_household)


def add(  # noqa: PLR0913 - an option each
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is called, such as “anna”.")],
    group: Members = "",
    max_rating: MaxRating = None,
    block: Blocked = None,
    allow_tag: Tags = None,
    allow_collection: Collections = None,
    allow_item: Items = None,
    pin: Pin = None,
    as_json: AsJson = False,
) -> None:
    """Make a profile for another person, or for several who watch together."""
    limits = _limits(max_rating, block, allow_tag, allow_collection, allow_item)
    with engine(context) as opened:
        known = _asked(opened.profiles, pin, needed=limits != Limits())
        opened.profiles.add(
            name, members=_names(group), limits=None if limits == Limits() else limits, pin=known
        )
        emit(opened.profiles.names(), as_json=as_json, text="\n".join)


def group(
    context: typer.Context,
    name: Who,
    members: Annotated[str, typer.Argument(metavar="A,B", help="Who is in it from now on.")],
    pin: Pin = None,
    as_json: AsJson = False,
) -> None:
    """Have a group consist of others."""
    with engine(context) as opened:
        known = _asked(opened.profiles, pin)
        changed = opened.profiles.regroup(name, _names(members), pin=known)
        emit(changed, as_json=as_json, text=_line)


def use(context: typer.Context, name: Who, pin: Pin = None, as_json: AsJson = False) -> None:
    """Use a profile from now on where none is named, in the window as well."""
    with engine(context) as opened:
        known = _asked(opened.profiles, pin)
        emit(opened.profiles.use(name, pin=known), as_json=as_json, text=_household)


def limit(  # noqa: PLR0913 - an option each
    context: typer.Context,
    name: Who,
    none: Annotated[bool, typer.Option("--none", help="Lift all limits.")] = False,
    max_rating: MaxRating = None,
    block: Blocked = None,
    allow_tag: Tags = None,
    allow_collection: Collections = None,
    allow_item: Items = None,
    pin: Pin = None,
    as_json: AsJson = False,
) -> None:
    """Say what a profile may see, instead of what was said before."""
    limits = _limits(max_rating, block, allow_tag, allow_collection, allow_item)
    with engine(context) as opened:
        known = _asked(opened.profiles, pin, needed=True)
        changed = opened.profiles.limit(name, None if none else limits, pin=known)
        emit(changed, as_json=as_json, text=_line)


def set_pin(
    context: typer.Context,
    new: Annotated[
        str | None, typer.Option(help="The new one, 4 to 12 digits; asked for on a terminal.")
    ] = None,
    pin: Pin = None,
    as_json: AsJson = False,
) -> None:
    """Set the household's PIN, which limits are protected by.

    It keeps children out of the program, not out of the files of this computer. If nobody knows it
    any more, delete pin.json in the folder of the library and set a new one.
    """
    with engine(context) as opened:
        known = _asked(opened.profiles, pin, needed=True)
        chosen = new if new is not None or not sys.stdin.isatty() else _typed("New PIN", twice=True)
        done = opened.profiles.set_pin(chosen or "", pin=known)
        emit(done, as_json=as_json, text=lambda _: "The PIN is set.")


def _asked(opened: Verbs, pin: str | None, *, needed: bool = False) -> str | None:
    """Give the PIN, asked for where one is needed and somebody is there to type it."""
    now = opened.household()
    is_limited = any(each.limited for each in now.profiles if each.name == now.now)
    if pin is None and now.has_pin and (needed or is_limited) and sys.stdin.isatty():
        return _typed("PIN")
    return pin


def _typed(what: str, *, twice: bool = False) -> str:
    typed: str = typer.prompt(what, hide_input=True, confirmation_prompt=twice, err=True)
    return typed


def _limits(
    age: int | None,
    blocked: list[str] | None,
    tags: list[str] | None,
    collections: list[str] | None,
    items: list[str] | None,
) -> Limits:
    return Limits(
        max_age=age,
        blocked_tags=tuple(blocked or ()),
        allowed_tags=tuple(tags or ()),
        allowed_collections=tuple(collections or ()),
        allowed_items=tuple(items or ()),
    )


def _names(written: str) -> tuple[str, ...]:
    return tuple(name for each in written.split(",") if (name := each.strip()))


def _household(told: HouseholdView) -> str:
    return "\n".join(map(_line, told.profiles))


def _line(told: ProfileView) -> str:
    said = [told.name]
    if told.members:
        said.append(f"together: {', '.join(told.members)}")
    if told.limits is not None and told.limits.max_age is not None:
        said.append(f"up to {told.limits.max_age} years")
    elif told.limited:
        said.append("with limits")
    return "  ".join(said)


COMMANDS: dict[str, Callable[..., None]] = {
    "list": list_profiles,
    "show": show,
    "add": add,
    "use": use,
    "group": group,
    "limit": limit,
    "pin": set_pin,
}
