"""Measures how well the library understands what is in it, on items of which the truth is known."""

from mediadesk.engine.evaluating.evaluating import Evaluating
from mediadesk.engine.evaluating.measures import Group, Measure

__all__ = ["Evaluating", "Group", "Measure"]
