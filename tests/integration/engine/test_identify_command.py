"""`mediadesk identify`, as a person or a script runs it."""

from pathlib import Path

import pytest
from command import Inside
from media_factory import clip
from read_library import ReadLibrary


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """Make a library of one known series, and of two videos that name it otherwise."""
    home = ReadLibrary(tmp_path)
    names = ("The Office (US) S01E01.mkv", "New/The.Office.US.S02E01.mkv",
             "New/The.Office.US.S02E02.mkv")  # fmt: skip
    made = []
    for seed, name in enumerate(names):
        path = home.root / name
        path.parent.mkdir(exist_ok=True)
        made.append(clip(path, seconds=1, seed=seed, size=(64, 36), audio=False))
    home.read()
    home.store.close()
    return made


def test_a_candidate_is_chosen_by_its_number_and_taken_back(
    tmp_path: Path, paths: list[Path]
) -> None:
    command = Inside(tmp_path)
    _, one, two = map(str, paths)
    told = command.text("identify", one)
    assert "“The Office US S02E01” may be:" in told
    assert "for 1 more file in the same folder, too" in told
    candidates = command.json("identify", one)["candidates"]
    number, known = next(
        (n, each) for n, each in enumerate(candidates, 1) if each["known"] and not each["now"]
    )
    assert known["work"]["series"] == "The Office (US)"
    preview = command.text("identify", one, "--choose", str(number), "--dry-run")
    assert f"{two}\n  series: The Office US → The Office (US)" in preview
    done = command.json("identify", one, "--choose", str(number))
    assert done["items"] == 2
    page = command.json("item", two)
    assert page["item"]["title"] == "The Office (US) S02E02"
    assert command.json("undo")["says"].startswith("Undone: Identified")
    assert command.json("item", two)["item"]["series"] == "The Office US"


def test_something_else_is_named_for_a_folder_or_a_search(
    tmp_path: Path, paths: list[Path]
) -> None:
    command = Inside(tmp_path)
    folder = str(paths[1].parent)
    plan = command.json("identify", folder, "--series", "Das Büro", "--dry-run")
    assert {each["after"] for each in plan if each["field"] == "series"} == {"Das Büro"}
    assert command.json("identify", folder, "--series", "Das Büro")["items"] == 2
    done = command.json(
        "identify", "--search", 'series="The Office (US)"', "--kind", "film", "--title", "Office",
        "--year", "2005",
    )  # fmt: skip
    assert done["items"] == 1
    item = command.json("item", str(paths[0]))["item"]
    assert (item["kind"], item["title"], item["year"]) == ("film", "Office", 2005)
    assert (item["series"], item["season"], item["episode"]) == ("", None, None)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--choose", "99"], "There is no candidate 99: choose 1 to "),
        (["--year", "1999"], "Say what it is: add --kind"),
        (["--kind", "episode"], "An episode belongs to a series"),
        (["--series", "A", "--kind", "song"], "A video is no song"),
    ],
)
def test_what_can_not_be_is_told(
    tmp_path: Path, paths: list[Path], options: list[str], why: str
) -> None:
    done = Inside(tmp_path).run("identify", str(paths[1]), *options)
    assert done.returncode == 1
    assert why in done.stderr
