"""Every sentence of the panel, in one place, so that it can be translated."""

SHELVES = {
    "continue": "Continue",
    "picks": "Top picks",
    "because": "Because you liked “{title}”",
    "new": "New here",
    "gems": "Hidden gems",
    "short": "Short ones",
}
LIKED = "Because you liked “{title}”"
PLAYED = "Because you played “{title}”"
ALIKE = "Like “{title}”"
MATCHES = {
    "frame": "the picture at {t} is like {seed_t} there",
    "sound": "the sound at {t} is like {seed_t} there",
    "sentence": "“{text}” at {t} is close to “{seed_text}” there",
    "": "alike in {block}",
}
BLOCKS = {"keyframes": "picture", "audio": "sound", "subtitles": "words", "tags": "themes"}
OTHERS = "All that you liked and played, taken together, by {block}"
NEW = "New in your library"
SHORT = "A short one: {minutes} min"
STOPPED = "You stopped at {t}"
BEGUN = "You have begun it"
UNUSUAL = "Little like the rest of your library"
DISCOVERY = "Something different, to find out whether you like it"
UNSEEN = "In your library, not played yet"
NOTES = {
    "hidden": "You hid it.",
    "seen": "You have played it.",
    "judged": "You have said what you think of it.",
    "resting": "It rests for a while.",
    "gone": "No file of it is known.",
}


def clock(seconds: float) -> str:
    """Write a time as a player does: 0:12, 12:30, 1:02:03."""
    minutes, second = divmod(int(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute}:{second:02}"


def short(text: str, most: int = 80) -> str:
    """Cut a quotation at a word, with an ellipsis."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[:most].rsplit(" ", 1)[0] + "…"
