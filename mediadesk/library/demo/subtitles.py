"""Times the sentences of a clip and writes them as subtitles."""

from collections.abc import Sequence
from dataclasses import dataclass

SENTENCE_S = 4.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One sentence and when it is shown, in seconds."""

    start: float
    end: float
    text: str


def cues(sentences: Sequence[str]) -> list[Cue]:
    """Give each sentence its turn, a short silence between two."""
    return [
        Cue(start=at * SENTENCE_S + 0.3, end=(at + 1) * SENTENCE_S - 0.2, text=text)
        for at, text in enumerate(sentences)
    ]


def srt(sentences: Sequence[str]) -> str:
    """Give the sentences in the SubRip format."""
    return "\n".join(
        f"{number}\n{_clock(cue.start)} --> {_clock(cue.end)}\n{cue.text}\n"
        for number, cue in enumerate(cues(sentences), start=1)
    )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"00:{minutes:02}:{rest // 1000:02},{rest % 1000:03}"
