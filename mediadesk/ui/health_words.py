"""Puts what a plugin has cost, would cost and did wrong into words."""

from collections.abc import Iterable
from datetime import datetime

from mediadesk.engine.messages import FaultView, FetchView, PriceTag, UsageView
from mediadesk.ui import words

Cells = tuple[str, ...]
USAGE_HEAD: Cells = ("Part", "Calls", "Time", "CPU time", "A call")
FETCH_HEAD: Cells = ("When", "Fetched from", "Size", "")
PRICE_HEAD: Cells = ("Part", "Whole library", "CPU time", "Disk", "Memory", "Sample")


def moment(at: float) -> str:
    """A point in time, as people write it here."""
    if at <= 0:
        return "At an unknown time"
    local = datetime.fromtimestamp(at).astimezone()
    return f"{local.day} {local:%B %Y, %H:%M}"


def fault(one: FaultView) -> str:
    """A fault as a line of a report."""
    file = one.file or one.item
    about = f" with “{file}”" if file else ""
    return f"{fault_line(one)}{about}: {one.sentence}"


def fault_line(one: FaultView) -> str:
    """When and where it was: “26 October 2026, 08:33 · extractor mood · timeout, 3 times”."""
    times = f", {one.times:,} times" if one.times > 1 else ""
    return " · ".join(filter(None, (moment(one.at), one.part, f"{one.what}{times}")))


def duration(seconds: float) -> str:
    """A stretch of time, precise where it is short: 12 ms, 3.4 s, 5 minutes."""
    if seconds <= 0:
        return "0 s"
    if seconds < 1:
        return f"{seconds * 1000:.3g} ms"
    return f"{seconds:.1f} s" if seconds < 100 else words.about(seconds)


def usage(parts: Iterable[UsageView]) -> list[Cells]:
    """What the parts have cost, as rows under `USAGE_HEAD`."""
    return [
        (
            one.part,
            f"{one.calls:,}",
            duration(one.seconds),
            duration(one.cpu_seconds),
            duration(one.seconds / one.calls) if one.calls else "–",
        )
        for one in parts
    ]


def fetch(one: FetchView) -> Cells:
    """A fetch from elsewhere as a row under `FETCH_HEAD`."""
    return moment(one.at), one.host, words.size(one.size), one.problem or ""


def price(tag: PriceTag) -> Cells:
    """A price tag as a row under `PRICE_HEAD`."""
    measured = f"{tag.sample:,} of {tag.items:,}"
    if tag.problem:
        return (tag.part, "–", "–", "–", "–", measured)
    return (
        tag.part,
        duration(tag.seconds),
        duration(tag.cpu_seconds),
        words.size(tag.disk),
        words.size(tag.memory),
        measured,
    )
