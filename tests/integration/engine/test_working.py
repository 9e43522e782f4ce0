"""The queue of a real library: cancelled, resumed, put first, tried again; gently while playing."""

from collections.abc import Callable
from pathlib import Path

import library_factory
import msgspec
import pytest
from media_factory import clip

from mediadesk.api import UserError
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import Status, WorkView
from mediadesk.extract import pipeline


def _of(status: Status, part: str) -> WorkView:
    return next(work for work in status.work if work.extractor == part)


@pytest.fixture
def waiting(engine: Engine, media: Path) -> Engine:
    """An engine with two clips of which nothing is known yet."""
    for seed, name in enumerate(("one", "two")):
        clip(media / f"{name}.mp4", seconds=1, seed=seed)
    library_factory.rest(*media.iterdir())
    engine.add_folder(str(media))
    return engine


def test_what_is_cancelled_is_not_done_until_it_is_resumed(waiting: Engine) -> None:
    waiting.analyze(wait=True)
    waiting._store.write(
        lambda db: db.conn.execute("UPDATE job SET state = 'pending' WHERE extractor = 'audio'")
    )
    assert _of(waiting.working.cancel("audio"), "audio").cancelled == 2
    status = waiting.analyze(wait=True)
    assert (_of(status, "audio").cancelled, _of(status, "audio").waiting) == (2, 0)
    waiting.working.resume("audio")
    status = waiting.analyze(wait=True)
    assert (_of(status, "audio").cancelled, _of(status, "audio").done) == (0, 2)


def test_a_part_that_is_not_there_is_named_with_those_that_are(waiting: Engine) -> None:
    with pytest.raises(UserError, match="There is no work to do"):
        waiting.working.cancel("smell")
    waiting.analyze(wait=True)
    with pytest.raises(UserError, match=r"“smell” has work to do: choose from audio, keyframes"):
        waiting.working.cancel("smell")


def test_files_that_could_not_be_read_are_tried_again(engine: Engine, media: Path) -> None:
    good = clip(media / "good.mp4", seconds=1)
    bad = media / "bad.mp4"
    bad.write_bytes(b"no film")
    library_factory.rest(good, bad)
    engine.add_folder(str(media))
    engine.analyze(wait=True)
    assert [problem.path for problem in engine.status().problems] == [str(bad)]
    assert engine.working.retry().problems == ()
    assert [problem.path for problem in engine.analyze(wait=True).problems] == [str(bad)]


def test_work_goes_on_gently_while_something_plays(
    waiting: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "_GENTLE_SECONDS", 0.01)
    waiting.working.playing(on=True)
    assert waiting.status().pace == "Work goes gently while something plays."
    assert _of(waiting.analyze(wait=True), "keyframes").done == 2
    waiting.working.playing(on=False)
    assert waiting.status().pace == ""


def test_the_battery_setting_is_kept(open_engine: Callable[..., Engine], tmp_path: Path) -> None:
    engine = open_engine()
    assert engine.working.pace() is True
    assert engine.working.pace(gentle_on_battery=False) is False
    engine.close()
    kept = msgspec.toml.decode((tmp_path / "data" / "settings.toml").read_bytes())
    assert kept == {"gentle_on_battery": False}
    assert open_engine().working.pace() is False
