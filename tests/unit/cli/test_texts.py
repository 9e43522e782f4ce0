import io
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from gui import fake_plugins

from mediadesk.api import UserError
from mediadesk.api.errors import OptionNeededError
from mediadesk.cli import analysis, asking, plugins, window
from mediadesk.cli.common import check_words, emit, harmless
from mediadesk.engine.messages import (
    FaultView,
    FetchView,
    FolderView,
    Imported,
    ImportedLine,
    PluginView,
    PriceTag,
    Problem,
    Status,
    WorkView,
)


class Terminal(io.StringIO):
    """A keyboard on which something was typed already."""

    def isatty(self) -> bool:
        return True


def status(*work: WorkView, problems: tuple[Problem, ...] = ()) -> Status:
    return Status(
        folders=(FolderView(path="/films", files=9, available=True),),
        items=9, unread=0, settling=0, work=work, problems=problems, busy=False, paused=False,
        seconds_left=None,
    )  # fmt: skip


def lines(*work: WorkView, problems: tuple[Problem, ...] = ()) -> list[str]:
    return analysis._status(status(*work, problems=problems)).splitlines()[2:]


def work(part: str, plugin: str, **more: object) -> WorkView:
    numbers = {"done": 2, "waiting": 0, "skipped": 0, "failed": 0} | more
    return WorkView(extractor=part, plugin=plugin, **numbers)  # type: ignore[arg-type]


def test_a_demo_library_that_is_ready_says_what_went_wrong_with_it() -> None:
    problem = Problem(path="/demo/a.mkv", sentence="“a.mkv” can't be read.")
    assert window._prepared(status()) == "9 items are ready: open them with “mediadesk”."
    assert window._prepared(status(problems=(problem,))).endswith("\n! “a.mkv” can't be read.")


def test_what_is_to_do_is_told_with_its_reason_and_what_to_do() -> None:
    why = {"new version": 2, "new files": 1}
    assert lines(work("light", "light", waiting=3, why=why), work("dark", "light")) == [
        "light: 2 done, 3 waiting (new version: 2, new files: 1), 0 with nothing to find, 0 failed",
        "dark (plugin light): 2 done, 0 waiting, 0 with nothing to find, 0 failed",
        "3 steps to do: run “mediadesk analyze --wait”, or leave the window open.",
    ]


def test_what_was_read_in_part_is_told_beside_what_is_done() -> None:
    assert lines(work("light", "light", partial=1)) == [
        "light: 2 done (1 in part only), 0 waiting, 0 with nothing to find, 0 failed"
    ]


@pytest.mark.parametrize(
    ("held", "remedy"),
    [
        (
            "is quarantined",
            "see “mediadesk plugins log light”, then run “mediadesk plugins enable light”",
        ),
        ("is disabled", "run “mediadesk plugins enable light”"),
        ("failed to load", "see “mediadesk plugins info light”"),
    ],
)
def test_what_a_plugin_leaves_is_told_with_the_remedy(held: str, remedy: str) -> None:
    told = lines(work("bright", "light", left=1, held=f"its plugin {held}"))
    assert told[0].startswith("bright (plugin light): 2 done, 1 left undone,")
    assert told[1:] == [f"! “bright” leaves 1 item, because the plugin “light” {held}: {remedy}."]


def test_what_a_budget_holds_is_told_with_the_remedy() -> None:
    told = lines(work("bright", "light", waiting=4, held="waits until the computer is idle"))
    (sentence,) = told[1:]
    assert "leaves 4 items, because the plugin “light” waits until the computer is idle" in sentence
    assert sentence.endswith("“mediadesk plugins budget light always” lets it work at once.")


def test_a_problem_of_many_files_is_told_once_and_one_of_a_file_names_it() -> None:
    found = [Problem(path=f"/films/{n}.mp4", sentence="It broke.") for n in range(3)]
    found += [Problem(path="/films/a.mp4", sentence="“a.mp4” is no film.")]
    found += [Problem(path="/films/b.mp4", sentence="It is odd."), Problem(path="", sentence="So.")]
    assert lines(problems=tuple(found)) == [
        "! It broke. (3 files, such as “/films/0.mp4”)",
        "! “a.mp4” is no film.",
        "! It is odd. (“/films/b.mp4”)",
        "! So.",
    ]


