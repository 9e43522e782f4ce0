"""Says in a sentence what feedback did to the shelves."""

from collections.abc import Mapping, Sequence

from mediadesk.engine.messages import Effect, Panel
from mediadesk.ui import words

_NAMED = 2  # titles in all: a toast has one line
_LONGEST = 32
_SAID = {
    "like": "Liked {}.",
    "less": "Less like {} from now on.",
    "hide": "{} is hidden.",
    "not-now": "{} rests for now.",
    "undo": "Taken back for {}.",
}


def sentence(effect: Effect) -> str:
    """What was said of an item, and what came to the shelves and went from them for that."""
    before, after = _titles(effect.before), _titles(effect.after)
    own = {effect.item.id}  # that it comes or goes is what was said
    came, went = after.keys() - before.keys() - own, before.keys() - after.keys() - own
    moved = {move.item.id for move in effect.moves} - came - went - own
    said = _SAID[effect.kind].format(_quoted(effect.item.title))
    if not came and not went:
        where = "stands" if len(moved) == 1 else "stand"
        return f"{said} {len(moved):,} {where} elsewhere now." if moved else said
    named = {"came": [title for item, title in after.items() if item in came]}
    named["went"] = [title for item, title in before.items() if item in went]
    told, room = [], _NAMED
    for word, titles in named.items():
        if titles:
            told.append(f"{len(titles):,} {word}{_listed(titles, most=room)}")
            room = max(0, room - len(titles))
    return f"{said} {', '.join(told)}."


def _titles(panel: Panel) -> Mapping[str, str]:
    """Give item → title, in the order in which they are seen."""
    return {card.id: card.title for shelf in panel.shelves for card in shelf.items}


def _listed(titles: Sequence[str], *, most: int) -> str:
    """Give the first of some titles in brackets, if there is room for any."""
    if not most:
        return ""
    more = f" and {len(titles) - most:,} more" if len(titles) > most else ""
    return f" ({', '.join(map(_quoted, titles[:most]))}{more})"


def _quoted(title: str) -> str:
    return f"“{words.short(title, _LONGEST)}”"
