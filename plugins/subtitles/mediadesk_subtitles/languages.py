"""Which language a subtitle track is in: as its name says, as its text looks."""

import re
from collections.abc import Iterable
from math import exp

from babelfish.exceptions import LanguageError
from babelfish.language import Language

_TELLING = 4000  # characters that tell the language
# What people call languages that the standard does not.
_CALLED = {
    "zh": "cn chs cht sc tc tw hk gb big5 hans hant mandarin cantonese "
    "简 繁 简体 繁体 繁體 中文 简中 繁中 简体中文 繁体中文 繁體中文 国语 國語",
    "ja": "jp jpn 日本語 日语 日文",
    "ko": "kr 한국어 韩语",
    "en": "英文 英语 eng",
    "pt": "br ptbr pob brazilian",
    "es": "lat spa",
    "cs": "cz",
    "el": "gr greek",
    "uk": "ua",
    "da": "dk",
    "fa": "farsi",
}
_BY_CALL = {call: code for code, calls in _CALLED.items() for call in calls.split()}
_ROLES = {
    "forced": "forced",
    "foreign": "forced",
    "signs": "forced",
    "songs": "forced",
    "sdh": "sdh",
    "cc": "sdh",
    "hi": "sdh",
    "commentary": "commentary",
    "comment": "commentary",
}
# Script → (its characters, the share of letters from which it tells the language).
_SCRIPTS = {
    "ja": (re.compile("[぀-ヿ]"), 0.1),
    "ko": (re.compile("[가-힯ᄀ-ᇿ]"), 0.2),
    "zh": (re.compile("[㐀-鿿豈-﫿]"), 0.2),
    "th": (re.compile("[฀-๿]"), 0.5),
    "he": (re.compile("[֐-׿]"), 0.5),
    "el": (re.compile("[Ͱ-Ͽ]"), 0.5),
}
_LATIN = re.compile("[A-Za-zÀ-ɏ]")
_NOT_LATIN = frozenset(
    "ar bg bn el fa he hi hy ja ka ko ml mr ru ta te th uk ur zh".split()  # noqa: SIM905 - a table
)
_TITLED = r"\[\](){}._\-\s,&+"
_PARTS = re.compile(rf"[^{_TITLED}]+")


def code(name: str) -> str:
    """Give the two letters of a language by its code of two or three letters or its English name.

    Empty where it is none, or none that has two letters.
    """
    call = name.casefold()
    if call in _BY_CALL:
        return _BY_CALL[call]
    readers = {2: (Language.fromalpha2,), 3: (Language.fromalpha3b, Language.fromalpha3t)}
    for read in readers.get(len(call), (Language.fromname,)):
        try:
            return str(read(call).alpha2)
        except (LanguageError, ValueError):
            continue
    return ""


def told(name: str) -> tuple[str, frozenset[str]]:
    """Give the language that a name tells and the roles: forced, sdh, commentary.

    `name` is what follows the video's in that of a subtitle file (“.zh-TW.forced”), or the title
    of a stream. “hi” is Hindi, unless another language stands before it.
    """
    language, roles = "", set()
    for part in _PARTS.findall(name.casefold()):
        found = code(part)
        if part in _ROLES and (language or not found):
            roles.add(_ROLES[part])
        language = language or found
    return language, frozenset(roles)


def looks(texts: Iterable[str], said: str = "") -> str:
    """Give the language that a text's letters tell of, else the one that was `said` of it.

    Empty if its letters can't be those of the language said.
    """
    text = _beginning(texts)
    letters = sum(map(str.isalpha, text)) or 1
    for language, (characters, share) in _SCRIPTS.items():
        if len(characters.findall(text)) / letters >= share:
            return language
    is_latin = len(_LATIN.findall(text)) / letters > 0.9
    return "" if said in _NOT_LATIN and is_latin else said


def detect(texts: Iterable[str]) -> tuple[str, float]:
    """Give the language of a text, and how sure that is: 0..1; nothing where there is no letter.

    It loads a model of 80 MB once: that is why this is for the engine, not for every worker.
    """
    text = _beginning(texts)
    if not any(map(str.isalpha, text)):
        return "", 0.0
    if language := looks([text]):
        return language, 1.0
    import py3langid

    ranked = py3langid.rank(text)  # type: ignore[attr-defined,no-untyped-call]
    best: str = ranked[0][0]
    return best, round(1 / sum(exp(score - ranked[0][1]) for _, score in ranked), 3)


def _beginning(texts: Iterable[str]) -> str:
    """Give the first 4,000 characters."""
    found, length = [], 0
    for text in texts:
        found.append(text)
        length += len(text) + 1
        if length > _TELLING:
            break
    return " ".join(found)[:_TELLING]
