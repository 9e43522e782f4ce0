"""SQLite, the one truth: a database file, its schema, and the functions that read and write it."""

from mediadesk.store.connection import Database
from mediadesk.store.database import Store

__all__ = ["Database", "Store"]
