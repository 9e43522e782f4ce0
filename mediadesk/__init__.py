"""MediaDesk: a private media manager that understands your own files and says what to play next."""

__version__ = "0.2.0"
