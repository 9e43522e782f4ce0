"""The language of a film, from its file to what the item page and the player get."""

from collections.abc import Callable
from pathlib import Path

import pytest
from library_factory import rest
from media_factory import clip, film

from mediadesk.engine.engine import Engine
from mediadesk.store import features
from mediadesk.understand.calibrated import SAME

SAID = {"en": "This is what they say in the harbour", "zh": "他们在港口这样说"}


def write(path: Path, text: str) -> None:
    lines = (f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{text} {n}.\n" for n in range(3))
    path.write_text("\n".join(lines), encoding="utf-8")


def test_a_film_is_in_the_language_of_its_sound_and_translations_are_not_loaded(
    media: Path, open_engine: Callable[..., Engine]
) -> None:
    french = film(media / "Port.mkv", seconds=3, audio=[("fre", "Main")], subtitles=[])
    mute = film(media / "Silence.mkv", seconds=3, audio=[("ger", "Main")], subtitles=[])
    untold = clip(media / "Mystery.mp4", seconds=3, seed=2)
    for language, text in SAID.items():
        write(french.with_suffix(f".{language}.srt"), text)
    write(untold.with_suffix(".en.srt"), SAID["en"])
    rest(*media.iterdir())
    engine = open_engine()
    engine.add_folder(str(media))
    engine.analyze(wait=True)
    pages = {each.stem: engine.item(str(each)) for each in (french, mute, untold)}
    assert pages["Port"].languages == {"fr": 0.9}
    assert pages["Silence"].languages == {"de": 0.9}
    assert pages["Mystery"].languages == {"en": pytest.approx(0.9 * SAME, abs=0.001)}
    (chosen,) = {each.text[:4] for each in pages["Port"].passages}
    known = features.of_item(engine._store.read(), pages["Port"].item.id)["subtitles"]
    (language,) = {each.language for each in known.moments if each.language}
    assert (chosen, language) in {("This", "zh"), ("他们在港", "en")}
    assert not pages["Silence"].passages
    assert ("subtitles", "done", None) in {
        (each.extractor, each.state, each.problem) for each in pages["Silence"].jobs
    }
