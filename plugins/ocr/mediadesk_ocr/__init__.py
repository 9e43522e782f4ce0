"""Reads the text in the pictures of videos: burned-in subtitles, title cards, slides."""

from importlib.util import find_spec

from mediadesk.api import Context, Extractor, UserError, hookimpl
from mediadesk_ocr.written import Written


@hookimpl
def extractors(context: Context) -> list[Extractor]:
    """Hand over the extractor.

    Raises:
        UserError: if the package that reads is missing.
    """
    if find_spec("rapidocr") is None:
        raise UserError(
            "The package “rapidocr”, which reads text in pictures, is missing: remove this plugin "
            "and install it again."
        )
    return [Written(context.settings["pictures"])]
