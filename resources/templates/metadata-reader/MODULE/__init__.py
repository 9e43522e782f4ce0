"""Reads title, year, artist, genres and description from FILM.json beside FILM.mp4."""

import json

from mediadesk.api import AUDIO, VIDEO, Item, Metadata, MetadataReader, UserError, hookimpl


class Beside:
    """Knows what a JSON file of the same name says, such as {"title": "Solaris", "year": 1972}."""

    name = "NAME"
    version = 1  # raise it when the results change: all items are then read anew
    kinds = VIDEO | AUDIO

    def read(self, item: Item) -> Metadata | None:
        """Give what the file says, None where there is no such file."""
        if item.path is None:
            return None
        file = item.path.with_suffix(".json")
        try:
            known = json.loads(file.read_text(encoding="utf-8"))
            return Metadata(
                title=str(known.get("title", "")),
                year=int(known["year"]) if "year" in known else None,
                artist=str(known.get("artist", "")),
                genres=tuple(str(genre) for genre in known.get("genres", ())),
                description=str(known.get("description", "")),
            )
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
            raise UserError(f"“{file}” can't be read ({error}): mend or remove it.") from error


@hookimpl
def metadata_readers() -> list[MetadataReader]:
    """Hand over what this plugin has."""
    return [Beside()]
