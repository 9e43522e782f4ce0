"""Reads the entries of an export one by one: a damaged one takes no other with it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from mediadesk.api import EventKind, UnreadableError, UserError, Watched

_LATEST = 4_102_444_800.0  # seconds: the year 2100
_LONGEST = 1_000  # characters of a title
R = TypeVar("R")
E = TypeVar("E")


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
        if max(len(line.title), len(line.artist), len(line.original)) > _LONGEST:
            raise ValueError(f"a name of more than {_LONGEST:,} characters")
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
