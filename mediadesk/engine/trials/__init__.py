"""Measures how well items are ranked, on histories of which the end is kept back."""

from mediadesk.engine.trials.trials import KS, Trials

__all__ = ["KS", "Trials"]
