"""Kodi's NFO files, read and written: what a person or a scraper wrote about a video, beside it."""

import html
import logging
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from itertools import chain, islice
from pathlib import Path
from xml.etree import ElementTree as ET

from mediadesk.library import people
from mediadesk.library.people import Credits

_log = logging.getLogger(__name__)
_MOST_BYTES = 1024 * 1024
_MOST_EPISODES = 100  # in one file
_VIDEO = re.compile(r"<(movie|episodedetails|musicvideo|tvshow)\b")
_MUSIC = re.compile(r"<(album|artist)\b")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding=["']([\w.-]{1,40})["']""")
_PROLOGUE = re.compile(r"^\s*<\?xml[^>]*\?>\s*")
_ADDRESSES = re.compile(r"\s*+(?:https?://\S++\s*+)*+")
_LITERAL = r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
_AMPERSAND = r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)(?:\w{1,31};)?"
_LOOSE = re.compile(f"({_LITERAL})|{_AMPERSAND}", re.DOTALL)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DATES = ("year", "premiered", "aired", "originalreleasedate", "releasedate")
_TAGS = dict.fromkeys(("album", "artist"), ("tag", "style", "mood", "theme"))
_BEST = 10  # Kodi rates from 1 to 10, we with half to five stars


@dataclass(frozen=True, slots=True, kw_only=True)
class Nfo:
    """What an NFO file says; empty and None where it says nothing.

    `root` is its outermost element: movie, episodedetails, musicvideo or tvshow, or what
    `read_music` reads, album or artist, whose styles, moods and themes are tags. `stars` are half
    to five; `last_played` is written as YYYY-MM-DD HH:MM:SS in local time. `ids` are by catalogue,
    such as imdb. Read only are `credits`, the public's `rating`, 0..1, with its `votes`, the
    `certification` as it is written there (see `library.certification`), and where somebody
    `stopped`: the second, and how long the film is.
    """

    root: str = "movie"
    title: str = ""
    show: str = ""
    season: int | None = None
    episode: int | None = None
    year: int | None = None
    plot: str = ""
    genres: tuple[str, ...] = ()
    artist: str = ""
    album: str = ""
    tags: tuple[str, ...] = ()
    set: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)
    watched: bool | None = None
    plays: int | None = None
    last_played: str = ""
    stars: float | None = None
    credits: Credits = field(default_factory=dict)
    rating: float | None = None
    votes: int | None = None
    certification: str = ""
    stopped: tuple[float, float] | None = None


_READ_ONLY = {"credits", "rating", "votes", "certification", "stopped"}
SAID = tuple(each.name for each in fields(Nfo) if each.name not in {"root", *_READ_ONLY})
"""The fields that can be read and written."""


def read(path: Path) -> Nfo | None:
    """Read an NFO file; None where there is none that can be used, with a line in the log."""
    return _read(path, parse)


def read_music(path: Path) -> Nfo | None:
    """Read an album.nfo or artist.nfo as `read` does; `artist` is whose album it is."""
    return _read(path, lambda data: _said_by(_split(_decoded(data), _MUSIC)[1]))


def _read(path: Path, understand: Callable[[bytes], Nfo]) -> Nfo | None:
    try:
        data = contents(path)
        return None if data is None else understand(data)
    except OSError as error:
        _log.warning("“%s” can't be read (%s): its description is not shown.", path, error)
    except ValueError as error:
        _log.warning("“%s” is no NFO file that can be read (%s): it is ignored.", path, error)
    return None


def fault(path: Path) -> str:
    """Tell in a sentence why an NFO file can't be read; nothing if it can, or there is none."""
    try:
        data = contents(path)
        if data is not None and not is_address(data):
            parse(data)
    except (OSError, ValueError) as error:
        return f"It can't be read ({error}): mend or remove it."
    return ""


def beside(media: Path) -> Path:
    """Give where the NFO file of a video is, else would be; its ending may be in capitals."""
    usual, loud = media.with_suffix(".nfo"), media.with_suffix(".NFO")
    return loud if loud.exists() and not usual.exists() else usual


