"""The command `mediadesk`: the same engine without a window."""

from mediadesk.cli.main import app

__all__ = ["app"]
