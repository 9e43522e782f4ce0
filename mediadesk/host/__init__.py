"""Plugins: where they come from, how they are doing, and where their code runs."""

from mediadesk.host.registry import Plugin, Registry, Source, State

__all__ = ["Plugin", "Registry", "Source", "State"]
