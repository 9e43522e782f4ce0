"""Commands about whose marks and taste there are, and what each may see."""

import sys
from collections.abc import Callable, Iterator
from functools import wraps
from inspect import Parameter, signature
from typing import Annotated, Any

import typer

from mediadesk.api import UserError
from mediadesk.cli.common import AsJson, emit, engine
from mediadesk.engine.messages import HouseholdView, Limits, ProfileView
from mediadesk.engine.messages import Profiles as Verbs

Who = Annotated[str, typer.Argument(metavar="NAME", help="A profile.")]
Pin = Annotated[
    str | None,
    typer.Option(envvar="MEDIADESK_PIN", help="The household's PIN; asked for on a terminal."),
]
Members = Annotated[str, typer.Option("--group", metavar="A,B", help="Make a group of these.")]
_NONE = Limits()
_LIMITS = {
    "max_rating": Annotated[
        int | None,
        typer.Option(metavar="AGE", help="Only what is rated for this age; the unrated is hidden."),
    ],
    "block": Annotated[list[str] | None, typer.Option(metavar="TAG", help="Never this.")],
    "allow_tag": Annotated[list[str] | None, typer.Option(metavar="TAG", help="Also these.")],
    "allow_collection": Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Also its items.")
    ],
    "allow_item": Annotated[list[str] | None, typer.Option(metavar="ITEM", help="Also this.")],
}


def _limiting(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command an option for each limit in the place of its parameter `limits`."""

    @wraps(command)
    def run(**given: Any) -> None:  # noqa: ANN401 - what the command takes
        age, *some = (given.pop(name) for name in _LIMITS)
        blocked, tags, collections, items = (tuple(each or ()) for each in some)
        limits = Limits(
            max_age=age,
            blocked_tags=blocked,
            allowed_tags=tags,
            allowed_collections=collections,
            allowed_items=items,
        )
        command(limits=limits, **given)

    options = [
        Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=hint)
        for name, hint in _LIMITS.items()
    ]
    taken: list[Parameter] = []
    for each in signature(command).parameters.values():
        taken += options if each.name == "limits" else [each]
    run.__signature__ = signature(command).replace(parameters=taken)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in taken}
    return run


def list_profiles(context: typer.Context, as_json: AsJson = False) -> None:
    """List the profiles; the first is used where none is named."""
    with engine(context) as opened:
        emit(opened.profiles.names(), as_json=as_json, text="\n".join)


def show(context: typer.Context, as_json: AsJson = False) -> None:
    """Show who looks now, who is in which group, and what each may see."""
    with engine(context) as opened:
        emit(opened.profiles.household(), as_json=as_json, text=_household)


@_limiting
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is called, such as “anna”.")],
    group: Members = "",
    limits: Limits = _NONE,
    pin: Pin = None,
    as_json: AsJson = False,
) -> None:
    """Make a profile for another person, or for several who watch together."""
    with engine(context) as opened:
        known = _asked(opened.profiles, pin, needed=limits != _NONE)
        opened.profiles.add(
            name, members=_names(group), limits=None if limits == _NONE else limits, pin=known
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


@_limiting
def limit(
    context: typer.Context,
    name: Who,
    none: Annotated[bool, typer.Option("--none", help="Lift all limits.")] = False,
    limits: Limits = _NONE,
    pin: Pin = None,
    as_json: AsJson = False,
) -> None:
    """Say what a profile may see, instead of what was said before."""
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

    It keeps children out of the program, not out of the files of this computer.

    If nobody knows it any more, delete pin.json in the folder of the library and set a new one.
    """
    with engine(context) as opened:
        known = _asked(opened.profiles, pin, needed=True)
        if new is None and not sys.stdin.isatty():
            raise UserError("No terminal to ask for the new PIN on: give it with “--new”.")
        chosen = _typed("New PIN", twice=True) if new is None else new
        done = opened.profiles.set_pin(chosen, pin=known)
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


def _names(written: str) -> tuple[str, ...]:
    return tuple(name for each in written.split(",") if (name := each.strip()))


def _household(told: HouseholdView) -> str:
    return "\n".join(
        f"{_line(each)}  looks now" if each.name == told.now else _line(each)
        for each in told.profiles
    )


def _line(told: ProfileView) -> str:
    said = [told.name]
    if told.members:
        said.append(f"together: {', '.join(told.members)}")
    if told.limits is not None:
        said += _limits(told.limits)
    elif told.limited:
        said.append("with limits")
    return "  ".join(said)


def _limits(limits: Limits) -> Iterator[str]:
    if limits.max_age is not None:
        yield f"up to {limits.max_age} years"
    for what, names in (
        ("never", limits.blocked_tags),
        ("also tagged", limits.allowed_tags),
        ("also in", limits.allowed_collections),
        ("also", limits.allowed_items),
    ):
        if names:
            yield f"{what}: {', '.join(names)}"


COMMANDS: dict[str, Callable[..., None]] = {
    "list": list_profiles,
    "show": show,
    "add": add,
    "use": use,
    "group": group,
    "limit": limit,
    "pin": set_pin,
}
