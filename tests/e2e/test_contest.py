"""Two rankers compete on the top picks, as a person types it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from command import Command

from mediadesk.recommend.crediting import label
from mediadesk.recommend.profile import DAY
from mediadesk.store import Store, contests, registers
from mediadesk.store.contests import Contest


def begin(data: Path, contest: Contest) -> None:
    """Have a contest go on as if it had been begun when it says."""
    store = Store(data / "library.db")
    edit = contests.edit("me", contest)
    store.write(lambda db: registers.write(db, [edit]))
    store.close()


def test_a_contest_on_the_command_line(inside: Command, media: Path) -> None:
    inside.json("feedback", str(media / "Rain.mp3"), "like")
    assert "Nothing has competed yet. Start with “mediadesk contest" in inside.text(
        "contest", "status"
    )
    made = inside.json("contest", "start", "taste", "blend")
    assert made["says"].startswith("“taste” and “blend” compete")
    assert inside.text("contest", "status").splitlines()[1:] == [
        "Nothing has been counted yet: look at For you, and come back in a day or two."
    ]
    contest = Contest(first="taste", second="blend", since=time.time() - 12 * DAY)
    begin(inside.data, contest)
    for day in range(1, 10):
        at = datetime.fromtimestamp(contest.since + day * DAY, UTC)
        inside.text("event", str(media / "Wind.opus"), "finished", "--share", "1",
                    "--at", at.isoformat(), "--page", "for-you", "--shelf", "picks",
                    "--slot", "1", "--arm", label(contest, "taste", at.timestamp()))  # fmt: skip
    told = inside.json("contest", "status")
    assert (told["sittings"], told["wins"], told["verdict"]) == (9, 9, "first")
    text = inside.text("contest", "status")
    assert "Of 9 days “taste” won 9, “blend” 0, nobody 0." in text
    assert text.endswith("“taste” is better than “blend” for you.\n")
    assert "compete no more" in inside.text("contest", "stop")
    assert "until" in inside.text("contest", "status").splitlines()[0]
    refused = inside.run("contest", "start", "taste", "tast")
    assert refused.returncode == 1
    assert "did you mean “taste”?" in refused.stderr


def test_the_picks_of_a_contest_are_seen_in_the_command(inside: Command, media: Path) -> None:
    inside.json("feedback", str(media / "Rain.mp3"), "like")
    inside.text("contest", "start", "taste", "blend")
    picks = next(s for s in inside.json("for-you")["shelves"] if s["id"] == "picks")["items"]
    card = picks[0]
    inside.text("event", card["id"], "shown", "--page", "for-you", "--shelf", "picks",
                "--slot", "1", "--arm", card["arm"])  # fmt: skip
    inside.json("feedback", card["id"], "like")
    assert inside.json("contest", "status")["sittings"] == 0, "the day is not over"
    inside.text("contest", "stop")
    told = inside.json("contest", "status")
    assert told["wins"] + told["losses"] == 1
    assert (told["wins"] == 1) == card["arm"].startswith("taste@")
