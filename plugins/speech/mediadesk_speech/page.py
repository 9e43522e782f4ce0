"""The page: which speech model is in use, or what to do to have one, and what was heard with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mediadesk.api import Context, Json, PanelRequest, Section
from mediadesk_speech import weights

USED = "The speech model in “{folder}” is in use, {megabytes:,.0f} MB."
CHANGED = "The speech model is another one now: switch the plugin “Speech” off and on."
_READS = "speech"


class SpeechPage:
    """Shows the state of the model, the languages that were heard, and the items."""

    name = "speech-page"
    reads = (_READS,)

    def __init__(self, context: Context) -> None:
        self._context = context
        self._loaded = weights.find(context.data, context.text)
        self.title = context.text("Speech")

    def view(self, request: PanelRequest) -> Sequence[Section]:
        """Give the page."""
        return [Section(text=self._state()), *self._heard(request)]

    def _state(self) -> str:
        text = self._context.text
        now = weights.find(self._context.data, text)
        if now.problem or now.folder is None:
            return now.problem
        if now.stamp != self._loaded.stamp:
            return text(CHANGED)
        size = (now.folder / "model.bin").stat().st_size
        return text(USED).format(folder=now.folder, megabytes=size / 1e6)

    def _heard(self, request: PanelRequest) -> Iterator[Section]:
        """Give how much was heard in which language, the most first, and in what."""
        text, known = self._context.text, request.data.get(_READS, {})
        found = {item: data for item, data in known.items() if data.get("passages")}
        if not found:
            return
        yield Section(
            title=text("Languages"),
            columns=(text("Language"), text("Items"), text("Passages")),
            rows=tuple(_rows(found)),
        )
        items = tuple(item.id for item in request.items if item.id in found)
        yield Section(title=text("What was listened to"), items=items)


def _rows(found: Mapping[str, Json]) -> list[tuple[str, ...]]:
    by_language: dict[str, list[int]] = {}
    for data in found.values():
        by_language.setdefault(data["language"], []).append(data["passages"])
    ordered = sorted(by_language.items(), key=lambda pair: -sum(pair[1]))
    return [(language, f"{len(own):,}", f"{sum(own):,}") for language, own in ordered]
