"""When something was, where that is known and can be."""

from mediadesk.api import Event

_LATEST = 4_102_444_800.0  # the year 2100


def can_be(at: float) -> bool:
    """Tell whether somebody can have done something then, in unix seconds: from 1970 to 2099."""
    return 0 <= at < _LATEST


def is_dated(event: Event) -> bool:
    """Tell whether the time of an event is known: an import may tell of it without one."""
    return can_be(event.at) and not event.context.get("undated")
