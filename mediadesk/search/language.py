"""Understands searches such as “kind:film year>=1990 (storm OR "calm sea") -is:seen”."""

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput, UnexpectedToken

from mediadesk.api import UserError
from mediadesk.search.terms import AGES, FIELDS, PASTS, Term, meant, name_of, understood
from mediadesk.search.tree import (
    EVERYTHING,
    Alike,
    And,
    Compare,
    CompareField,
    Inside,
    Leaf,
    Node,
    Not,
    OfKind,
    Or,
    Standing,
    Text,
    both,
    either,
    negated,
)

_LONGEST = 1_000
_NAMES = {past: name for name, past in PASTS.items()}
_DEEPEST = 30
_NAME = "[A-Za-zＡ-Ｚａ-ｚ]+"
_OP = "(?:[:：]?(?:[<>＜＞][=＝]?|[≤≥])|[:=：＝])"
_FIELD = re.compile(f"({_NAME})({_OP})")
_MARKS = '"“”＂'
# A mark inside is doubled; an open quotation ends with the text, for it is just being typed.
_INSIDE = (f"(?:[^{_MARKS}]|" + "|".join(2 * mark for mark in _MARKS) + ")*", "[^」]*", "[^』]*")
_QUOTED = f"[{_MARKS}]%s(?:[{_MARKS}]|$)|「%s(?:」|$)|『%s(?:』|$)"
_QUOTATION = re.compile(_QUOTED % tuple(f"({each})" for each in _INSIDE))
_GRAMMAR = rf"""
?start: alternatives
    | -> everything
?alternatives: together (_OR together)*
?together: one (_AND? one)*
?one: (_NOT | _MINUS) one -> negated
    | _OPEN alternatives _CLOSE -> group
    | COMPARED QUOTED -> quoted_term
    | COMPARED WORD -> term
    | QUOTED -> phrase
    | WORD -> word

_OR.3: /OR(?=[\s()（）]|$)/
_AND.3: /AND(?=[\s()（）]|$)/
_NOT.3: /NOT(?=[\s()（）]|$)/
_MINUS.3: /[-－−](?=[^\s)）])/
COMPARED.2: /{_NAME}{_OP}(?=[^\s()（）])/
QUOTED: /{_QUOTED % _INSIDE}/
WORD: /[^\s()（）{_MARKS}「『]+/
_OPEN: /[(（]/
_CLOSE: /[)）]/
%ignore /\s+/
"""


def parse(text: str) -> Node:
    """Understand a search; an empty one asks for everything.

    Raises:
        UserError: naming the place that isn't understood, and what may stand there.
    """
    if len(text) > _LONGEST:
        raise UserError(f"The search is too long: use {_LONGEST:,} characters at most.")
    clean = text.replace("\0", " ").encode(errors="replace").decode()
    try:
        return cast("Node", _parser().parse(clean))
    except UnexpectedInput as error:
        if isinstance(error, UnexpectedToken) and error.token.type == "$END":
            last = clean.split()[-1][-40:]
            raise UserError(
                f"The search ends too soon: write something after “{last}”, and a “)” for each “(”."
            ) from error
        at = error.pos_in_stream or 0
        raise UserError(
            f"“{clean[at]}” at character {at + 1} doesn't fit there: take it out, or put quotes "
            "around words that have it."
        ) from error


def written(node: Node) -> str:
    """Write a tree so that `parse` gives it again."""
    match node:
        case And((Compare(field, ">=", low), Compare(other, "<=", high))) if (
            field == other and low != high
        ):
            return f"{_NAMES.get(field, field)}:{_value(field, low)}..{_value(field, high)}"
        case And(parts):
            return " ".join(map(_enclosed, parts))
        case Or(parts):
            return " OR ".join(map(_enclosed, parts))
        case Not(part):
            return f"-{_enclosed(part)}"
        case _:
            return _term_written(node)


