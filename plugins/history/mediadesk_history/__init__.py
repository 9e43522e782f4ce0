"""Takes over what you watched, heard and rated in other programs, from the files they export."""

from mediadesk.api import Importer, hookimpl
from mediadesk_history.imdb import Imdb
from mediadesk_history.jellyfin import Jellyfin
from mediadesk_history.kodi import Kodi
from mediadesk_history.lastfm import LastFm
from mediadesk_history.letterboxd import Letterboxd
from mediadesk_history.listenbrainz import ListenBrainz
from mediadesk_history.netflix import Netflix
from mediadesk_history.plex import Plex
from mediadesk_history.trakt import Trakt


@hookimpl
def importers() -> list[Importer]:
    """Hand over one for each program."""
    return [
        Letterboxd(),
        Imdb(),
        Netflix(),
        Trakt(),
        LastFm(),
        ListenBrainz(),
        Kodi(),
        Jellyfin(),
        Plex(),
    ]
