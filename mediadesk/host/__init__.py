"""Plugins: finding them, their states, and guarded calls into them."""

from mediadesk.host.registry import Plugin, Registry, State

__all__ = ["Plugin", "Registry", "State"]
