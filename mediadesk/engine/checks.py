"""What is looked at before it is believed."""

import math
from typing import get_args

from mediadesk.api import UserError
from mediadesk.recommend.times import can_be


def check_kind(kind: str, kinds: object) -> None:
    """See that it is one of the words of a `Literal`.

    Raises:
        UserError: if it is not.
    """
    if kind not in get_args(kinds):
        raise UserError(f"“{kind}” is none of {', '.join(get_args(kinds))}.")


def check_seconds(position: float) -> None:
    """See that it is a place in a film or song.

    Raises:
        UserError: if it can't be.
    """
    if not 0 <= position < math.inf:
        raise UserError(f"A position is a number of seconds from the beginning, not {position:g}.")


def check_time(at: float) -> None:
    """See that somebody can have done something then.

    Raises:
        UserError: if it can't be.
    """
    if not can_be(at):
        raise UserError(f"A time is in unix seconds, of the years 1970 to 2099, not {at:g}.")
