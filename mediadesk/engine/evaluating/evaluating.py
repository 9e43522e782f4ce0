"""What can be evaluated, of a library that is analysed, and of evaluation data beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mediadesk.api import Extractor, ModelSpec, Run, UserError
from mediadesk.engine.evaluating import (
    copies,
    corrections,
    kinds,
    languages,
    moods,
    noise,
    sentences,
    summaries,
    tags,
    themes,
)
from mediadesk.engine.evaluating.measures import Group, Measure, left_out
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
_OFF = "Its plugin is switched off: switch it on, then run “mediadesk analyze --wait”."
_NO_DATA = "They are not here: name the folder of the evaluation data with “--data”."
_DATA = (*sentences.TRANSLATED.values(), *sentences.JUDGED.values(), copies.FOLDER)


class Evaluating:
    """Evaluates one library; it writes nothing into it."""

    def __init__(self, store: Store, registry: Registry, models: Models) -> None:
        """Evaluate the library in `store` with these plugins and models."""
        self._store = store
        self._registry = registry
        self._models = models

    def understanding(self, data: Path | None = None) -> Iterator[Group]:
        """Give all that can be measured, as soon as it is; `data` is a folder of evaluation data.

        Raises:
            UserError: if `data` is none, nothing can be measured, or the library isn't analysed.
        """
        if data is not None and not any((data / name).exists() for name in _DATA):
            raise UserError(
                f"“{data}” is no folder of evaluation data, for it holds neither “{_DATA[0]}” nor "
                "any other set: name the one that does."
            )
        items = themed(self._store.read())
        if data is None and not items:
            raise UserError(_NO_THEMES)
        if items:
            yield from self._of_items(items)
        else:
            yield _group("Demo library", "all that its items tell", [left_out("all", _NO_THEMES)])
        yield from self._of_data(data, items)

    def _of_items(self, items: Sequence[Themed]) -> Iterator[Group]:
        fusing, db = self._models.runner(MODEL), self._store.read()
        videos = [each for each in items if not each.is_sound]
        songs = [each for each in items if each.is_sound]
        names = ("subtitles", "keyframes", "audio")
        subtitles, pictures, sound = map(self._extractor, names)
        yield _group(
            "Themes",
            "recall@10, how many of an item’s ten nearest are of its theme, of as many as can be",
            themes.measures(items, fusing),
        )
        yield _group("Tags", "how often they are right, by the theme", tags.measures(items, db))
        yield _group(
            "Corrected tags",
            "how often tags are right of items without titles, once a person has put the right tag "
            "on so many others of each theme and taken wrong ones away",
            corrections.measures(items, db, fusing),
        )
        yield _group(
            "Moods",
            "how often one is right, by what a song’s name tells",
            moods.measures(songs, db),
        )
        if subtitles:
            text = self._run(subtitles)
            yield _group(
                "Chinese and English videos",
                "how well those find each other that are known by their subtitles alone",
                languages.items(videos, subtitles, text=text, fuse=fusing),
            )
            if words := self._extractor("text"):
                yield _group(
                    "Languages",
                    "how often they are right, and as often as they say",
                    languages.told(videos, subtitles, words, text=text),
                )
            yield _group(
                "Summaries",
                "what their lines tell, and first lines instead, of narrations made up for this",
                summaries.measures(subtitles, text),
            )
        if sound and songs:
            yield _group(
                "Noise",
                "how often the song that sounds most like a damaged copy is its original",
                noise.measures(songs, sound, self._run(sound)),
            )
        if pictures and sound:
            readers = {each: self._run(each) for each in (pictures, sound)}
            yield _group(
                "Kinds",
                "how often those of files without names are right, by pictures, sound and length; "
                "long files are made of shorter ones",
                kinds.measures(items, readers),
            )
            yield _group(
                "Copies",
                "how many of those made for this are found, and are nearest to their originals",
                copies.measures(items, db, readers, fusing),
            )
        off = [
            left_out(f"what needs “{name}”", _OFF) for name in names if not self._extractor(name)
        ]
        if off:
            yield _group("Left out", "what could not be measured", off)

    def _of_data(self, data: Path | None, items: Sequence[Themed]) -> Iterator[Group]:
        name, meaning = "Sentences", "what the text model makes of those of the evaluation data"
        if data is None:
            yield _group(name, meaning, [left_out("sentences and videos", _NO_DATA)])
            return
        run, db = self._models.runner(_TEXT), self._store.read()
        found = [*sentences.translations(data, run), *sentences.likeness(data, run)]
        yield _group(name, meaning, found)
        readers = [self._extractor(each) for each in ("keyframes", "audio")]
        yield _group(
            "Copies of other videos",
            "how many are found with the videos of the evaluation data in this library",
            copies.given(data, items, db, {each: self._run(each) for each in readers if each}),
        )

    def _extractor(self, name: str) -> Extractor | None:
        """Give an extractor; None where its plugin is switched off."""
        return next((each for each in self._registry.extractors if each.name == name), None)

    def _run(self, extractor: Extractor) -> Run:
        assert extractor.model is not None  # noqa: S101 - all of ours have one
        return self._models.runner(extractor.model)


def _group(name: str, meaning: str, found: Iterable[Measure]) -> Group:
    return Group(name=name, meaning=meaning, measures=tuple(found))
