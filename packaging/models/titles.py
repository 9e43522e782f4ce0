"""Titles, lengths and descriptions of real things on the web, by the kind that a site is of.

They stand in the tests of yt-dlp (public domain), and nothing of them is shipped. A site is named
only where all that it has is of one kind; of YouTube that is what it calls music.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from common import fetch

from mediadesk.api import AUDIO, Item, Kind
from mediadesk.library.kinds import kind_of

SOURCE = (
    "yt-dlp==2026.10.26",
    "a05c5b5d8562f7e8a62f5334348b406af4930d56d3a65f8021d14af0e22339ae",
)
SITES = {
    Kind.TALK: "TedTalk TedEmbed CCC Lecture2Go SlidesLive DrTalks Viidea",
    Kind.MUSIC_VIDEO: "UMGDe LastFM ClipRs NetEaseMusicMv QQMusicVideo Youtube",
    Kind.CONCERT: "DigitalConcertHall Npr StacommuLive",
    Kind.FILM: "ArteTV Cineverse KinoPoisk Ivi Mzaalo ViewLift",
    Kind.CLIP: (
        "AdobeTVVideo CBSNews CNBCVideo CNN CTVNews FoxNews Imdb Instagram Kenh14Video KickClip "
        "MLBVideo Mediaite MirrorCoUK Moviepilot NBCNews NineNews Reddit SnapchatSpotlight "
        "Streamable TMZ TikTok TwitchClips"
    ),
    Kind.SONG: (
        "Audius Bandcamp BilibiliAudio IdagioTrack Jamendo JioSaavnSong MailRuMusic NetEaseMusic "
        "QQMusic"
    ),
    Kind.RECORDING: "BandcampWeekly Freesound Mixcloud NTSLive",
    Kind.PODCAST: (
        "ACast ApplePodcasts Art19 AudioBoom DailyWirePodcast JioSaavnShow Libsyn Megaphone "
        "NRKRadioPodkast NoicePodcast ORFPodcast Omnyfm PlayerFm PodbayFM Podchaser Podomatic "
        "PolskieRadioPodcast RadioZetPodcast SimplecastEpisode Spreaker TuneInPodcastEpisode "
        "WyborczaPodcast"
    ),
}
"""Kind → names of sites, as yt-dlp calls them."""
MIXED = {"Youtube": "Music"}  # site → the category that is of one kind
LEAST = {Kind.MUSIC_VIDEO: 60, Kind.FILM: 40 * 60}  # seconds: parts and trailers stand beside them


def titled() -> Iterator[tuple[str, Kind, Item]]:
    """Give site, kind and what a file that was fetched from there tells: its name and its tags."""
    with tempfile.TemporaryDirectory() as folder:
        fetch(*SOURCE).extractall(folder)
        sys.path.insert(0, folder)
        from yt_dlp.extractor import gen_extractor_classes

        site_of = {each.ie_key(): each for each in gen_extractor_classes()}
        for kind, sites in SITES.items():
            for site in sites.split():
                seen = set()
                for case in site_of[site].get_testcases():
                    told = case.get("info_dict") or {}
                    title = _text(told, "title")
                    if title and title not in seen and _is_one(site, kind, told):
                        seen.add(title)
                        yield site, kind, _item(kind, title, told)
        sys.path.remove(folder)


def _is_one(site: str, kind: Kind, told: Mapping[str, Any]) -> bool:
    length = told.get("duration")
    is_long = isinstance(length, int | float) and length >= LEAST.get(kind, 1)
    return is_long and (site not in MIXED or MIXED[site] in (told.get("categories") or []))


def _item(kind: Kind, title: str, told: Mapping[str, Any]) -> Item:
    is_video, length = kind not in AUDIO, float(told["duration"])
    genres = told.get("genres")
    artists = told.get("artists")
    return Item(
        id="",
        kind=kind_of(video=is_video, seconds=length, episode=False),
        title="",
        path=Path(f"{title.replace('/', ' ')}.{'mp4' if is_video else 'mp3'}"),
        duration=length,
        artist=", ".join(artists) if isinstance(artists, list) else _text(told, "artist"),
        album=_text(told, "album"),
        genres=tuple(genres) if isinstance(genres, list) else (),
        description=_text(told, "description"),
    )


def _text(told: Mapping[str, Any], name: str) -> str:
    """Give a text; a test may tell of one only what it is like."""
    text = told.get(name)
    is_like = isinstance(text, str) and text.startswith(("md5:", "re:", "count:", "startswith:"))
    return text if isinstance(text, str) and not is_like else ""