class _Tree(Transformer[Token, Node]):
    """Makes the tree while the text is read: each method is a rule of the grammar."""

    def everything(self, _: Sequence[Node]) -> Node:
        return EVERYTHING

    def alternatives(self, parts: Sequence[Node]) -> Node:
        return either(parts)

    def together(self, parts: Sequence[Node]) -> Node:
        return both(parts)

    def negated(self, parts: Sequence[Node]) -> Node:
        return negated(parts[0])

    def group(self, parts: Sequence[Node]) -> Node:
        if _depth(parts[0]) > _DEEPEST:
            raise UserError(f"The search has brackets in brackets more than {_DEEPEST} deep.")
        return parts[0]

    def phrase(self, tokens: Sequence[Token]) -> Node:
        return Text("any", _unquoted(tokens[0]))

    def word(self, tokens: Sequence[Token]) -> Node:
        word = tokens[0]
        begun = _FIELD.fullmatch(word)
        if begun and name_of(begun[1]) in FIELDS:
            term = _term(word, "")
            understood(term)  # most fields say themselves what may follow
            raise term.wrong("write the words right behind it, without a space")
        return Text("any", str(word))

    def term(self, tokens: Sequence[Token]) -> Node:
        return _meaning(tokens[0], str(tokens[1]))

    def quoted_term(self, tokens: Sequence[Token]) -> Node:
        return _meaning(tokens[0], _unquoted(tokens[1]))


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", transformer=_Tree())


def _meaning(begun: Token, value: str) -> Node:
    term = _term(begun, value)
    if name_of(term.field) in FIELDS:
        return understood(term)
    near = meant(term.field)
    if not near and not term.op.startswith((":", "：")):
        return Text("any", f"{begun}{value}")  # E=mc²
    remedy = f"did you mean “{near}”" if near else f"the fields are {', '.join(FIELDS)}"
    raise term.wrong(f"{remedy}; put quotes around it to search for it as it is")


def _term(begun: Token, value: str) -> Term:
    _, field, op, _ = _FIELD.split(begun)
    return Term(field=field, op=op, value=value, at=(begun.start_pos or 0) + 1)


def _depth(node: Node) -> int:
    match node:
        case And(parts) | Or(parts):
            return 1 + max(map(_depth, parts), default=0)
        case Not(part):
            return 1 + _depth(part)
        case _:
            return 0


def _unquoted(token: Token) -> str:
    text = _QUOTATION.sub(lambda found: next(filter(None, found.groups()), ""), token)
    for mark in _MARKS:
        text = text.replace(2 * mark, mark)
    return text


def _quoted(text: str) -> str:
    if re.fullmatch(r"\w+", text) and text not in {"OR", "AND", "NOT"}:
        return text
    for mark in _MARKS:
        text = text.replace(mark, 2 * mark)
    return f'"{text}"'


def _term_written(node: Leaf) -> str:
    match node:
        case Text(field, text, whole):
            mark = "=" if whole else ":"
            return _quoted(text) if field == "any" else f"{field}{mark}{_quoted(text)}"
        case OfKind(kind):
            return f"kind:{kind}"
        case Standing(state):
            return f"is:{state}"
        case Inside(folder):
            return f"in:{_quoted(folder)}"
        case Alike(name):
            return f"similar:{_quoted(name)}"
        case Compare(field, op, value):
            name = _NAMES.get(field, field)
            said = _value(field, value)
            exact = op == "=" and field in {"length", "size", *PASTS.values()}
            return f"{name}:{said}..{said}" if exact else f"{name}{op}{said}"


def _enclosed(node: Node) -> str:
    return f"({written(node)})" if isinstance(node, And | Or) else written(node)


def _value(field: CompareField, value: float | date) -> str:
    if isinstance(value, date):
        return value.isoformat()
    whole = int(value)
    if field == "length":
        return f"{whole // 3600}h{whole // 60 % 60}m{whole % 60}s"
    if field == "size":
        return f"{whole}b"
    if field in PASTS.values():
        unit = next(unit for unit, seconds in AGES.items() if whole % seconds == 0)
        return f"{whole // AGES[unit]}{unit}"
    return f"{value:g}" if value < 100_000 else str(whole)
