"""What can be evaluated, of a library that is analysed, and of evaluation data beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mediadesk.api import Extractor, ModelSpec, Run, UserError
from mediadesk.engine.evaluating import (
    copies,
    kinds,
    languages,
    moods,
    noise,
    summaries,
    tags,
    themes,
)
from mediadesk.engine.evaluating.measures import Measure, left_out
from mediadesk.engine.evaluating.themed import Themed, themed
from mediadesk.understand import MODEL

if TYPE_CHECKING:
    from mediadesk.host import Registry
    from mediadesk.models import Models
    from mediadesk.store import Store

_TEXT = ModelSpec(task="text")
_NO_THEMES = (
    "No item of this library has a known theme: make the demo library in a folder of its own with "
    "“mediadesk --data-dir FOLDER demo --prepare” and evaluate that."
)
_NO_DATA = "The sentences are not here: name the folder of the evaluation data with “--data”."


class Evaluating:
    """Evaluates one library; it writes nothing into it."""

    def __init__(self, store: Store, registry: Registry, models: Models) -> None:
        """Evaluate the library in `store` with these plugins and models."""
        self._store = store
        self._registry = registry
        self._models = models

    def understanding(self, data: Path | None = None) -> Iterator[Measure]:
        """Give all that can be measured, as soon as it is; `data` is a folder of evaluation data.

        Raises:
            UserError: if `data` is none, nothing can be measured, or the library isn't analysed.
        """
        if data is not None:
            _check(data)
        items = themed(self._store.read())
        if data is None and not items:
            raise UserError(_NO_THEMES)
        if items:
            yield from self._of_items(items)
        else:
            yield left_out("themes, copies, noise and tags", _NO_THEMES)
        if data is not None:
            yield from languages.sentences(data, self._models.runner(_TEXT))
        else:
            yield left_out("sentences zh ↔ en", _NO_DATA)

    def _of_items(self, items: Sequence[Themed]) -> Iterator[Measure]:
        fusing, db = self._models.runner(MODEL), self._store.read()
        videos = [each for each in items if not each.is_sound]
        songs = [each for each in items if each.is_sound]
        subtitles, pictures, sound = map(self._extractor, ("subtitles", "keyframes", "audio"))
        yield from themes.measures(items, fusing)
        yield from tags.measures(items, db)
        if subtitles:
            yield from languages.items(videos, subtitles, text=self._run(subtitles), fuse=fusing)
            yield from summaries.measures(subtitles, self._run(subtitles))
        yield from moods.measures(songs, db)
        if sound and songs:
            yield from noise.measures(songs, sound, self._run(sound))
        if pictures and sound:
            readers = {each: self._run(each) for each in (pictures, sound)}
            yield from kinds.measures(items, readers)
            yield from copies.measures(items, db, readers, fusing)

    def _extractor(self, name: str) -> Extractor | None:
        """Give an extractor; None where its plugin is switched off."""
        return next((each for each in self._registry.extractors if each.name == name), None)

    def _run(self, extractor: Extractor) -> Run:
        assert extractor.model is not None  # noqa: S101 - all of ours have one
        return self._models.runner(extractor.model)


def _check(data: Path) -> None:
    missing = [name for name in languages.SENTENCES.values() if not (data / name).is_file()]
    if missing:
        raise UserError(
            f"“{data}” is no folder of evaluation data, for it lacks “{missing[0]}”: name the one "
            "that holds it."
        )
