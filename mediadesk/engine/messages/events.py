"""What a person did, as it is told to the engine."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an item stood when a person saw it or did something with it.

    `page` is its name, such as for-you; `shelf` the id of a shelf of the panel, empty elsewhere;
    `slot` the place on it, from 1, or 0 where it has none; `arm` the side of a contest that put it
    there, as its card has it.
    """

    page: str
    shelf: str = ""
    slot: int = 0
    arm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """What tells whether anybody was there while something was played, in seconds.

    `unattended` is how long nobody had touched anything when it began by itself, 0 where a person
    began it or has touched something since; `paused` is how long it stood still until now.
    """

    unattended: float = 0.0
    paused: float = 0.0
