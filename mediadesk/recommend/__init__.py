"""What to watch or hear next: from vectors and events to shelves of picks with reasons."""

from mediadesk.recommend.index import Index
from mediadesk.recommend.recommender import Recommender
from mediadesk.recommend.values import Evidence, Panel, Pick, Reason, Shelf, Why

__all__ = ["Evidence", "Index", "Panel", "Pick", "Reason", "Recommender", "Shelf", "Why"]
