"""Commands that look at items."""

import time
from array import array
from collections.abc import Sequence
from typing import Annotated

import typer

from mediadesk.cli.common import AsJson, Limit, Name, Profile, clock, emit, engine
from mediadesk.engine.messages import (
    SEARCHES,
    Browse,
    Card,
    Facet,
    GroupKind,
    GroupView,
    ItemPage,
    ItemView,
    Listing,
    Sort,
)

SEARCH_HELP = "Searches:\n\n" + "\n\n".join(f"{said}  ({means})" for said, means in SEARCHES)


Query = Annotated[str, typer.Argument(help="A search, in quotes; all items without one.")]


def items(  # noqa: PLR0913 - an option each
    context: typer.Context,
    query: Query = "",
    kind: Annotated[list[str] | None, typer.Option(help="Only this kind; may be repeated.")] = None,
    sort: Annotated[Sort, typer.Option(help="In which order.")] = "title",
    descending: Annotated[bool, typer.Option("--descending", help="The other way round.")] = False,
    limit: Limit = 100,
    offset: Annotated[int, typer.Option(min=0, help="How many to pass by first.")] = 0,
    facets: Annotated[
        bool, typer.Option("--facets", help="Count them by kind, genre and so on instead.")
    ] = False,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """List items that a search finds."""
    wanted = Browse(text=query, kinds=tuple(kind or ()), sort=sort, descending=descending)
    with engine(context) as opened:
        if facets:
            found = opened.browsing.facets(wanted, profile=profile)
            emit(found, as_json=as_json, text=_facets)
            return
        started = time.perf_counter()
        numbers = array("I", opened.browsing.rows(wanted, profile=profile).numbers)
        views = opened.browsing.items_at(numbers[offset : offset + limit], profile=profile)
        took = round((time.perf_counter() - started) * 1000, 1)
        listing = Listing(items=tuple(view for view in views if view), took_ms=took)
        emit(listing, as_json=as_json, text=_listing)


def series(
    context: typer.Context, query: Query = "", profile: Profile = None, as_json: AsJson = False
) -> None:
    """List the series."""
    _groups(context, "series", query, profile, as_json=as_json)


def albums(
    context: typer.Context, query: Query = "", profile: Profile = None, as_json: AsJson = False
) -> None:
    """List the albums."""
    _groups(context, "albums", query, profile, as_json=as_json)


def artists(
    context: typer.Context, query: Query = "", profile: Profile = None, as_json: AsJson = False
) -> None:
    """List the artists."""
    _groups(context, "artists", query, profile, as_json=as_json)


def item(
    context: typer.Context, name: Name, profile: Profile = None, as_json: AsJson = False
) -> None:
    """Show everything that is known of an item."""
    with engine(context) as opened:
        emit(opened.item(name, profile=profile), as_json=as_json, text=_page)


def similar(
    context: typer.Context,
    name: Name,
    limit: Limit = 12,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """List the items most alike in content."""
    with engine(context) as opened:
        found = opened.similar(name, limit=limit, profile=profile)
        emit(found, as_json=as_json, text=_listing)


def line(view: ItemView) -> str:
    """Write an item as one line."""
    by = f" · {view.artist}" if view.artist else ""
    gone = "" if view.available else "  (not connected)"
    return f"{view.id[:12]}  {view.title}{by}  [{view.kind}, {clock(view.duration_s)}]{gone}"


def _groups(
    context: typer.Context, kind: GroupKind, query: str, profile: str | None, *, as_json: bool
) -> None:
    with engine(context) as opened:
        found = opened.browsing.groups(kind, text=query, profile=profile)
        emit(found, as_json=as_json, text=_groups_said)


def _groups_said(groups: Sequence[GroupView]) -> str:
    lines = (
        f"{group.title}  ({group.line}; {group.unseen:,} not seen)  {group.search}"
        for group in groups
    )
    return "\n".join(lines) or "Nothing found: “mediadesk items” lists what there is."


def _facets(facets: Sequence[Facet]) -> str:
    lines = []
    for facet in facets:
        lines.append(facet.title)
        lines += [f"  {value.items:7,}  {value.label}  ({value.search})" for value in facet.values]
    return "\n".join(lines) or "Nothing found."


def _listing(listing: Listing) -> str:
    if not listing.items:
        return "Nothing found. Files appear once they have been opened: “mediadesk analyze --wait”."
    lines = []
    for view in listing.items:
        lines.append(line(view))
        if isinstance(view, Card) and view.reasons:
            lines.append(f"              {view.reasons[0].text}")
    return "\n".join(lines)


def _page(page: ItemPage) -> str:
    lines = [line(page.item), *(f"  {label}: {value}" for label, value in page.facts)]
    for one in page.learnt:
        lines += [f"  {one.title}:", *(f"    {label}: {value}" for label, value in one.facts)]
    if page.tags:
        tags = sorted(page.tags.items(), key=lambda pair: -pair[1])
        lines.append("  Tags: " + ", ".join(f"{tag} {share:.0%}" for tag, share in tags))
    lines += [f"  {clock(moment.start)}  {moment.text}" for moment in page.moments if moment.text]
    if page.similar:
        lines += ["  Similar:", *(f"    {line(card)}" for card in page.similar)]
    lines += [f"  ! {job.extractor}: {job.problem}" for job in page.jobs if job.state == "failed"]
    return "\n".join(lines)
