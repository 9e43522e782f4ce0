"""The search language: what a person types, as the tree that the store finds items by."""

from mediadesk.search.language import parse
from mediadesk.search.writing import written

__all__ = ["parse", "written"]
