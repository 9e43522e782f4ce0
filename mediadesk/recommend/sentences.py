"""Every sentence of the panel, in one place, so that it can be translated."""

from collections.abc import Sequence
from datetime import datetime
from unicodedata import east_asian_width

SHELVES = {
    "continue": "Continue",
    "picks": "Top picks",
    "because": "Because you liked “{title}”",
    "start": "Press ♥ on what you like",
    "search": "From your search for “{query}”",
    "together": "Together",
    "new": "New and understood",
    "gems": "Hidden gems",
    "short": "Short tonight",
    "listen": "Listen again",
    "watch": "Watch again",
}
MOODS = {
    "calm": "Calm",
    "happy": "Happy",
    "sad": "Sad",
    "energetic": "Full of energy",
}
"""Mood, as taggers call it → the shelf of it."""
BECAUSE = {
    "liked": "Because you liked “{title}”",
    "rated": "Because you rated “{title}” {stars} of 5",
    "played": "Because you played “{title}”",
}
BECAUSE_BY_SOME = {
    "liked": "Because “{title}” was liked",
    "rated": "Because “{title}” was rated {stars} of 5",
    "played": "Because “{title}” was played",
}
ALIKE = "Like “{title}”"
MATCHES = {
    "frame": "the picture at {t} is like {seed_t} there",
    "sound": "the sound at {t} is like {seed_t} there",
    "sentence": "“{text}” at {t} is close to “{seed_text}” there",
    "": "alike in {block}",
}
ACCORDING = {
    "crowd": "by what others think of both",
    "order": "this comes after it",
    "year": "by when both came out",
}
SHARED = {
    "genre": "both {name}",
    "person": "both with {name}",
    "set": "both in “{name}”",
    "series": "both of the series “{name}”",
}
SEEN = {
    "sentence": "“{text}” at {t}",
    "frame": "a scene at {t}",
    "sound": "a passage at {t}",
}
BLOCKS = {
    "keyframes": "picture",
    "audio": "sound",
    "subtitles": "dialogue",
    "speech": "speech",
    "ocr": "text in the picture",
    "text": "title and description",
    "graph": "persons and series",
    "genres": "genre",
    "year": "the time it is of",
}
ALONE = {
    "age": "How long it has been out",
    "quality": "What the public thinks of it",
    "crowd": "What others in your household think",
    "order": "What you have played lately, and in which order",
    "centre": "How it compares with all else that could be shown",
}
OTHERS = "All that you have played or judged, taken together, by {block}"
MORE = "You asked for more “{name}”"
LESS = "You asked for less “{name}”"
RANKER = "The plugin’s ranker “{ranker}” places it here"
FOUND = "It fits your search for “{query}”"
LIKED_BY = "Well received by {names}"
START = "To learn what you like"
ALL = "It should suit all of you"
NEW = "New in your library"
SHORT = "A short one, {length}"
STOPPED = "You stopped at {t}"
BEGUN = "You have begun it"
UNUSUAL = "Little like the rest of your library"
DISCOVERY = "Something different, to find out whether you like it"
CHANGE = "So that not all is of one kind or language"
UNSEEN = "Not played yet"
DOUBTED = "It was played, though perhaps nobody was there"
HAD = {
    "once": "You played it in {when}",
    "times": "You finished it {n} times, and last played it in {when}",
    "liked": "You liked it, and played it in {when}",
    "episode": "You played one episode of it in {when}",
    "episodes": "You played {n} episodes of it, last in {when}",
    "heart": "You liked it in {when}",
    "stars": "You gave it {stars} of 5",
    "marked": "You marked it as seen",
}
HAD_SOMETIME = HAD | {
    "once": "You have played it",
    "episode": "You have played one episode of it",
    "episodes": "You have played {n} episodes of it",
    "heart": "You liked it",
}
HAD_BY_SOME = {
    "once": "One of you played it in {when}",
    "episode": "One of you played one episode of it in {when}",
    "episodes": "Between you, you played {n} episodes of it, last in {when}",
    "heart": "One of you liked it in {when}",
    "stars": "One of you gave it {stars} of 5",
    "marked": "One of you marked it as seen",
}
HAD_BY_SOME_SOMETIME = HAD_BY_SOME | {
    "once": "One of you has played it",
    "episode": "One of you has played one episode of it",
    "episodes": "Between you, you have played {n} episodes of it",
    "heart": "One of you liked it",
}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
NOTES = {
    "hidden": "It was hidden.",
    "judged": "You have said what you think of it.",
    "resting": "It rests for a while.",
    "missing": "Its file is missing.",
    "gone": "No file of it is known.",
}


def clock(seconds: float) -> str:
    """Write a time as a player does: 0:12, 12:30, 1:02:03."""
    minutes, second = divmod(int(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute}:{second:02}"


def month(at: float) -> str:
    """Write the month of a time, in unix seconds: March 2026."""
    local = datetime.fromtimestamp(at).astimezone()
    return f"{MONTHS[local.month - 1]} {local.year}"


def listed(names: Sequence[str]) -> str:
    """Write names as a list: Ann, Ann and Bob, Ann, Bob and Cy."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def length(seconds: float) -> str:
    """Write a length in words: 18 s, 3 min."""
    return f"{max(1, round(seconds))} s" if seconds < 60 else f"{round(seconds / 60)} min"


def short(text: str, most: int = 60) -> str:
    """Cut a quotation to `most` columns, at a word, with an ellipsis; a Chinese sign takes two."""
    flat = " ".join(text.split())
    columns = 0
    for end, sign in enumerate(flat):
        columns += 2 if east_asian_width(sign) in "WF" else 1
        if columns > most:
            cut = flat[:end].rsplit(" ", 1)[0]
            return cut.rstrip("，。,.;:；：") + "…"
    return flat