def contents(path: Path) -> bytes | None:
    """Give the bytes of an NFO file, None where there is none.

    Raises:
        OSError: if it can't be read.
        ValueError: if it is too large for one.
    """
    if not path.is_file():  # a pipe would wait for ever
        return None
    with path.open("rb") as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise ValueError("it is larger than 1 MiB")
    return data


def parse(data: bytes) -> Nfo:
    """Understand an NFO file; of several episodes in one file all titles and plots.

    Raises:
        ValueError: if it is none, is damaged, or declares entities.
    """
    _, root, tail = _split(_decoded(data))
    first = _said_by(root)
    told = [first, *islice(_others(tail), _MOST_EPISODES - 1)]
    return replace(
        first,
        title=" / ".join(dict.fromkeys(each.title for each in told if each.title)),
        plot="\n\n".join(dict.fromkeys(each.plot for each in told if each.plot)),
    )


def _others(tail: str) -> Iterator[Nfo]:
    """Give the episodes that follow the first, up to one that is damaged."""
    while _VIDEO.search(tail):
        try:
            _, root, tail = _split(tail)
        except ValueError as error:
            _log.info("an episode in an NFO file can't be read (%s)", error)
            return
        yield _said_by(root)


def is_address(data: bytes) -> bool:
    """Tell whether a file holds but the address of a page, for a scraper to read, or nothing."""
    return bool(_ADDRESSES.fullmatch(_decoded(data)))


def differences(before: Nfo, after: Nfo) -> list[tuple[str, object, object]]:
    """Give (field, before, after) of what writing would change; the empty is never written."""
    return [
        (name, getattr(before, name), getattr(after, name))
        for name in ("root", *SAID)
        if getattr(after, name) not in (None, "", (), {})
        and getattr(after, name) != getattr(before, name)
    ]


def written(before: bytes | None, after: Nfo) -> bytes:
    """Write what an NFO file is to say; all else that stands in the one before is kept.

    Raises:
        ValueError: if the one before is none, or is about several episodes.
    """
    if before is None or is_address(before):
        head, root = "", ET.Element(after.root)
        tail = f"\n{_decoded(before or b'').lstrip()}"
    else:
        head, root, tail = _split(_decoded(before))
        if _VIDEO.search(tail):
            raise ValueError("it is about several episodes")
    for name, _, value in differences(_said_by(root), after):
        _put(root, name, value)
    try:
        ET.indent(root, "    ")
        return (_HEAD + head + ET.tostring(root, encoding="unicode") + tail).encode()
    except RecursionError as error:
        raise ValueError("its elements are nested too deeply") from error


def _split(text: str, roots: re.Pattern[str] = _VIDEO) -> tuple[str, ET.Element, str]:
    """Give what stands before the outermost element, that element, and what follows it.

    Kodi lets a line with the address of the scraper's page follow, and more episodes.
    """
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("it declares entities")
    begin = roots.search(text)
    if begin is None:
        raise ValueError("it describes no film, episode, show, music video, album or artist")
    closing = f"</{begin[1]}>"
    # An artist's albums lie within, and an album's artists.
    end = (text.rfind if roots is _MUSIC else text.find)(closing, begin.end())
    end = text.rfind(">") + 1 if end < 0 else end + len(closing)
    keeping = ET.XMLParser(target=ET.TreeBuilder(insert_comments=True))  # noqa: S314 - no entities
    try:
        root = ET.fromstring(_LOOSE.sub(_escaped, text[begin.start() : end]), keeping)  # noqa: S314
    except ET.ParseError as error:
        raise ValueError(str(error)) from error
    return _PROLOGUE.sub("", text[: begin.start()]), root, text[end:]


