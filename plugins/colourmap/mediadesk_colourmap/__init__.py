"""Finds the colours of videos, compares videos by them, and shows the library as a colour map."""

from mediadesk.api import Context, Extractor, Panel, hookimpl
from mediadesk_colourmap.colours import Colours
from mediadesk_colourmap.page import ColourMap


@hookimpl
def extractors(context: Context) -> list[Extractor]:
    """Hand over the extractor."""
    return [Colours(context.settings["pictures"])]


@hookimpl
def panels(context: Context) -> list[Panel]:
    """Hand over the page."""
    return [ColourMap(context)]
