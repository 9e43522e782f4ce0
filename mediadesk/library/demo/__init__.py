"""A small real library to look at and to test with: films, narrated clips and tagged music."""

from mediadesk.library.demo.build import build
from mediadesk.library.demo.manifest import themes

__all__ = ["build", "themes"]
