"""Tries the parts that deal with the world: importers, players, listeners, transports, models."""

import re
from collections.abc import Iterator

import onnx

from mediadesk.api import (
    Importer,
    Listener,
    ModelCard,
    ModelCatalogue,
    Player,
    Transport,
    UserError,
)
from mediadesk.host.makers import material
from mediadesk.host.makers.material import Bench

_NAME, _CONTENTS = "check.mdsync", (b"one", bytes(range(256)) * 4096, b"")


def importer(part: Importer, _: Bench) -> Iterator[str]:
    """Exports that are none: each must be read or refused in a sentence."""
    if not part.patterns:
        yield "It has no patterns: no file would be handed to it."
    for content in material.GARBAGE:
        try:
            part.read(part.patterns[0].replace("*", "history") if part.patterns else "x", content)
        except UserError:
            continue


def player(part: Player, _: Bench) -> Iterator[str]:
    """Its command, with a file put in."""
    if not any("{path}" in argument for argument in part.arguments):
        yield "None of its arguments has “{path}”: the program would not know what to play."
    for argument in part.arguments:
        if unknown := set(re.findall(r"\{(\w+)\}", argument)) - {"path", "start"}:
            yield f"“{argument}” has the unknown “{{{min(unknown)}}}”: use {{path}} and {{start}}."
    if not part.kinds:
        yield "It plays nothing: its kinds are empty."


def listener(part: Listener, _: Bench) -> Iterator[str]:
    """Every kind of event, twice, and none."""
    for events in (material.events(), material.events(), ()):
        part.on_events(events)
    yield from ()


def transport(part: Transport, _: Bench) -> Iterator[str]:
    """A file that is written, read, replaced and deleted; one that is not there."""
    part.delete(_NAME)
    for content in _CONTENTS:
        part.write(_NAME, content)
        if part.read(_NAME) != content:
            yield f"Of {len(content)} bytes that were written others came back."
    if list(part.names()).count(_NAME) != 1:
        yield "A file that was written is not listed once."
    for _time in range(2):
        part.delete(_NAME)
    if _NAME in part.names():
        yield "A file that was deleted is still listed."
    try:
        part.read(_NAME)
    except UserError:
        return
    yield "Reading a file that is not there raises no UserError."


def model_catalogue(part: ModelCatalogue, bench: Bench) -> Iterator[str]:
    """Every model's card and file."""
    cards = part.models()
    if len({card.name for card in cards}) < len(cards):
        yield "Two of its models have the same name."
    for card in cards:
        if problem := _wrong_with(card, bench):
            yield f"The model “{card.name}” {problem}."


def _wrong_with(card: ModelCard, bench: Bench) -> str:
    if not (card.name and card.task and card.licence and card.source):
        return "lacks its name, task, licence or source"
    if card.dimensions < 0:
        return f"has {card.dimensions} dimensions"
    if not card.file.resolve().is_relative_to(bench.root.resolve()) or not card.file.is_file():
        return f"has no file in the plugin's own folder: “{card.file}”"
    try:
        onnx.checker.check_model(str(card.file))
    except (onnx.checker.ValidationError, ValueError, OSError) as error:
        return f"is no ONNX file ({str(error).splitlines()[0]})"
    return ""