def test_a_quarantined_plugin_and_its_faults_say_what_to_do_when_and_where() -> None:
    view = PluginView(
        name="light", title="", summary="", distribution="", version="1.0", source="installed",
        state="quarantined", problem="It crashed.", provides=(),
    )  # fmt: skip
    told = plugins._plugin(view)
    assert "“mediadesk plugins log light”" in told
    assert "“mediadesk plugins enable light”" in told
    fault = FaultView(
        at=0.0, part="bright", item="i", what="crash", sentence="It crashed.", file="/films/a.mp4",
        times=3,
    )  # fmt: skip
    assert plugins._fault(fault).endswith(" · bright · /films/a.mp4: It crashed. (3 times)")
    assert plugins._fault(fault).startswith(("1970-01-01 ", "1969-12-31 "))


def test_what_a_plugin_fetched_is_told_with_its_host_and_size() -> None:
    fetch = FetchView(at=0.0, host="lyrics.org", size=1_500_000, problem="it comes too slowly")
    told = "from lyrics.org: 1.50 MB, cut short (it comes too slowly)"
    assert plugins._fetch(fetch).endswith(told)


def test_a_disk_that_is_nearly_full_is_told_where_nothing_is_waited_for() -> None:
    assert "Free some space." in analysis._status(replace(status(), pace="Free some space."))


def test_a_price_that_was_not_measured_is_no_figure() -> None:
    tag = PriceTag(
        plugin="p", part="light", sample=0, items=0, seconds=0, cpu_seconds=0, disk=0, memory=0,
        problem="There is none.",
    )  # fmt: skip
    assert plugins._prices((tag,)) == "light: not measured\n  ! There is none."


def test_an_import_tells_what_comes_most_often_and_not_a_hundred_thousand_lines() -> None:
    unmatched = tuple(
        ImportedLine(
            title=f"Song {n}", artist="Anna", year=None, kind="finished", at=0, item=None, times=2
        )
        for n in range(1_000)
    )
    found = Imported(
        importer="Last.fm", matched=3, known=1, unmatched=unmatched, kept=True,
        left_out=("“a.zip/b.csv” lists what you want to watch.",),
    )  # fmt: skip
    lines = asking._imported(found).splitlines()
    assert lines[0] == "Last.fm: 2 taken over, 1 known already, 2,000 without a match."
    assert lines[1] == "  no match: Song 0, by Anna, finished, 2 times"
    assert lines[-2] == "  and 1,600 more without a match: “--json” lists all"
    assert lines[-1] == "  left out: “a.zip/b.csv” lists what you want to watch."
    assert len(lines) == 203


def test_a_line_of_an_import_tells_stars_shares_and_days() -> None:
    def told(kind: str, value: float, at: float = 0.0) -> str:
        line = ImportedLine(
            title="Heat", artist="", year=1995, kind=kind, at=at, item=None, value=value
        )
        return asking._told(line)

    assert told("rated", 0.9, at=1704153600) == "Heat (1995), rated 4.5 of 5 stars, 2024-01-02"
    assert told("played", 0.415) == "Heat (1995), played 42%"
    assert told("finished", 1.0) == "Heat (1995), finished"


def test_words_that_are_no_names_are_refused_in_a_short_sentence() -> None:
    check_words(["film", Path("/films"), None, 3, ["a", "b"]])
    with pytest.raises(UserError, match="has 5,000 characters") as long:
        check_words([["fine", "x" * 5_000]])
    assert len(str(long.value)) < 200
    with pytest.raises(UserError, match="“bad�” is not written in UTF-8"):
        check_words(["bad\udcff"])


@pytest.mark.parametrize("as_json", [False, True])
def test_what_can_not_be_printed_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no device that is always full")
    with full.open("w") as nowhere:
        monkeypatch.setattr("sys.stdout", nowhere)
        with pytest.raises(typer.Exit) as left:
            emit("x" * 100_000, as_json=as_json, text=str)
    assert left.value.exit_code == 1
    assert capsys.readouterr().err.startswith("mediadesk: This can't be printed (No space left")


def test_nothing_that_a_terminal_would_obey_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert harmless("a\x1b[31mb\u202ec\nd\udcff") == "a[31mbc\nd�"
    plan = replace(fake_plugins.INSTALL, source="/media/\x1b[8mhidden")
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    plugins._ask(plan, as_json=False)
    said = capsys.readouterr().out
    assert "From /media/[8mhidden" in said
    assert "\x1b" not in said


def test_an_error_that_an_option_would_help_names_the_option() -> None:
    with (
        pytest.raises(UserError, match=r"^Allow it, and try again \(here: --new-publisher\)\.$"),
        plugins._naming_options(),
    ):
        raise OptionNeededError("Allow it, and try again.", "new_publisher")
