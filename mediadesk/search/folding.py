"""How texts are compared: without case and accents when searching, as a person files when sorting.

“The Matrix” is filed under M, “Episode 9” before “Episode 10”, “Ä” beside “A”, and Chinese by its
pinyin.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

_ACCENTS = re.compile("[\u0300-\u036f]")
# What Unicode takes for letters of their own, though people type them without the stroke.
_LETTERS = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th",
    "\n": " ", "\0": " ",
}  # fmt: skip
_STROKED = re.compile(f"[{''.join(_LETTERS)}]")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_FRONT = re.compile(r"^(?:[^\w\n]|_)*(?:(?:the|an?) +(?=\w))?", re.MULTILINE)
_NUMBER = re.compile(r"\d+")
_LONGEST_NUMBER = 30
_PINYIN = (
    "a啊b芭c擦d搭e蛾f发g噶h哈j击k喀l垃m妈n拿o哦p啪q期r然s撒t塌w挖x昔y压z匝"  # each letter's first
)
_PRIVATE = 0xE000
_AT_ONCE = 10_000
KANA, HANGUL, HAN, SIGN = "あ", "가", "中", "#"


def fold(text: str) -> str:
    """Give a text without case and accents, in ordinary letters; folding again changes nothing."""
    if text.isascii():
        return text.lower().replace("\n", " ").replace("\0", " ")
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    whole = unicodedata.normalize("NFKC", _ACCENTS.sub("", plain))
    return _STROKED.sub(lambda found: _LETTERS[found[0]], whole)


def sort_key(folded: str) -> str:
    """Give what a folded text is sorted by."""
    return sort_keys([folded])[0]


def sort_keys(folded: Sequence[str]) -> list[str]:
    """Give what each of these folded texts is sorted by.

    Marks and an English article in front don't count; numbers are compared as numbers, before all
    letters. A Chinese character (of the 3,755 most used, in the order of GB 2312) stands behind the
    Latin words that begin with the same letter of its pinyin.
    """
    keys: list[str] = []
    for start in range(0, len(folded), _AT_ONCE):
        portion = folded[start : start + _AT_ONCE]
        joined = _FRONT.sub("", "\n".join(portion)).replace("\n", "\0")
        joined = _NUMBER.sub(
            lambda found: _number(found[0]), joined
        )  # which makes a “\n” of nine digits
        if not joined.isascii():
            joined = _CHINESE.sub(_by_pinyin, joined)
        made = zip(joined.split("\0"), portion, strict=True)
        keys += [key or f"\0{text}" for key, text in made]
    return keys


def initial(key: str) -> str:
    """Give the letter that a sort key stands under: A to Z, “#” for digits and signs, Ж, あ, 中."""
    first = key[:1]
    if "a" <= first <= "z":
        return first.upper()
    if not first.isalpha():
        return SIGN
    if "\u3040" <= first <= "\u30ff":
        return KANA
    if "\uac00" <= first <= "\ud7a3":
        return HANGUL
    if first >= "\u3400":
        return HAN
    return first.upper()[0]


@lru_cache(10_000)
def _number(digits: str) -> str:
    if not digits.isascii():
        digits = "".join(str(unicodedata.decimal(digit)) for digit in digits)
    digits = digits.lstrip("0")
    return chr(1 + min(len(digits), _LONGEST_NUMBER)) + digits


def _by_pinyin(found: re.Match[str]) -> str:
    return _han().get(found[0], found[0])


@cache
def _han() -> dict[str, str]:
    """Give character → its pinyin's first letter, and its place among all in the order of pinyin.

    In its first part GB 2312 lists characters by pinyin.
    """
    firsts = dict(zip(_PINYIN[1::2], _PINYIN[::2], strict=True))
    found, letter = {}, "a"
    codes = [(row, cell) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF)]
    for place, code in enumerate(codes):
        try:
            character = bytes(code).decode("gb2312")
        except UnicodeDecodeError:
            continue  # the last row is not full
        letter = firsts.get(character, letter)
        found[character] = letter + chr(_PRIVATE + place)
    return found
