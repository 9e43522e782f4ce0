"""What every command shares: opening the engine, printing, and telling what went wrong."""

import logging
import os
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, Protocol, TypeVar

import msgspec
import typer

from mediadesk import log
from mediadesk.api.errors import UserError
from mediadesk.paths import shown
from mediadesk.texts import plain

if TYPE_CHECKING:
    from mediadesk.engine.engine import Engine
    from mediadesk.engine.messages import Progress

T = TypeVar("T")
_LONGEST = 4_096
_SAID_AT_MOST = 1_000
_TOLD_EVERY_S = 0.5

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Profile = Annotated[
    str | None, typer.Option(help="Whose marks and taste; the default is set in settings.")
]
Name = Annotated[str, typer.Argument(metavar="ITEM", help="An item's id, or its file.")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")]


class Desktop(Protocol):
    """The program with a window, as the commands use it."""

    def run(self, data_dir: Path | None, *, safe: bool) -> int:
        """Open the window and stay until it is closed; give the exit status."""
        ...

    def screenshot(
        self,
        data_dir: Path | None,
        poses: Sequence[str],
        out: Path,
        *,
        themes: Sequence[str],
        sizes: Sequence[tuple[int, int]],
    ) -> list[Path]:
        """Save pictures of pages, of “all” as well, and give their files."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """What was said before the command, and how to get at the window.

    `data_dir` is where the library lives; `safe` leaves installed plugins alone; `private` records
    nothing.
    """

    data_dir: Path | None
    desktop: Callable[[], Desktop]
    safe: bool = False
    private: bool = False


def said(context: typer.Context) -> Context:
    """Give what was said before the command."""
    found = context.find_object(Context)
    assert found is not None  # noqa: S101 - the callback of the program has set it
    return found


@contextmanager
def engine(context: typer.Context) -> "Iterator[Engine]":
    """Open the library for one command and close it again."""
    from mediadesk.engine.engine import Engine
    from mediadesk.settings import Places

    told = said(context)
    opened = Engine(Places.find(told.data_dir), safe=told.safe, private=told.private)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def counting(
    what: str, how_far: "Callable[[], Progress | None]", *, unit: str = "", as_json: bool
) -> Iterator[None]:
    """Tell on a terminal how far something is while it is being done."""
    if as_json or not sys.stderr.isatty():
        yield
        return
    ended = threading.Event()

    def tell() -> None:
        while not ended.wait(_TOLD_EVERY_S):
            if (found := how_far()) is not None:
                sys.stderr.write(f"\r{what}: {found.done:,} of {found.of:,} {unit}".rstrip())
                sys.stderr.flush()
        sys.stderr.write("\r\033[K")

    telling = threading.Thread(target=tell, name="telling", daemon=True)
    telling.start()
    try:
        yield
    finally:
        ended.set()
        telling.join()


def emit(value: T, *, as_json: bool, text: Callable[[T], str]) -> None:
    """Print a value as JSON, or as the text that `text` makes of it."""
    if as_json:
        written = msgspec.json.format(msgspec.json.encode(value)).decode()
    else:
        written = harmless(text(value)).rstrip("\n")
    try:
        sys.stdout.write(written + "\n")
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is left of it
        if not isinstance(error, BrokenPipeError):  # as where “head” has seen enough
            say_error(f"This can't be printed ({error.strerror}): print it elsewhere.")
        raise typer.Exit(1) from error


def harmless(text: str) -> str:
    """Leave out what a terminal would obey: some of the text may be a plugin's or a file's."""
    return plain(shown(text)).replace("\t", "")


def check_words(words: Iterable[object]) -> None:
    """Refuse arguments that nothing can be called.

    Raises:
        UserError: if one is longer than any path, or neither UTF-8 nor a path.
    """
    for word in words:
        if isinstance(word, list | tuple):
            check_words(word)
            continue
        if not isinstance(word, str | Path):
            continue
        text = str(word)
        if len(text) > _LONGEST:
            raise UserError(
                f"“{text[:40]}…” has {len(text):,} characters: give one with {_LONGEST:,} at most."
            )
        is_odd = any(unicodedata.category(each) == "Cs" for each in text)
        if is_odd and os.sep not in text and not os.path.lexists(text):
            raise UserError(
                f"“{text}” is not written in UTF-8 and names no file here: have your terminal "
                "write UTF-8, or name a file."
            )


def fail(error: Exception, *, as_json: bool) -> NoReturn:
    """Say in one sentence what went wrong and end with status 1."""
    if not isinstance(error, UserError):
        logging.getLogger(__name__).error("unexpected", exc_info=error)
    say_error(log.sentence(error), as_json=as_json)
    raise typer.Exit(1)


def say_error(sentence: str, *, as_json: bool = False) -> None:
    """Print a sentence about what went wrong on a line of its own, cut if it is very long."""
    sentence = harmless(sentence).replace("\n", " ")
    if len(sentence) > _SAID_AT_MOST:
        sentence = f"{sentence[: _SAID_AT_MOST // 2]} … {sentence[-_SAID_AT_MOST // 2 :]}"
    if as_json:
        sys.stdout.write(msgspec.json.encode({"error": sentence}).decode() + "\n")
    else:
        sys.stderr.write(f"mediadesk: {sentence}\n")


def count(number: int, what: str) -> str:
    """Write a number with its noun: 1 file, 1,200 files."""
    return f"{number:,} {what if number == 1 else f'{what}s'}"


def clock(seconds: float) -> str:
    """Write seconds as 1:02:03 or 2:03."""
    whole = int(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
