"""The pages that plugins make: what they are given, and what of their answer can be shown."""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice

from mediadesk.api import PanelRequest, Section, UserError
from mediadesk.engine.messages import ItemView, PageContent, PageView, PointView, SectionView
from mediadesk.host import Registry, State
from mediadesk.store import Database, features, library

_COLOUR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
_MOST_ITEMS = 20_000
_MOST_SECTIONS = 50
_MOST_ROWS = 5_000
_MOST_CARDS = 100
_MOST_COLUMNS = 50
_MOST_TEXT = 20_000
_LONGEST_LINE = 1_000
_MOST_IMAGE = 4 << 20


def listed(registry: Registry) -> tuple[PageView, ...]:
    """List the pages of all working plugins."""
    return tuple(
        PageView(plugin=registry.owner(panel).name, name=panel.name, title=panel.title)
        for panel in registry.parts("panels")
    )


def made(
    registry: Registry,
    db: Database,
    plugin: str,
    name: str,
    *,
    language: str,
    allowed: frozenset[str] | None,
    view: Callable[[Sequence[str]], Sequence[ItemView]],
) -> PageContent:
    """Make a page of the items that are `allowed`, of all for None.

    Raises:
        UserError: if there is no such page, or its plugin fails.
    """
    for panel in registry.parts("panels"):
        if panel.name == name and registry.owner(panel).name == plugin:
            break
    else:
        raise UserError(_unknown(registry, plugin, name))

    def is_seen(item: str) -> bool:
        return allowed is None or item in allowed

    known_items = (each.item for each in library.all_items(db) if is_seen(each.item.id))
    request = PanelRequest(
        items=tuple(islice(known_items, _MOST_ITEMS)),
        data={
            extractor: {
                item: told
                for item, told in features.data_of(db, extractor).items()
                if is_seen(item)
            }
            for extractor in panel.reads
        },
        language=language,
    )
    known = {item.id for item in request.items}
    sections = registry.guard(panel, lambda: _checked(panel.view(request), known))
    cards = {
        each.id: each
        for each in view(list(dict.fromkeys(i for section in sections for i in section.items)))
    }
    return PageContent(
        page=PageView(plugin=plugin, name=name, title=panel.title),
        sections=tuple(_viewed(section, cards) for section in sections),
    )


def _unknown(registry: Registry, plugin: str, name: str) -> str:
    """Say which pages there are instead of one that there is not."""
    if registry.find(plugin).state is State.QUARANTINED:
        return f"The plugin “{plugin}” is quarantined: “mediadesk plugins enable {plugin}” ends it."
    pages = [(each.plugin, each.name) for each in listed(registry)]
    wanted = f"no page “{name}”" if name else "no page"
    if own := [page for owner, page in pages if owner == plugin]:
        return f"The plugin “{plugin}” has {wanted}: it has {', '.join(own)}."
    others = ", ".join(dict.fromkeys(owner for owner, _ in pages))
    known = f"there are pages of {others}" if others else "no plugin that works has one"
    return f"The plugin “{plugin}” has {wanted}: {known}."


def _checked(sections: Sequence[Section], known: set[str]) -> list[Section]:
    """Refuse what can't be drawn; names of items that are not there are a bug of the plugin."""
    if len(sections) > _MOST_SECTIONS:
        raise ValueError(f"{len(sections)} sections on a page, {_MOST_SECTIONS} at most")
    for section in sections:
        strange = [each for each in section.items if each not in known]
        strange += [point.item for point in section.points if point.item not in known]
        if strange:
            raise ValueError(f"the page names {strange[0]!r}, which is no item")
        if any(len(row) != len(section.columns) for row in section.rows):
            raise ValueError("a row of the table is not as long as its heading")
        _check_size(section)
        for point in section.points:
            if not (_is_share(point.x) and _is_share(point.y)):
                raise ValueError(f"a dot at {point.x}, {point.y}: both must lie in 0..1")
            if not _COLOUR.fullmatch(point.colour):
                raise ValueError(f"a dot in the colour {point.colour!r}: it must be #rrggbb")
    return list(sections)


def _check_size(section: Section) -> None:
    size = len(section.rows), len(section.columns), len(section.points)
    if any(a > b for a, b in zip(size, (_MOST_ROWS, _MOST_COLUMNS, _MOST_ITEMS), strict=True)):
        raise ValueError("a table or map with more than can be shown")
    if len(section.text) > _MOST_TEXT or len(section.image) > _MOST_IMAGE:
        raise ValueError("a text or image larger than can be shown")
    if any(len(line) > _LONGEST_LINE for line in _lines(section)):
        raise ValueError(f"a line of more than {_LONGEST_LINE} characters")


def _lines(section: Section) -> Iterator[str]:
    yield from (section.title, section.x_label, section.y_label)
    yield from chain(section.columns, *section.rows)
    yield from (point.label for point in section.points)


def _is_share(value: float) -> bool:
    return math.isfinite(value) and 0 <= value <= 1


def _viewed(section: Section, cards: Mapping[str, ItemView]) -> SectionView:
    return SectionView(
        title=section.title,
        text=section.text,
        columns=section.columns,
        rows=section.rows,
        points=tuple(
            PointView(item=p.item, x=p.x, y=p.y, colour=p.colour, label=p.label)
            for p in section.points
        ),
        x_label=section.x_label,
        y_label=section.y_label,
        items=tuple(cards[each] for each in section.items[:_MOST_CARDS] if each in cards),
        image=section.image,
    )
