"""Opens exports: tables, JSON and XML, and lists what is in them, or says what is wrong.

A file of another kind is a `UserError`: another importer may know it. One that is the right export
and still can't be used is an `UnreadableError`, which the person gets to read.
"""

import csv
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Literal, TypeVar
from xml.etree import ElementTree as ET

import msgspec

from mediadesk.api import EventKind, UnreadableError, UserError, Watched

_BOM = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_LATEST = 4_102_444_800.0  # seconds: the year 2100
_LARGEST = 100_000  # elements of an entry
_DEEPEST = 100
R = TypeVar("R")
E = TypeVar("E")


def rows(name: str, content: bytes, delimiter: str = ",") -> list[list[str]]:
    """Give the cells of a table, without its empty lines; between tabs quotes are only letters.

    Raises:
        UserError: if it is no table.
    """
    try:
        text = io.StringIO(_text(content), newline="")
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


def table(name: str, content: bytes, columns: Collection[str]) -> list[dict[str, str]]:
    """Give the lines of a table with these columns, as column → text without its empty cells.

    Raises:
        UserError: if it is no table, or has other columns.
    """
    head, *lines = rows(name, content) or [[]]
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


def typed(name: str, entries: Iterable[E], read: Callable[[E], R]) -> list[R | ValueError]:
    """Give each entry as `read` makes it, or why it can't be read, for `each` to tell.

    Raises:
        UserError: if there are entries and none can be read, for then it is another export.
    """
    found: list[R | ValueError] = []
    for entry in entries:
        try:
            found.append(read(entry))
        except ValueError as error:
            found.append(error)
        except RecursionError as error:
            found.append(ValueError(str(error)))
    errors = [entry for entry in found if isinstance(entry, ValueError)]
    if errors and len(errors) == len(found):
        raise UserError(
            f"“{name}” is no such export ({errors[0]}): choose the file as it came."
        ) from errors[0]
    return found


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


def each(
    name: str, entries: Iterable[R | ValueError], watched: Callable[[R], Iterator[Watched]]
) -> list[Watched]:
    """Give what every entry of an export tells; what has no title is left out.

    Entries that hold something else than they should are left out, and told of in one `problem`.

    Raises:
        UnreadableError: if that leaves nothing.
    """
    found: list[Watched] = []
    damaged: dict[int, Exception] = {}
    for number, entry in enumerate(entries, 1):
        try:
            if isinstance(entry, ValueError):
                raise entry
            found += _told(watched(entry))
        except (ValueError, OverflowError) as error:
            damaged[number] = error
    if damaged:
        problem = _damage(name, damaged)
        if not found:
            raise UnreadableError(problem)
        found.append(Watched(title="", kind=EventKind.FINISHED, problem=problem))
    return found


def _told(lines: Iterator[Watched]) -> list[Watched]:
    told = list(lines)
    for line in told:
        if not 0 <= line.at < _LATEST:
            raise ValueError(f"{line.at} is no time")
        if not 0 <= line.value <= 1:
            raise ValueError(f"{line.value} is no share")
    return [line for line in told if line.title.strip()]


def _damage(name: str, damaged: dict[int, Exception]) -> str:
    number, error = next(iter(damaged.items()))
    if len(damaged) == 1:
        return f"Entry {number} of “{name}” is damaged ({error}): mend it, and import it again."
    return (
        f"{len(damaged):,} entries of “{name}” are damaged, the first is entry {number} ({error}): "
        "mend them, and import them again."
    )


def of_one(
    name: str, entries: Sequence[R | ValueError], who: Callable[[R], str]
) -> Sequence[R | ValueError]:
    """Give the entries of one person, where a household shares a file: that of the file's name.

    What can't be read may be anybody's.

    Raises:
        UnreadableError: if there are several people and the name tells none of them.
    """
    people = sorted({who(entry) for entry in entries if not isinstance(entry, ValueError)})
    if len(people) <= 1:
        return entries
    named = [
        each
        for each in people
        if re.search(rf"(?<!\w){re.escape(each)}(?!\w)", name, re.IGNORECASE) and each
    ]
    if len(named) != 1:
        listed = ", ".join(f"“{each}”" for each in people)
        raise UnreadableError(
            f"“{name}” tells about several people: put one of {listed} into its name, and that "
            "one's history is taken."
        )
    return [entry for entry in entries if isinstance(entry, ValueError) or who(entry) == named[0]]
