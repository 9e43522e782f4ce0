"""Understands kinds and lengths in English and Chinese: “songs shorter than 4 minutes”."""

import re

from mediadesk.api import Chip, Intent, IntentParser, Kind, hookimpl

_KINDS = {
    Kind.HOME_VIDEO: r"\bhome (?:videos?|movies?)\b|家庭录像",
    Kind.MUSIC_VIDEO: r"\bmusic videos?\b|音乐视频",
    Kind.CONCERT: r"\bconcerts?\b|演唱会|音乐会",
    Kind.TALK: r"\b(?:talks?|lectures?)\b|演讲|讲座",
    Kind.AUDIOBOOK: r"\baudio ?books?\b|有声书",
    Kind.PODCAST: r"\bpodcasts?\b|播客",
    Kind.FILM: r"\b(?:films?|movies?)\b|电影|影片",
    Kind.EPISODE: r"\b(?:episodes?|series)\b|剧集|电视剧",
    Kind.CLIP: r"\b(?:clips?|videos?)\b|短片|视频",
    Kind.SONG: r"\b(?:songs?|music)\b|歌曲|音乐",
}
_SHORTER = r"(?:shorter than|under|less than|at most)\s*(\d{1,4})\s*min(?:ute)?s?\b"
_SHORTER_ZH = r"(?:短于|少于|不到|不超过)\s*(\d{1,4})\s*分钟"


class KindsAndLengths:
    """Takes the words it knows out of a question; the rest is left to likeness."""

    name = "NAME"

    def parse(self, text: str, language: str) -> Intent | None:
        """Give the conditions and the rest, None where no condition is understood."""
        chips = []
        for kind, words in _KINDS.items():
            text, count = re.subn(words, " ", text, flags=re.IGNORECASE)
            if count:
                chips.append(Chip(field="kind", value=kind.value))
        for pattern in (_SHORTER, _SHORTER_ZH):
            if found := re.search(pattern, text, re.IGNORECASE):
                chips.append(Chip(field="minutes", high=float(found[1])))
                text = text.replace(found[0], " ")
        return Intent(chips=tuple(chips), meaning=" ".join(text.split())) if chips else None


@hookimpl
def intent_parsers() -> list[IntentParser]:
    """Hand over what this plugin has."""
    return [KindsAndLengths()]
