"""Puts tracks into words, and chooses again what a person chose before by language and name."""

import re
from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import QLocale

from mediadesk.engine.messages import Sitting, Track
from mediadesk.play.player import Player, Stream

OFF = Track(off=True)
FILES = (".srt", ".ass", ".ssa", ".vtt", ".sub", ".idx", ".smi", ".txt")
"""The endings of files of subtitles."""
_ROLES = frozenset({"sdh", "cc", "forced", "foreign", "default"})
_CHINESE = dict.fromkeys(("chs", "cht", "sc", "tc"), "zh")
_SORTS = re.compile(r"([ck]omment)|(descri)|(forced)|(signs|songs)", re.IGNORECASE)


def code(language: str) -> str:
    """Give the two letters of a language that is told by two or three; empty if it is none."""
    known = QLocale.codeToLanguage(language)
    is_known = known is not QLocale.Language.AnyLanguage
    return QLocale.languageToCode(known) if is_known else ""


def title(stream: Stream, number: int) -> str:
    """Give what a menu calls a track, the so manyth of its kind: German · Commentary."""
    language = code(stream.language) or _language_of(stream.path)
    known = QLocale.languageToString(QLocale.codeToLanguage(language)) if language else ""
    parts = [known, stream.name or (PurePath(stream.path).name if stream.path else "")]
    return " · ".join(part for part in parts if part) or f"Track {number}"


def file_title(path: str) -> str:
    """Give what a menu calls a file of subtitles."""
    language = _language_of(path)
    known = QLocale.languageToString(QLocale.codeToLanguage(language)) if language else ""
    return " · ".join(part for part in (known, PurePath(path).name) if part)


def is_file(path: str) -> bool:
    """Tell by its name whether a file may hold subtitles."""
    return path.lower().endswith(FILES)


def track(stream: Stream) -> Track:
    """Give what is remembered of a track."""
    language = code(stream.language) or _language_of(stream.path)
    return Track(language=language, name=stream.name, path=stream.path)


def of_file(path: str) -> Track:
    """Give what is remembered of a file of subtitles."""
    return Track(language=_language_of(path), path=path)


def tune(player: Player, sitting: Sitting) -> None:
    """Choose the tracks that were chosen before, once it is known which there are."""
    streams = {
        kind: [one for one in player.streams if one.kind == kind] for kind in ("audio", "subtitle")
    }
    if sitting.audio is not None:
        stream = chosen(sitting.audio, streams["audio"])
        if stream is not None and not stream.chosen:
            player.set_audio(stream.id)
    if (wanted := sitting.subtitle) is None:
        return
    files = [*sitting.subtitles, *([wanted.path] if wanted.path else [])]
    file = chosen_file(wanted, files) if player.takes_files else None
    stream = chosen(wanted, streams["subtitle"])
    if wanted.off:
        player.set_subtitle(None)
    elif file is not None:
        player.add_subtitles(file, _language_of(file))
    elif stream is not None:
        player.set_subtitle(stream.id)


def chosen(wanted: Track, streams: Sequence[Stream]) -> Stream | None:
    """Find the track that was chosen before, else one of its language, else one of its name.

    A commentary, a description or a forced track never stands in for one of another sort.
    """
    if not wanted.language:
        return next((one for one in streams if wanted.name and one.name == wanted.name), None)
    sorts = (_sort(wanted.name), 0)
    same = [one for one in streams if code(one.language) == wanted.language]
    named = [one for one in same if one.name == wanted.name]
    like = [one for sort in sorts for one in same if _sort(one.name) == sort]
    return next(iter(named + like), None)


def chosen_file(wanted: Track, files: Sequence[str]) -> str | None:
    """Find the file that was chosen before, else one of its language, and rather a whole one."""
    if wanted.path in files:
        return wanted.path
    is_language = wanted.language and not wanted.name
    same = [one for one in files if is_language and _language_of(one) == wanted.language]
    return min(same, key=lambda one: ".forced." in one.lower(), default=None)


def _sort(name: str) -> int:
    """Give the sort of track that a name tells; 0 is the film's own."""
    found = _SORTS.search(name)
    return (found.lastindex or 0) if found else 0


def _language_of(path: str) -> str:
    """Give the language at the end of a file's name: Harbour.pt-BR.srt, Harbour.de.forced.srt."""
    found = ""
    for part in reversed(PurePath(path).name.lower().split(".")[1:-1]):
        if part in _ROLES:
            continue
        base = _CHINESE.get(part, re.split("[-_]", part)[0])
        known = code(base) if len(base) <= 3 else ""
        if known != "hi" or found:
            return known or found
        found = known  # Hindi, or for the hard of hearing if a language stands before it
    return found
