"""Commands that look at items."""

import time
from typing import Annotated

import typer

from mediadesk.cli.common import AsJson, Limit, Name, Profile, clock, emit, engine
from mediadesk.engine.messages import SEARCHES, Card, ItemPage, ItemView, Listing

SEARCH_HELP = "Searches:\n\n" + "\n\n".join(f"{said}  ({means})" for said, means in SEARCHES)


def items(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="A search, in quotes; all items without one.")] = "",
    kind: Annotated[list[str] | None, typer.Option(help="Only this kind; may be repeated.")] = None,
    limit: Limit = 100,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """List items by title."""
    with engine(context) as opened:
        started = time.perf_counter()
        ids = opened.ids(text=query, kinds=kind or [], profile=profile)
        views = opened.views(ids[:limit], profile=profile)
        took = round((time.perf_counter() - started) * 1000, 1)
        emit(Listing(items=views, took_ms=took), as_json=as_json, text=_listing)


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
