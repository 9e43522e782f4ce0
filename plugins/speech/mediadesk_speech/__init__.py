"""Hears what is said in videos without subtitles, with a Whisper model that a person supplies."""

from mediadesk.api import Context, Extractor, Panel, hookimpl
from mediadesk_speech.extractor import Speech
from mediadesk_speech.page import SpeechPage


@hookimpl
def extractors(context: Context) -> list[Extractor]:
    """Hand over the extractor."""
    return [Speech(context)]


@hookimpl
def panels(context: Context) -> list[Panel]:
    """Hand over the page."""
    return [SpeechPage(context)]
