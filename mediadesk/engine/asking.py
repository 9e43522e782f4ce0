"""Answers questions in plain language: a plugin's parser understands, the library answers."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from mediadesk.api import SURE, Array, Chip, Intent, IntentParser, Item, Kind, ModelSpec, UserError
from mediadesk.engine import views
from mediadesk.engine.access import Access
from mediadesk.engine.messages import Answer, ChipView
from mediadesk.engine.preferences import Preferences
from mediadesk.host import Registry
from mediadesk.models import Models
from mediadesk.recommend.profile import State
from mediadesk.recommend.recommender import Recommender
from mediadesk.store import Database, features, library

_TEXT = "text"
_LONGEST = 1_000
_MOST_CHIPS = 20
_YES = {"yes": True, "no": False}


class Asking:
    """The verb of questions; any thread may call it."""

    def __init__(
        self,
        access: Access,
        registry: Registry,
        models: Models,
        recommender: Recommender,
        preferences: Preferences,
    ) -> None:
        self._access = access
        self._registry = registry
        self._models = models
        self._recommender = recommender
        self._preferences = preferences

    def ask(self, text: str, *, limit: int = 50, profile: str | None = None) -> Answer:
        started = time.perf_counter()
        asked = understand(self._registry, text, language=self._preferences.now.language)
        ids = answer(
            self._access.store.read(),
            asked.intent,
            states=self._access.states(profile),
            by_meaning=partial(nearest, self._models, self._recommender),
        )
        return Answer(
            items=self._access.views(self._access.seen_by(ids, profile)[:limit], profile=profile),
            chips=asked.chips,
            meaning=asked.intent.meaning,
            not_understood=asked.intent.not_understood,
            parser=asked.parser,
            took_ms=views.since(started),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a question means, and who said so ("" where nobody could)."""

    intent: Intent
    parser: str

    @property
    def chips(self) -> tuple[ChipView, ...]:
        """The conditions as the window shows them."""
        return tuple(
            ChipView(field=chip.field, value=chip.value, low=chip.low, high=chip.high)
            for chip in self.intent.chips
        )


def understand(registry: Registry, text: str, *, language: str) -> Understood:
    """Ask the intent parsers in turn; where none has an idea the words themselves are the meaning.

    Raises:
        UserError: if the question is empty or very long.
    """
    if not text.strip() or len(text) > _LONGEST:
        raise UserError(f"Ask something, in {_LONGEST} characters at most.")
    for parser in registry.parts("intent_parsers"):
        try:
            intent = registry.guard(parser, partial(_parsed, parser, text, language))
        except UserError:
            continue  # the guard has written it down; the next parser may know
        if intent is not None:
            return Understood(intent=intent, parser=registry.owner(parser).name)
    return Understood(intent=Intent(meaning=text), parser="")


def answer(
    db: Database,
    intent: Intent,
    *,
    states: Mapping[str, State],
    by_meaning: Callable[[str, Sequence[str]], Sequence[str]],
) -> list[str]:
    """Give the ids of the items that fit, those nearest in meaning first."""
    lying = (each for each in library.all_items(db) if each.item.path is not None or each.drive)
    fitting = [each.item for each in lying]
    wanted = [item.id for item in fitting] if _asks(intent, "tag") else []
    tags = features.tags(db, wanted, least=SURE)
    for chip in intent.chips:
        fitting = [item for item in fitting if _fits(item, chip, states, tags)]
    ids = [item.id for item in sorted(fitting, key=lambda item: (item.title.casefold(), item.id))]
    return list(by_meaning(intent.meaning, ids)) if intent.meaning.strip() else ids


def nearest(
    models: Models, recommender: Recommender, text: str, ids: Sequence[str]
) -> Sequence[str]:
    """Order items by how near a text is to their title and description."""
    return recommender.nearest(embedded(models, text), ids, block=_TEXT)


def embedded(models: Models, text: str) -> Array:
    """Give the vector [d] of a text, as titles and descriptions have them.

    Raises:
        UserError: if there is no model for it.
    """
    asked = {"text": np.array([text], dtype=object)}
    said = models.run(ModelSpec(task=_TEXT), asked, urgent=True)["embedding"]
    vector: Array = np.asarray(said, np.float32)[0]
    return vector


def _parsed(parser: IntentParser, text: str, language: str) -> Intent | None:
    intent = parser.parse(text, language)
    if intent and (len(intent.chips) > _MOST_CHIPS or len(intent.meaning) > _LONGEST):
        raise ValueError(f"{len(intent.chips)} conditions: {_MOST_CHIPS} at most")
    for chip in intent.chips if intent else ():
        if chip.field not in _FIELDS:
            raise ValueError(f"a condition on “{chip.field}”: there are {', '.join(_FIELDS)}")
        if chip.field == "kind" and chip.value not in set(Kind):
            raise ValueError(f"“{chip.value}” is no kind: there are {', '.join(Kind)}")
        if chip.field in {"seen", "liked"} and chip.value not in _YES:
            raise ValueError(f"“{chip.value}” is neither yes nor no")
    return intent


def _asks(intent: Intent, field: str) -> bool:
    return any(chip.field == field for chip in intent.chips)


def _fits(
    item: Item, chip: Chip, states: Mapping[str, State], tags: Mapping[str, Mapping[str, float]]
) -> bool:
    state = states.get(item.id, State())
    return _FIELDS[chip.field](item, chip, state, tags.get(item.id, {}))


def _between(value: float | None, chip: Chip) -> bool:
    if value is None:
        return False
    return (chip.low is None or value >= chip.low) and (chip.high is None or value <= chip.high)


def _has_text(item: Item, chip: Chip, _: State, __: Mapping[str, float]) -> bool:
    told = f"{item.title} {item.artist} {item.album} {item.description}".casefold()
    return all(word in told for word in chip.value.casefold().split())


def _has_tag(item: Item, chip: Chip, _: State, tags: Mapping[str, float]) -> bool:
    wanted = chip.value.casefold()
    return any(wanted == each.casefold() for each in (*tags, *item.genres))


_FIELDS: dict[str, Callable[[Item, Chip, State, Mapping[str, float]], bool]] = {
    "kind": lambda item, chip, _, __: item.kind.value == chip.value,
    "tag": _has_tag,
    "text": _has_text,
    "year": lambda item, chip, _, __: _between(item.year, chip),
    "minutes": lambda item, chip, _, __: _between(item.duration / 60 or None, chip),
    "seen": lambda _, chip, state, __: state.finished == _YES[chip.value],
    "liked": lambda _, chip, state, __: state.liked == _YES[chip.value],
}