def _escaped(ampersand: re.Match[str]) -> str:
    """Write a sign for XML that was written as it is, or for HTML, but where it needs none."""
    if ampersand[1]:
        return ampersand[1]
    sign = html.unescape(ampersand[0])
    return f"&#{ord(sign)};" if len(sign) == 1 else f"&amp;{ampersand[0][1:]}"


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    declared = _DECLARED.match(data)
    for encoding in ("utf-8-sig", declared[1].decode() if declared else "latin-1"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")


def _said_by(root: ET.Element) -> Nfo:
    def one(tag: str) -> str:
        return (root.findtext(tag) or "").strip()

    def number(tag: str) -> int | None:
        found = re.match(r"\d{1,4}", one(tag))
        return int(found[0]) if found else None

    def many(tag: str, split: str = "\0") -> Iterator[str]:
        for each in root.iterfind(tag):
            yield from filter(None, (part.strip() for part in (each.text or "").split(split)))

    rating, votes = _public(root)
    return Nfo(
        root=root.tag,
        title=one("title") or one("name"),
        show=one("showtitle"),
        season=number("season"),
        episode=number("episode"),
        year=next(filter(None, map(number, _DATES)), None),
        plot=next(filter(None, map(one, ("plot", "outline", "review", "biography"))), ""),
        genres=tuple(many("genre", "/")),
        artist=", ".join(many("artist")) or one("artistdesc") or one("albumArtistCredits/artist"),
        album=one("album"),
        tags=tuple(chain.from_iterable(map(many, _TAGS.get(root.tag, ("tag",))))),
        set=one("set/name") or one("set"),
        ids={
            each.get("type", "default"): (each.text or "").strip()
            for each in root.iterfind("uniqueid")
        },
        watched={"true": True, "false": False}.get(one("watched").lower()),
        plays=number("playcount"),
        last_played=one("lastplayed"),
        stars=_stars(one("userrating")),
        credits=people.credited(
            {
                "director": many("director", " / "),
                "writer": many("credits", " / "),
                "actor": many("actor/name"),
                "composer": many("composer", " / "),
                "studio": many("studio"),
                "country": many("country", " / "),
                "label": many("label"),
            }
        ),
        rating=rating,
        votes=votes,
        certification=one("mpaa") or one("certification"),
        stopped=_stopped(one("resume/position"), one("resume/total")),
    )


def _stopped(position: str, total: str) -> tuple[float, float] | None:
    try:
        found = float(position), float(total)
    except ValueError:
        return None
    return found if 0 < found[0] < found[1] < math.inf else None


def _public(root: ET.Element) -> tuple[float | None, int | None]:
    """Give the rating that the file prefers, 0..1, and its votes; older files have but one."""
    several = root.findall("ratings/rating")
    several.sort(key=lambda each: each.get("default") != "true")
    own, best = (several[0], several[0].get("max", "")) if several else (root, "")
    value = own.findtext("value" if several else "rating") or ""
    try:
        rating = float(value) / float(best or _BEST)
    except (ValueError, ZeroDivisionError):
        return None, None
    if not 0 < rating <= 1:  # 0 is for none
        return None, None
    votes = re.sub(r"\D", "", own.findtext("votes") or "")[:9]
    return rating, int(votes) if votes else None


def _stars(rating: str) -> float | None:
    found = re.fullmatch(r"(\d{1,2})(?:\.\d+)?", rating)
    return int(found[1]) / 2 if found and 1 <= int(found[1]) <= _BEST else None


def _put(root: ET.Element, name: str, value: object) -> None:
    """Have the elements of a field say something else, where the first of them stood."""
    if name == "root":
        root.tag = str(value)
        return
    tag = {
        "show": "showtitle", "genres": "genre", "tags": "tag", "ids": "uniqueid",
        "plays": "playcount", "last_played": "lastplayed", "stars": "userrating",
    }.get(name, name)  # fmt: skip
    old = root.findall(tag)
    at = list(root).index(old[0]) if old else len(root)
    for each in old:
        root.remove(each)
    for n, element in enumerate(_elements(tag, value)):
        root.insert(at + n, element)


def _elements(tag: str, value: object) -> Iterator[ET.Element]:
    if isinstance(value, Mapping):
        for kind, text in value.items():
            yield _element(tag, text, type=kind)
    elif isinstance(value, tuple):
        for text in value:
            yield _element(tag, text)
    elif tag == "set":
        outer = ET.Element(tag)
        outer.append(_element("name", value))
        yield outer
    elif isinstance(value, float):
        yield _element(tag, round(value * 2))
    else:
        yield _element(tag, str(value).lower() if isinstance(value, bool) else value)


def _element(tag: str, value: object, **attributes: str) -> ET.Element:
    made = ET.Element(tag, attributes)
    made.text = _NOT_XML.sub("", str(value))
    return made
