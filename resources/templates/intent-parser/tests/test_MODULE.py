"""The parser on questions in two languages."""

import pytest
from mediadesk.api import Chip, Intent

from MODULE import intent_parsers


def parse(text: str) -> Intent | None:
    (parser,) = intent_parsers()
    return parser.parse(text, "en")


@pytest.mark.parametrize("text", ["Quiet songs shorter than 4 minutes", "短于 4 分钟的歌曲"])
def test_kind_and_length_are_understood(text: str) -> None:
    intent = parse(text)
    assert set(intent.chips) == {Chip(field="kind", value="song"), Chip(field="minutes", high=4.0)}


def test_the_rest_is_what_is_meant() -> None:
    assert parse("a film about the sea").meaning == "a about the sea"


@pytest.mark.parametrize("text", ["", "the sea", "filmography", "大海"])
def test_where_nothing_is_understood_another_parser_may_try(text: str) -> None:
    assert parse(text) is None
