"""Puts values into words and cards; nothing here needs a screen."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mediadesk.api import AUDIO, Kind
from mediadesk.engine.messages import (
    SEARCHES,
    Card,
    ChapterView,
    FolderView,
    ItemView,
    MomentView,
    Origin,
    Status,
    WorkView,
)

KINDS = {kind.value: kind.label for kind in Kind}
PLURALS = {kind: f"{name}s" for kind, name in KINDS.items()}
SOUND_KINDS = frozenset(kind.value for kind in AUDIO)
EXTRACTORS = {
    "keyframes": "Pictures",
    "audio": "Sound",
    "fingerprint": "Intros and credits",
    "subtitles": "Subtitles",
    "speech": "Speech",
    "ocr": "Text in the picture",
    "tags": "Tags",
    "text": "Titles and descriptions",
    "understanding": "Understanding",
}
RANKERS = {
    "taste": "Your taste",
    "together": "Your household",
    "next": "What comes next",
    "novelty": "What is new",
    "leaning": "More and less",
    "fondness": "Known and liked",
}
_SHORT_OF_S = 0.1
_NUMBERED = re.compile(r" (?:S\d+E\d|\d{4}-\d\d-\d\d)")
SEARCH_TIP = "for instance:\n" + "\n".join(f"{said}  –  {means}" for said, means in SEARCHES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """What one card shows; `id` and `start` say what it opens or plays.

    `drawn` is the icon that stands in for a picture; a `sound` has a wave instead. `seconds` is
    the length of a video or song, 0 where it isn't known or doesn't matter. `absent` says why it
    can't be played, if so. `origin` is where on the panel the card stands, None elsewhere.
    """

    id: str
    title: str
    line: str = ""
    reason: str = ""
    picture: str | None = None
    sound: bool = False
    progress: float = 0.0
    pill: str = ""
    liked: bool = False
    finished: bool = False
    absent: str = ""
    start: float | None = None
    drawn: str = "film"
    seconds: float = 0.0
    origin: Origin | None = None

    @property
    def spoken(self) -> str:
        """The card as a screen reader says it."""
        states = [
            word
            for word, true in (
                ("liked", self.liked),
                ("watched", self.finished),
                (self.absent.lower(), self.absent),
            )
            if true
        ]
        return ", ".join(part for part in (self.title, self.line, self.reason, *states) if part)


def clock(seconds: float) -> str:
    """A position or length: 0:07, 12:30, 1:05:00."""
    minutes, rest = divmod(int(max(0.0, seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def about(seconds: float) -> str:
    """A stretch of time in rough words: 40 seconds, 3 minutes, 2 hours."""
    for size, word in ((3600, "hour"), (60, "minute")):
        if seconds >= size * 1.5 or (seconds >= size * 0.9 and word == "hour"):
            number = max(1, round(seconds / size))
            return f"{number} {word}{'s' * (number != 1)}"
    return f"{max(1, round(seconds))} seconds" if seconds >= 1.5 else "a second"


def size(number: int) -> str:
    """A number of bytes: 3.4 MB."""
    amount = float(number)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if amount >= 10 or unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def short(text: str, most: int = 60) -> str:
    """The beginning of a text that would be too long inside a sentence."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: 1 item, 1,200 items."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def line(item: ItemView, *, rated: bool = True, within: bool = False) -> str:
    """The second line of a card: its rating, which is never cut off, what it is, by whom and when.

    What stands `within` its series or album needs no name of it, nor does what is called after it.
    """
    parts = [KINDS.get(item.kind, item.kind.title())]
    if item.series and (within or not _called_after(item)):
        parts = ["" if within else item.series, numbered(item)]
    elif item.artist:
        parts.append(item.artist)
    if item.year:
        parts.append(str(item.year))
    if rated and item.stars is not None:
        parts.insert(0, f"★ {item.stars:g}")
    return " · ".join(filter(None, parts))


def title_within(item: ItemView) -> str:
    """An episode's own title, where a file's name put the series and the number before it."""
    own = item.title.partition(" · ")[2]
    return own if own and _called_after(item) else item.title


def _called_after(item: ItemView) -> bool:
    """Whether a title begins with series and number, “Dark S01E02”, or day, “News 2026-11-24”."""
    behind = item.title.removeprefix(item.series)
    return behind != item.title and bool(_NUMBERED.match(behind))


def numbered(item: ItemView) -> str:
    """The place of an episode: S2 E5."""
    season = "" if item.season is None else f"S{item.season}"
    episode = "" if item.episode is None else f"E{item.episode}"
    return f"{season} {episode}".strip()


def absence(item: ItemView) -> str:
    """Why an item's file is not there, in few words; empty if it is."""
    if item.available:
        return ""
    if item.device:
        return f"On {item.device}"
    return "Not connected" if item.drive else "Not found"


def remedy(item: ItemView) -> str:
    """Why an item's file is not there, and what helps; empty if it is."""
    if item.available:
        return ""
    if item.device:
        why = (
            f"is on “{item.device}”: play it there, or copy its file into a folder of your library"
        )
    elif item.drive:
        why = f"is not connected: connect the drive “{item.drive}”, then play it again"
    else:
        why = "is not where it was: relink it on its page, then play it again"
    return f"“{item.title}” {why}."


def tile(item: ItemView) -> Tile:
    """The card of an item; a recommended one says why."""
    reasons = item.reasons if isinstance(item, Card) else ()
    return Tile(
        id=item.id,
        title=item.title,
        line=line(item),
        reason=reasons[0].text if reasons else "",
        picture=f"artwork/{item.id}",
        sound=item.kind in SOUND_KINDS,
        progress=0.0 if item.finished else item.progress,
        pill=clock(item.duration_s) if item.duration_s else "",
        liked=item.liked,
        finished=item.finished,
        absent=absence(item),
        seconds=item.duration_s,
    )


