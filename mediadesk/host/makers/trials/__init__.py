"""Tries the parts of a plugin with made-up input: what the host relies on must hold."""

from collections.abc import Callable, Iterator
from typing import Any

from mediadesk.api import Kind, UserError
from mediadesk.host.isolate.guest import PluginError, WrongResultError
from mediadesk.host.makers.material import Bench
from mediadesk.host.makers.trials import choosing, learning, outside

TRIALS: dict[str, Callable[[Any, Bench], Iterator[str]]] = {
    "extractors": learning.extractor,
    "taggers": learning.tagger,
    "rankers": choosing.ranker,
    "metadata_readers": learning.metadata_reader,
    "importers": outside.importer,
    "explainers": choosing.explainer,
    "intent_parsers": choosing.intent_parser,
    "players": outside.player,
    "shelves": choosing.shelf_maker,
    "panels": choosing.panel,
    "listeners": outside.listener,
    "transports": outside.transport,
    "model_catalogues": outside.model_catalogue,
}
"""Hook → its trial, whose docstring says what is tried; it gives what is wrong, in sentences."""
_MOST = 5  # problems of one part: more would say the same again


def attempt(hook: str, part: Any, bench: Bench) -> list[str]:  # noqa: ANN401 - of any hook
    """Try one part; give what is wrong with it, nothing where all is well."""
    problems = list(_looks(part))
    if problems:
        return problems
    try:
        for problem in TRIALS[hook](part, bench):
            if problem not in problems:
                problems.append(problem)
            if len(problems) == _MOST:
                break
    except (UserError, WrongResultError) as error:
        problems.append(_told(str(error), error))
    except PluginError as error:
        problems.append(_told(f"It raises {error}", error))
    except Exception as error:  # noqa: BLE001 - a stranger's code raises what it likes
        problems.append(_told(f"It raises {type(error).__name__}: {error}", error))
    return problems


def told(hook: str) -> str:
    """Say what is tried with the parts of a hook."""
    return (TRIALS[hook].__doc__ or "").strip()


def _told(sentence: str, error: Exception) -> str:
    """Add what was noted at an error, such as the file."""
    return " ".join([f"{sentence.rstrip('.')}.", *getattr(error, "__notes__", ())])


def _looks(part: Any) -> Iterator[str]:  # noqa: ANN401
    """Check what parts of all hooks have, or have if they have it."""
    for name in ("name", "title"):
        text = getattr(part, name, "x")
        if not isinstance(text, str) or not text.strip() or not text.isprintable():
            yield f"Its {name} is {text!r}, not a line of text."
    version = getattr(part, "version", 1)
    if type(version) is not int or version < 1:
        yield f"Its version is {version!r}, not a whole number from 1."
    kinds = getattr(part, "kinds", frozenset(Kind))
    if not kinds or not frozenset(kinds) <= frozenset(Kind):
        yield f"Its kinds are {kinds!r}: name some of mediadesk.api.Kind."
