"""Killed in the middle of its work, the command goes on where it was."""

import json
import signal
import sqlite3
import subprocess
from functools import partial
from pathlib import Path

import psutil
import pytest
from command import Command
from library_factory import rest
from media_factory import clip, song
from worker_tasks import until


def finished(data: Path) -> dict[tuple[str, str], tuple[float, str]]:
    """When each job ended, and how; only what has ended."""
    with sqlite3.connect(data / "library.db") as db:
        rows = db.execute(
            "SELECT item, extractor, updated_at, state FROM job"
            " WHERE state IN ('done', 'skipped', 'failed')"
        )
        return {(item, extractor): (at, state) for item, extractor, at, state in rows}


def features(data: Path) -> dict[tuple[str, str], float]:
    with sqlite3.connect(data / "library.db") as db:
        rows = db.execute("SELECT item, extractor, at FROM feature")
        return {(item, extractor): at for item, extractor, at in rows}


def is_at_work(data: Path) -> bool:
    with sqlite3.connect(data / "library.db") as db:
        return bool(db.execute("SELECT 1 FROM job WHERE state = 'running'").fetchall())


def test_killed_in_the_middle_it_resumes_and_nothing_is_analysed_twice(
    empty: Command, inside_empty: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, temporary = tmp_path / "media", tmp_path / "temporary"
    folder.mkdir()
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    for n in range(3):
        clip(folder / f"clip{n}.mp4", seed=n)
        song(folder / f"song{n}.mp3", seed=n)
    (folder / "broken.mp4").write_bytes(b"nothing that plays" * 100)
    rest(*folder.iterdir())
    inside_empty.json("library", "add", str(folder))

    jobs, made = {}, {}
    for after in (3, 15):
        running = subprocess.Popen(
            empty.arguments("analyze", "--wait"),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        with running:
            until(lambda after=after: len(finished(empty.data)) >= after, seconds=60)
            everyone = psutil.Process(running.pid).children(recursive=True)
            running.send_signal(signal.SIGKILL)
        _, alive = psutil.wait_procs(everyone, timeout=10)
        assert not alive, "no orphans"
        # What comes of other features is made again with them.
        jobs |= {k: v for k, v in finished(empty.data).items() if k not in jobs and k[1] != "tags"}
        made |= {k: v for k, v in features(empty.data).items() if k not in made and k[1] != "tags"}
        assert len(finished(empty.data)) >= after

    status = inside_empty.json("analyze", "--wait")
    assert status["items"] == 6
    assert status["unread"] == 0
    assert all(work["waiting"] == work["failed"] == 0 for work in status["work"])
    (problem,) = status["problems"]
    assert "broken.mp4" in problem["sentence"]
    again, remade = finished(empty.data), features(empty.data)
    assert {key: again[key] for key in jobs} == jobs
    assert {key: remade[key] for key in made} == made
    assert inside_empty.json("analyze", "--wait")["items"] == 6
    assert finished(empty.data) == again, "another run finds nothing to do"
    assert list(temporary.iterdir()) == [], "what was killed or failed fills no disk"


def test_interrupted_by_a_person_it_ends_quietly_and_can_be_taken_up_again(
    empty: Command, inside_empty: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "media"
    folder.mkdir()
    for n in range(6):
        song(folder / f"song{n}.mp3", seed=n)
    rest(*folder.iterdir())
    inside_empty.json("library", "add", str(folder))
    running = subprocess.Popen(
        empty.arguments("analyze", "--wait"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # Of what a shell starts in the background, interrupts are ignored.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )  # fmt: skip
    until(lambda: is_at_work(empty.data), seconds=60)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "Traceback" not in out + err
    assert inside_empty.json("analyze", "--wait")["items"] == 6


def test_a_second_command_may_look_while_the_first_analyses_and_is_told_if_it_wants_to(
    empty: Command, inside_empty: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "media"
    folder.mkdir()
    for n in range(12):
        song(folder / f"song{n}.mp3", seed=n)
    rest(*folder.iterdir())
    inside_empty.json("library", "add", str(folder))
    running = subprocess.Popen(empty.arguments("analyze", "--wait"), stdout=subprocess.DEVNULL)
    with running:
        until(lambda: finished(empty.data), seconds=60)
        psutil.Process(running.pid).suspend()
        assert empty.json("for-you")["shelves"] is not None
        refused = empty.run("analyze", "--wait", "--json")
        psutil.Process(running.pid).resume()
    assert running.returncode == 0
    assert refused.returncode == 1
    assert "Another MediaDesk" in json.loads(refused.stdout)["error"]
