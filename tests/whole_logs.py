"""Gives all that a library wrote, as its files tell it together."""

from mediadesk.store import Database, merging
from mediadesk.store.merging import Log


def whole_logs(db: Database) -> list[Log]:
    """Give the log of each name that a library had, from its beginning."""
    return [merging.log(db, device) for device, _, _ in merging.own(db)]
