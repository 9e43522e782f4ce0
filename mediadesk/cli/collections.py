"""Commands of collections."""

from collections.abc import Callable
from typing import Annotated

import typer

from mediadesk.cli.browse import line
from mediadesk.cli.common import AsJson, Limit, Profile, emit, engine
from mediadesk.cli.organising import Names, Search, done, named
from mediadesk.engine.messages import CollectionView, ItemView, Sort

Which = Annotated[str, typer.Argument(metavar="COLLECTION", help="Its name or id.")]
Smart = Annotated[
    str | None, typer.Option(help="A search, for a smart collection: it holds what that finds.")
]


def list_collections(
    context: typer.Context, profile: Profile = None, as_json: AsJson = False
) -> None:
    """List the collections."""
    with engine(context) as opened:
        emit(opened.organising.collections(profile=profile), as_json=as_json, text=_listing)


def new(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Its name.")],
    search: Smart = None,
    sort: Annotated[Sort, typer.Option(help="How a smart one is ordered.")] = "title",
    descending: Annotated[bool, typer.Option("--descending", help="The other way round.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a collection."""
    with engine(context) as opened:
        made = opened.organising.make_collection(
            name, search=search, sort=sort, descending=descending
        )
        emit(made, as_json=as_json, text=_line)


def show(
    context: typer.Context,
    collection: Which,
    limit: Limit = 100,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """List the items of a collection."""
    with engine(context) as opened:
        items = opened.organising.collected(collection, profile=profile)
        emit(opened.views(items[:limit], profile=profile), as_json=as_json, text=_items)


def add(
    context: typer.Context,
    collection: Which,
    names: Names = None,
    search: Search = None,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Put items into a collection, at its end."""
    with engine(context) as opened:
        ids = named(opened, names, search, profile)
        done(opened.organising.collect(collection, ids), as_json=as_json)


def take(
    context: typer.Context,
    collection: Which,
    names: Names = None,
    search: Search = None,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Take items out of a collection."""
    with engine(context) as opened:
        ids = named(opened, names, search, profile)
        done(opened.organising.uncollect(collection, ids), as_json=as_json)


def rename(
    context: typer.Context,
    collection: Which,
    name: Annotated[str, typer.Argument(help="Its new name.")],
    as_json: AsJson = False,
) -> None:
    """Give a collection another name."""
    with engine(context) as opened:
        changed = opened.organising.change_collection(collection, name=name)
        emit(changed, as_json=as_json, text=_line)


def search(
    context: typer.Context,
    collection: Which,
    text: Annotated[str, typer.Argument(metavar="SEARCH", help="What it is to hold.")],
    as_json: AsJson = False,
) -> None:
    """Give a smart collection another search."""
    with engine(context) as opened:
        changed = opened.organising.change_collection(collection, search=text)
        emit(changed, as_json=as_json, text=_line)


def remove(context: typer.Context, collection: Which, as_json: AsJson = False) -> None:
    """Remove a collection; its items stay."""
    with engine(context) as opened:
        done(opened.organising.remove_collection(collection), as_json=as_json)


def _line(view: CollectionView) -> str:
    smart = "" if view.search is None else f"  ({view.search or 'every item'})"
    return f"{view.items:6}  {view.name}{smart}"


def _listing(views: tuple[CollectionView, ...]) -> str:
    return "\n".join(map(_line, views)) or "There is no collection yet."


def _items(views: tuple[ItemView, ...]) -> str:
    return "\n".join(map(line, views)) or "It is empty."


COMMANDS: dict[str, Callable[..., None]] = {
    "list": list_collections,
    "new": new,
    "show": show,
    "add": add,
    "take": take,
    "rename": rename,
    "search": search,
    "remove": remove,
}
