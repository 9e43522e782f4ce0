"""The plugin “speech”, packed and installed as anybody's, with all it needs, in a guest process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import library_factory
import media_factory
import pytest
import voice_factory

from mediadesk import settings
from mediadesk.engine.engine import Engine
from mediadesk.host.package.pack import pack
from mediadesk.settings import Settings
from mediadesk.store import features

pytest.importorskip("faster_whisper", reason="faster-whisper is not here")
from wheelhouse import wheelhouse
from whisper_factory import whisper

SOURCE = Path(__file__).parents[3] / "plugins/speech"
needs_voice = pytest.mark.skipif(
    not voice_factory.PROGRAM, reason="the program espeak-ng is not here"
)
SAID = "Good evening. Tonight we look at the harbour, where ships arrive every day of the year."


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("media")
    voice_factory.talk(folder / "Talk.mkv", voice_factory.spoken(folder, SAID))
    media_factory.clip(folder / "Silent.mp4", audio=False)
    library_factory.rest(*folder.iterdir())
    return folder


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine that listens, and extracts nothing else."""
    folder = tmp_path_factory.mktemp("speech")
    places = library_factory.places(folder / "data", tmp_path_factory.getbasetemp())
    others = ("keyframes", "audio", "episodes", "subtitles", "tags")
    settings.save(places.settings, Settings(disabled_plugins=others))
    opened = Engine(places)
    house = wheelhouse(folder / "wheels", "faster-whisper")
    plan = opened.plan_plugin(str(pack(SOURCE, folder / "packed")), wheelhouse=str(house))
    assert [grant.permission for grant in plan.permissions] == ["read-media", "write-data"]
    plugin = opened.install_plugin(plan.token)
    assert (plugin.state, plugin.problem) == ("ready", None)
    yield opened
    opened.close()


def work(engine: Engine) -> Any:  # noqa: ANN401
    status = engine.analyze(wait=True)
    (own,) = (work for work in status.work if work.extractor == "speech")
    return own


def page(engine: Engine) -> list[Any]:
    return list(engine.page("speech", "speech-page").sections)


def of(engine: Engine, path: Path) -> tuple[str, str]:
    """Give the state of the job and its sentence."""
    (job,) = (job for job in engine.item(str(path)).jobs if job.extractor == "speech")
    return job.state, job.problem or ""


@needs_voice
def test_it_asks_for_a_model_and_listens_once_it_has_one(engine: Engine, media: Path) -> None:
    (told,) = page(engine)
    assert "There is no speech model yet" in told.text
    place = Path(told.text.split("“")[1].split("”")[0])
    engine.add_folder(str(media))
    own = work(engine)
    assert (own.done, own.failed) == (0, 0)
    talk = media / "Talk.mkv"
    assert of(engine, talk) == ("skipped", told.text)

    half = whisper(place / "small")
    whole = (half / "model.bin").read_bytes()
    (half / "model.bin").write_bytes(whole[: len(whole) // 2])
    again(engine)
    own = work(engine)
    assert (own.done, own.failed) == (0, 0)
    state, sentence = of(engine, talk)
    assert state == "skipped"
    assert "can't be used" in sentence
    assert page(engine)[0].text == sentence

    (half / "model.bin").write_bytes(whole)
    again(engine)
    own = work(engine)
    assert (own.done, own.failed) == (1, 0)
    assert of(engine, talk) == ("done", "")
    assert of(engine, media / "Silent.mp4") == ("skipped", "there is no sound")
    found = engine.item(str(talk))
    assert [each.text for each in found.passages] == [
        "The harbour wakes. Ships come in from the sea."
    ]
    assert 0 <= found.passages[0].start < found.passages[0].end < 12
    assert list(found.languages) == ["en"]
    feature = features.of_item(engine._store.read(), found.item.id)["speech"]
    assert feature.summary is not None
    assert feature.summary.shape == (512,)
    assert [len(moment.vector) for moment in feature.moments] == [512]
    heading, languages, items = page(engine)
    assert str(half) in heading.text
    assert languages.rows == (("en", "1", "1"),)
    assert [item.title for item in items.items] == ["Talk"]
    assert not engine.plugin("speech").faults


def again(engine: Engine) -> None:
    """Switch the plugin off and on, as its sentence says."""
    engine.enable_plugin("speech", enabled=False)
    engine.enable_plugin("speech", enabled=True)