def moment_tile(item: ItemView, moment: MomentView) -> Tile:
    """The card of one moment of an item: why it is shown, and what is said then."""
    is_plain = moment.why or moment.extractor == "keyframes"
    return Tile(
        id=item.id,
        title=moment.why[:1].upper() + moment.why[1:] or f"At {clock(moment.start)}",
        line="" if is_plain else EXTRACTORS.get(moment.extractor, moment.extractor.title()),
        reason=f"“{moment.text}”" if moment.text else "",
        picture=moment.image or f"artwork/{item.id}",
        sound=item.kind in SOUND_KINDS,
        pill=clock(moment.start),
        start=moment.start,
    )


def chapter_at(chapters: Sequence[ChapterView], second: float) -> ChapterView | None:
    """The chapter that a second is in; a player stops just before where it is sent to."""
    return next((one for one in reversed(chapters) if one.start <= second + _SHORT_OF_S), None)


def chapter_title(chapter: ChapterView) -> str:
    """The title of a chapter; one that is not the file's own says so."""
    return f"{chapter.title} (proposed)" if chapter.proposed else chapter.title


def understanding(understood: int, total: int) -> str:
    """How far the library is understood, or nothing when all of it is."""
    if not total or understood >= total:
        return ""
    return f"Understanding your library: {understood:,} of {total:,}"


def going_on(status: Status) -> str:
    """What the engine does just now, in a sentence."""
    if status.paused:
        return "Paused. Nothing is analysed until you go on."
    ready = sum(work.waiting for work in status.work if not work.held)
    if not (status.folders or status.busy or ready):
        return "Nothing to do: the library has no folder yet."
    if not (status.busy or ready):
        return _all_done(status)
    left = f", about {about(status.seconds_left)} left" if status.seconds_left else ""
    if ready:
        return f"Analysing: {count(ready, 'step')} to go{left}."
    return f"Looking through folders and files{left}."


def _all_done(status: Status) -> str:
    if any(work.held for work in status.work):
        return "All done but for what waits."
    if any(work.cancelled for work in status.work):
        return "All done but for what was cancelled."
    if status.folders and not any(folder.available for folder in status.folders):
        return "All done. No folder is available: new files are noticed when its drive is back."
    is_watched = all(folder.watched for folder in status.folders if folder.available)
    return f"All done. New files are noticed {'at once' if is_watched else 'within minutes'}."


def taken_out(path: str) -> str:
    """That a folder is in the library no longer."""
    return f"“{short(path)}” is out of the library; add it again and all is back."


def folder_name(folder: FolderView) -> str:
    """The last part of a folder's path, by which people call it."""
    path = folder.path.replace("\\", "/")
    return path.rstrip("/").rpartition("/")[2] or path


def folder_state(folder: FolderView) -> str:
    """How a folder is in a few words: how much is in it, where that is known."""
    if not folder.available:
        return "Not available"
    return count(folder.files, "file") if folder.scanned else "Being looked through …"


def without(patterns: Sequence[str]) -> str:
    """How much of a folder these patterns leave out: “1 pattern leaves files out: *.iso”."""
    held = [one for one in patterns if not one.startswith("#")]
    if not held:
        return ""
    leaves = "pattern leaves" if len(held) == 1 else "patterns leave"
    return f"{len(held):,} {leaves} files out: {', '.join(held)}"


def part_of(work: WorkView, titles: Mapping[str, str]) -> str:
    """The part of a plugin whose work it is: “Pictures”, “hues (Palette of films)”.

    `titles` are those of the plugins that are here, by their names.
    """
    known = EXTRACTORS.get(work.extractor)
    if known or not work.plugin:
        return known or work.extractor
    title = short(titles.get(work.plugin, work.plugin), 40)
    return title if work.plugin == work.extractor else f"{work.extractor} ({title})"


def held_back(work: WorkView, titles: Mapping[str, str]) -> str:
    """What is not done for now, and why; empty if nothing holds it. `titles` as in `part_of`."""
    if not work.held:
        return ""
    number = work.left or work.waiting
    verb, link = "waits" if number == 1 else "wait", ":" if work.left else ", which"
    return f"{count(number, 'item')} {verb} for “{part_of(work, titles)}”{link} {work.held}."


def progress_of(work: WorkView) -> str:
    """How far one extractor is, in words."""
    parts = [f"{work.done + work.skipped:,} of {total_of(work):,}"]
    parts += [f"{reason}: {number:,}" for reason, number in work.why.items()]
    if work.skipped:
        parts.append(f"{work.skipped:,} had nothing to find")
    if work.partial:
        parts.append(f"{work.partial:,} could be read in part only")
    if work.cancelled:
        parts.append(f"{work.cancelled:,} cancelled")
    if work.failed:
        parts.append(f"{work.failed:,} failed")
    return " · ".join(parts)


def total_of(work: WorkView) -> int:
    """How many items an extractor has to do with."""
    return work.done + work.waiting + work.left + work.skipped + work.failed + work.cancelled


def ranking(rank: int | None, of: int, note: str) -> str:
    """The place of an item among the candidates, as a sentence."""
    if rank is None:
        return note or "Not among the candidates now."
    return f"Number {rank:,} of {of:,} candidates. {note}".strip()


def ranker(name: str) -> str:
    """A ranker's name as a person reads it; that of a group's member stands before it."""
    member, _, own = name.rpartition(": ")
    said = RANKERS.get(own, own.capitalize())
    return f"{member}: {said}" if member else said
