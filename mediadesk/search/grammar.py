"""The grammar of searches, and the tree that is made while one is read."""

import re
from collections.abc import Sequence
from functools import cache
from typing import cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput, UnexpectedToken

from mediadesk.api import UserError
from mediadesk.search.terms import FIELDS, Term, meant, name_of, understood
from mediadesk.search.tree import EVERYTHING, And, Node, Not, Or, Text, both, either, negated
from mediadesk.search.writing import MARKS

_DEEPEST = 30
_NAME = "[A-Za-zＡ-Ｚａ-ｚ]+"
_OP = "(?:[:：]?(?:[<>＜＞][=＝]?|[≤≥])|[:=：＝])"
_FIELD = re.compile(f"({_NAME})({_OP})")
# A mark inside is doubled; an open quotation ends with the text, for it is just being typed.
_INSIDE = (f"(?:[^{MARKS}]|" + "|".join(2 * mark for mark in MARKS) + ")*", "[^」]*", "[^』]*")
_QUOTED = f"[{MARKS}]%s(?:[{MARKS}]|$)|「%s(?:」|$)|『%s(?:』|$)"
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
WORD: /[^\s()（）{MARKS}「『]+/
_OPEN: /[(（]/
_CLOSE: /[)）]/
%ignore /\s+/
"""


def tree(text: str) -> Node:
    """Read a search that has words; it raises as `language.parse` does."""
    try:
        return cast("Node", _parser().parse(text))
    except UnexpectedInput as error:
        if isinstance(error, UnexpectedToken) and error.token.type == "$END":
            last = text.rsplit(maxsplit=1)[-1][-40:]
            raise UserError(
                f"The search ends too soon: write something after “{last}”, and a “)” for each “(”."
            ) from error
        at = error.pos_in_stream or 0
        raise UserError(
            f"“{text[at]}” at character {at + 1} doesn't fit there: take it out, or put quotes "
            "around words that have it."
        ) from error


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
    for mark in MARKS:
        text = text.replace(2 * mark, mark)
    return text
