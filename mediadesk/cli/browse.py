"""Commands that look at items."""

import time
from array import array
from collections.abc import Sequence
from typing import Annotated

import typer

from mediadesk.api import SURE
from mediadesk.cli.common import AsJson, Limit, Name, Profile, clock, emit, engine
from mediadesk.engine.messages import (
    SEARCHES,
    SOURCES,
    Browse,
    Card,
    Facet,
    GroupKind,
    GroupView,
    ItemPage,
    ItemView,
    Listing,
    NodePage,
    Sort,
    Version,
)

SEARCH_HELP = "Searches:\n\n" + "\n\n".join(f"{said}  ({means})" for said, means in SEARCHES)


Query = Annotated[
    str,
    typer.Argument(
        metavar="SEARCH",
        help="In quotes; all there are without one. Begin with NOT, as -… would be an option.",
        show_default=False,
    ),
]
_MOST = 40  # lines of each sort that are inside an item


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
        emit(listing, as_json=as_json, text=_found if query or kind or offset else _all)


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


def graph(
    context: typer.Context,
    node: Annotated[
        str,
        typer.Argument(
            metavar="NODE",
            help="Such as “person:Agnès Varda”, or a name alone; all there are without one.",
            show_default=False,
        ),
    ] = "",
    limit: Limit = 100,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Walk from a person, place, studio, set, series, album, genre or tag to its items and on."""
    with engine(context) as opened:
        if node:
            found = opened.browsing.node(node, limit=limit, profile=profile)
            emit(found, as_json=as_json, text=_node)
        else:
            emit(opened.browsing.nodes(profile=profile), as_json=as_json, text=_facets)


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
        emit(found, as_json=as_json, text=_alike)


def line(view: ItemView) -> str:
    """Write an item as one line."""
    by = f" · {view.artist}" if view.artist else ""
    stars = "" if view.stars is None else f"  ★ {view.stars:g}"
    length = clock(view.duration_s)
    return f"{view.id[:12]}  {view.title}{by}  [{view.kind}, {length}]{stars}{_gone(view)}"


def _groups(
    context: typer.Context, kind: GroupKind, query: str, profile: str | None, *, as_json: bool
) -> None:
    with engine(context) as opened:
        found = opened.browsing.groups(kind, text=query, profile=profile)
        emit(found, as_json=as_json, text=_groups_said)


def _groups_said(groups: Sequence[GroupView]) -> str:
    lines = (
        f"{group.title}  ({group.line}; {group.unseen:,} not seen)\n  {_typed(group.search)}"
        for group in groups
    )
    return "\n".join(lines) or "Nothing found: “mediadesk items” lists what there is."


def _facets(facets: Sequence[Facet]) -> str:
    lines = []
    for facet in facets:
        lines.append(facet.title)
        lines += [
            f"  {each.items:7,}  {each.label}  ({_typed(each.search)})" for each in facet.values
        ]
    return "\n".join(lines) or "Nothing found."


def _node(page: NodePage) -> str:
    lines = [f"{page.kind.capitalize()} “{page.name}”"]
    for view in page.items:
        roles = ", ".join(role for role in page.roles[view.id] if role != page.kind)
        lines.append(f"  {line(view)}{f'  ({roles})' if roles else ''}")
    lines += ["Near:", *(f"  {each}" for each in _facets(page.near).splitlines())]
    return "\n".join(lines)


def _typed(search: str) -> str:
    """Give a search as a command takes it: what begins with - would be an option."""
    return f"NOT {search[1:]}" if search.startswith("-") else search


def _found(listing: Listing) -> str:
    return _lines(listing) or "Nothing found: “mediadesk items --help” shows how to search."


def _all(listing: Listing) -> str:
    return _lines(listing) or (
        "There is nothing yet: “mediadesk library add” adds a folder, and “mediadesk analyze "
        "--wait” opens its files."
    )


def _alike(listing: Listing) -> str:
    return _lines(listing) or (
        "Nothing is known to be like it: “mediadesk analyze --wait” reads what is new."
    )


def _lines(listing: Listing) -> str:
    lines = []
    for view in listing.items:
        lines.append(line(view))
        if isinstance(view, Card) and view.reasons:
            lines.append(f"              {view.reasons[0].text}")
    return "\n".join(lines)


def _page(page: ItemPage) -> str:
    facts = (pair for pair in page.facts if pair[0] != "Kind" or not page.fields)
    lines = [line(page.item), *(f"  {label}: {value}" for label, value in facts)]
    lines += [f"  {label}: {value}" for label, value in _said(page) if value]
    lines += [
        f"  {each.name.replace('_', ' ').capitalize()}: {each.value}  ({source(each.source)})"
        for each in page.fields
        if each.value
    ]
    if len(page.versions) > 1:
        lines += ["  Files:", *(f"    {_version(each)}" for each in page.versions)]
    for one in page.learnt:
        lines += [f"  {one.title}:", *(f"    {label}: {value}" for label, value in one.facts)]
    if page.tags:
        tags = sorted(page.tags.items(), key=lambda pair: -pair[1])
        told = (f"{'' if sure >= SURE else 'perhaps '}{tag} {sure:.0%}" for tag, sure in tags)
        lines.append("  Tags: " + ", ".join(told))
    if any(each.name == "kind" and each.source == "understood" for each in page.fields):
        sure = (f"{kind} {share:.0%}" for kind, share in page.kinds.items())
        lines.append("  May be: " + ", ".join(sure))
    if page.languages:
        told = (
            f"{'' if sure >= SURE else 'perhaps '}{code} {sure:.0%}"
            for code, sure in page.languages.items()
        )
        lines.append("  Languages: " + ", ".join(told))
    lines += [f"  {role}: {', '.join(names)}" for role, names in _credits(page).items()]
    for title, inside in _inside(page).items():
        lines += [f"  {title}:", *(f"    {clock(at)}  {text}" for at, text in inside[:_MOST])]
        if len(inside) > _MOST:
            lines.append(f"    … and {len(inside) - _MOST:,} more, all of which --json has")
    if page.similar:
        lines += ["  Similar:", *(f"    {line(card)}" for card in page.similar)]
    lines += [
        f"  ! {job.extractor}: {job.problem}"
        for job in page.jobs
        if job.problem and job.state != "skipped"
    ]
    return "\n".join(lines)


def _credits(page: ItemPage) -> dict[str, list[str]]:
    """Give role → names of those nodes that are told by no field and no tag."""
    told = {each.name.replace("_", " ") for each in page.fields} | {"genre", "tag"}
    found: dict[str, list[str]] = {}
    for node in page.nodes:
        if node.role not in told:
            found.setdefault(node.role.capitalize(), []).append(node.name)
    return found


def _inside(page: ItemPage) -> dict[str, list[tuple[float, str]]]:
    """Give (second, words) of what is inside an item, by what it is."""
    proposed = any(each.proposed for each in page.chapters)
    found = {
        "Summary": [(each.start, each.text) for each in page.summary],
        "Chapters (proposed)" if proposed else "Chapters": [
            (each.start, each.title) for each in page.chapters
        ],
        "Found in other episodes, too": [
            (each.start, f"{each.label}, until {clock(each.end)}") for each in page.spans
        ],
        "Moments": [
            (each.start, "  ".join(filter(None, (each.text, each.why and f"({each.why})"))))
            for each in page.moments
            if each.text or each.why
        ],
        "Said": [(each.start, each.text) for each in page.passages],
    }
    return {title: lines for title, lines in found.items() if lines}


def _said(page: ItemPage) -> tuple[tuple[str, str], ...]:
    """Give what a person has said of an item, and done with it."""
    item = page.item
    marks = (("liked", item.liked), ("hidden", item.hidden), ("watched", item.finished))
    played = f"{item.plays:,} times" if item.plays > 1 else "once" if item.plays else ""
    return (
        ("Marked", ", ".join(mark for mark, is_set in marks if is_set)),
        ("Stars", "" if item.stars is None else f"{item.stars:g} of 5"),
        ("Played", played),
        ("Stopped at", clock(item.position_s) if item.position_s else ""),
        ("Your tags", ", ".join(item.labels)),
        ("Collections", ", ".join(page.collections)),
        ("Note", page.note),
    )


def source(name: str) -> str:
    """Tell where a value comes from."""
    return SOURCES.get(name) or f"from the plugin “{name.removeprefix('plugin/')}”"


def _version(version: Version) -> str:
    height = f"  {version.height}p" if version.height else ""
    kept = "  (is played)" if version.kept else ""
    return f"{version.path}{height}{kept}{_gone(version)}"


def _gone(what: ItemView | Version) -> str:
    if what.available:
        return ""
    if what.drive and not what.path:
        return f"  (on “{what.drive}”)"
    return f"  (on “{what.drive}”, not connected)" if what.drive else "  (missing)"
