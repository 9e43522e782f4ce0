"""Opens exports: tables, JSON and XML, or says what is wrong.

A file of another kind is a `UserError`: another importer may know it. One that is the right export
and still can't be used is an `UnreadableError`, which the person gets to read.
"""

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Literal, TypeVar
from xml.etree import ElementTree as ET

import msgspec

from mediadesk.api import UserError

_BOM = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_LARGEST = 100_000  # elements of an entry
_DEEPEST = 100
_AS_EVER: Mapping[str, str] = MappingProxyType({})
R = TypeVar("R")


def rows(name: str, content: bytes, delimiter: str = "") -> list[list[str]]:
    """Give the cells of a table, without its empty lines; between tabs quotes are only letters.

    Without a `delimiter` it is that of the first line: some spreadsheets write semicolons.

    Raises:
        UserError: if it is no table.
    """
    try:
        text = io.StringIO(_text(content), newline="")
        if not delimiter:
            head = text.readline()
            delimiter = ";" if head.count(";") > head.count(",") else ","
            text.seek(0)
        quoting: Literal[0, 3] = csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL
        lines = csv.reader(text, delimiter=delimiter, quoting=quoting)
        return [cells for cells in lines if any(cells)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"“{name}” is no table ({error}): choose the file as it came.") from error


def _text(content: bytes) -> str:
    """Decode a table: a spreadsheet saves it wide, and older ones of IMDb are in Windows-1252."""
    if content.startswith(_WIDE):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def table(
    name: str, content: bytes, columns: Collection[str], since: Mapping[str, str] = _AS_EVER
) -> list[dict[str, str]]:
    """Give the lines of a table with these columns, as column → text without its empty cells.

    `since` tells what columns of older exports are called by now.

    Raises:
        UserError: if it is no table, or has other columns.
    """
    written, *lines = rows(name, content) or [[]]
    head = [since.get(column, column) for column in written]
    if missing := [column for column in columns if column not in head]:
        raise UserError(
            f"“{name}” has no column “{missing[0]}”: choose the file as it was exported."
        )
    return [
        {column: cell for column, cell in zip(head, line, strict=False) if cell} for line in lines
    ]


def json(name: str, content: bytes, kind: type[R]) -> R:
    """Give what a JSON file holds.

    Raises:
        UserError: if it is no JSON, or not of this `kind`.
    """
    try:
        return msgspec.json.decode(content.removeprefix(_BOM), type=kind, strict=False)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UserError(
            f"“{name}” is no such export ({error}): choose the file as it came."
        ) from error


def xml(name: str, content: bytes, root: str, tags: Collection[str]) -> Iterator[ET.Element]:
    """Give the elements with these tags, wherever they stand; each is gone once the next is asked.

    Raises:
        UserError: if it is no XML, declares entities, has another root, or an endless entry.
    """
    try:
        # UTF-16 could hide what is looked for here, and so could another encoding that it declares.
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\0" in content:
            raise ValueError("it declares entities, or is not in UTF-8")
        yield from _elements(content, root, tags)
    except (ET.ParseError, ValueError) as error:
        raise UserError(
            f"“{name}” is no such export ({error}): choose the file as it came."
        ) from error


def _elements(content: bytes, root: str, tags: Collection[str]) -> Iterator[ET.Element]:
    """Read as much as one entry at a time; what lies around the entries is not kept."""
    around: list[ET.Element] = []
    inside = size = 0
    utf_8 = ET.XMLParser(encoding="utf-8")  # noqa: S314 - no entities
    for event, element in ET.iterparse(io.BytesIO(content), ("start", "end"), utf_8):  # noqa: S314
        is_entry = element.tag in tags
        if event == "start":
            if not around and element.tag != root:
                raise ValueError(f"it begins with <{element.tag[:40]}>")
            around.append(element)
            inside += is_entry
            size = size + 1 if inside else 0
            if size > _LARGEST or len(around) > _DEEPEST:
                raise ValueError(f"its <{around[-1].tag[:40]}> holds too much")
            continue
        around.pop()
        inside -= is_entry
        if is_entry:
            yield element
        if around and not inside:
            around[-1].clear()


def own_name(name: str) -> str:
    """Give a file's name in lower case, without the archive and the folders that it lies in."""
    return name.lower().rpartition("/")[2]
