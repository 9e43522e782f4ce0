"""The occasions that plugins are given to do their worst."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from mediadesk.api import UserError

if TYPE_CHECKING:
    from integration.gallery.museum import Museum

_TIMES = 3
_PAUSE = 0.2
_LONG = 8.0


def analysed(museum: Museum) -> None:
    """Let extractors, taggers and metadata readers see every item."""
    museum.engine.analyze(wait=True)


def ranked(museum: Museum) -> None:
    """Open For you a few times: it must show something each time."""
    for _ in range(_TIMES):
        assert museum.cards()


def ranked_slowly(museum: Museum) -> None:
    """Open For you a few times, with time in between."""
    for _ in range(_TIMES + 1):
        assert museum.cards()
        time.sleep(_PAUSE)


def ranked_in_time(museum: Museum) -> None:
    """Open For you a few times: it must not take long."""
    for _ in range(_TIMES):
        started = time.monotonic()
        assert museum.cards()
        assert time.monotonic() - started < _LONG


def explained(museum: Museum) -> None:
    """Ask why, a few times: there must be an answer each time."""
    for _ in range(_TIMES):
        assert museum.engine.why(museum.cards()[0].id).reasons


def opened(museum: Museum) -> None:
    """Open its page a few times."""
    for _ in range(_TIMES):
        for page in museum.engine.pages():
            with contextlib.suppress(UserError):
                museum.engine.page(page.plugin, page.name)


def imported(museum: Museum) -> None:
    """Import a history a few times, from one of its files."""
    file = museum.folder / "history.csv"
    file.write_text("title\nLighthouse\n")
    for _ in range(_TIMES):
        with contextlib.suppress(UserError):
            museum.engine.import_history(str(file))


def asked(museum: Museum) -> None:
    """Ask a question a few times: it must be answered each time."""
    for _ in range(_TIMES):
        assert museum.engine.ask("a storm at sea").items


def heard(museum: Museum) -> None:
    """Play something; the neighbour must hear of it."""
    before = len(museum.heard())
    for item in museum.engine.ids()[:_TIMES]:
        museum.engine.event(item, "opened")
    museum.wait_for(lambda: len(museum.heard()) >= before + _TIMES)
    assert len(museum.heard()) == before + _TIMES
