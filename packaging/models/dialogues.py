"""Lines of dialogue in thirteen languages, and names of films that tell languages of both kinds.

The lines are those of the game Fish Fillets (GPL), as its translators wrote them; the names stand
in the tests of guessit (LGPL). Nothing of them is shipped.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files

import yaml
from debian import unused

from mediadesk_subtitles.languages import code, detect

LINES = (1, 3, 10, 40)  # of a text, as a song, a forced track, a clip and a film have
MOST = 25  # texts of so many lines, of a language
_LINE = re.compile(r'dialogStr\("(.+)"\)')
_ENGLISH = re.compile(r'dialogId\(.*, "(.+)"\)')
_FILE = re.compile(r"dialogs_([a-z]{2})\.lua$")


def read() -> Iterator[tuple[str, float, bool]]:
    """Give the language of texts, how surely it is found, and whether that is right."""
    lines = defaultdict(list)
    for path, data in unused("fillets-ng-data", (".lua",)):
        if found := _FILE.search(path):
            text = data.decode()
            lines[found[1]] += _LINE.findall(text)
            if found[1] == "de":  # what is translated stands beside it
                lines["en"] += _ENGLISH.findall(text)
    for language, own in sorted(lines.items()):
        for count in LINES:
            step = max(len(own) // MOST, count)
            for start in range(0, len(own) - count + 1, step):
                told, sure = detect(own[start : start + count])
                if told:
                    yield language, sure, told == language


def translated() -> list[bool]:
    """Tell of each language of subtitles in the name of a film whether its sound is in it, too."""
    cases = {}
    for part in files("guessit").joinpath("test").iterdir():
        if part.name.endswith(".yml"):
            for name, told in yaml.safe_load(part.read_text(encoding="utf-8")).items():
                if isinstance(told, dict) and {"language", "subtitle_language"} <= told.keys():
                    sound, written = _codes(told["language"]), _codes(told["subtitle_language"])
                    cases |= {(str(name), each): each in sound for each in written}
    return list(cases.values())


def _codes(names: str | list[str]) -> set[str]:
    return {code(each) for each in ([names] if isinstance(names, str) else names)}
