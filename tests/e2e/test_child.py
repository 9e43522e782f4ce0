"""What of the command a child has that looks: each command is decided here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from command import Inside
from library_factory import analysed, copied, rest
from media_factory import song
from typer.core import TyperGroup

from mediadesk.cli import app

PIN = "2468"
REFUSED = ("“kid” has limits, so the library can't be changed", "needs the household's PIN")
HIDDEN_TAG = "scary"
HIDDEN = {"lighthouse", "harbour", "meadow", "snow", "cellar", HIDDEN_TAG}
"""Words of what a child may not see: items, the folder of some, and a tag of one."""
KEPT = {
    "tag": "--add nice {rain}",
    "chapters": "{rain} --keep",
    "edit": "title=X {rain}",
    "changes": "",
    "duplicates": "",
    "merge": "{rain} {wind}",
    "apart": "{rain} {wind}",
    "identify": "{rain}",
    "analyze": "",
    "matches": "{rain}",
    "relink": "{rain} {file}",
    "forget": "{rain}",
    "verify": "{rain}",
    "write": "{rain}",
    "backup": "",
    "settings": "theme on",
    "restore": "{backup}",
    "library add": "{folder}",
    "library remove": "{folder}",
    "library scan": "",
    "library exclude": "{folder} x",
    "library missing": "",
    "library relink": "{folder} {folder}",
    "collection new": "Mine",
    "collection add": "Quiet {wind}",
    "collection take": "Quiet {rain}",
    "collection rename": "Quiet Loud",
    "collection search": "Quiet rain",
    "collection remove": "Quiet",
    "import history": "{file}",
    "import nfo": "",
    "import undo": "",
    "privacy connections": "",
    "privacy network": "off",
    "privacy export": "{folder}/mine",
    "privacy research": "{folder}/mine",
    "privacy erase": "me --yes",
    "sync setup": "{folder}",
    "sync key": "",
    "sync pair": "",
    "sync run": "",
    "sync preview": "",
    "sync status": "",
    "sync undo": "",
    "sync devices": "",
    "queue pause": "",
    "queue cancel": "probe",
    "queue resume": "probe",
    "queue first": "{rain}",
    "queue retry": "",
    "queue battery": "",
    "plugins info": "taste",
    "plugins install": "{file}",
    "plugins update": "taste",
    "plugins rollback": "taste",
    "plugins remove": "taste",
    "plugins enable": "taste",
    "plugins disable": "taste",
    "plugins settings": "taste",
    "plugins budget": "taste idle",
    "plugins price": "taste",
    "plugins log": "taste",
    "plugins offers": "",
    "profiles add": "another",
    "profiles use": "me",
    "profiles group": "Us me,other",
    "profiles limit": "kid --none",
    "profiles pin": "--new 1111",
    "ledger forget-tag": HIDDEN_TAG,
}
"""What a child is refused → words that it would be done with."""
OPEN = {
    "items": "",
    "item": "{rain}",
    "series": "",
    "albums": "",
    "artists": "",
    "graph": "",
    "similar": "{rain}",
    "ask": "music",
    "for-you": "",
    "start": "",
    "why": "{rain}",
    "feedback": "{rain} like",
    "event": "{rain} opened",
    "play": "{rain}",
    "dismiss": "{rain}",
    "rate": "{rain} 5",
    "mark": "{rain} --watched",
    "tags": "",
    "note": "{rain} Good",
    "undo": "",
    "doctor": "",
    "library list": "",
    "collection list": "",
    "collection show": "Quiet",
    "queue list": "",
    "plugins list": "",
    "plugins pages": "",
    "plugins page": "taste",
    "profiles list": "",
    "profiles show": "",
    "ledger": "",
    "ledger less": "folk",
    "ledger more": "folk",
    "ledger even": "folk",
    "ledger forget": "x",
    "contest start": "next novelty",
    "contest status": "",
    "contest stop": "",
    "eval": "--mine",
    "models list": "",
}
"""What a child may do → words that it does it with."""
ELSEWHERE = {
    "": "the window, whose engine has the same guard",
    "gui": "the same",
    "demo": "another library than one's own, else `library add`",
    "eval understanding": "figures of the demo library",
    "plugins new": "files of who makes a plugin, as are all below",
    "plugins check": "",
    "plugins pack": "",
    "plugins keygen": "",
    "plugins sign": "",
    "plugins reference": "",
}
"""What is about no library of the household."""


def commands(group: TyperGroup, *words: str) -> Iterator[str]:
    if group.invoke_without_command:
        yield " ".join(words)
    for name, made in group.commands.items():
        if isinstance(made, TyperGroup):
            yield from commands(made, *words, name)
        else:
            yield " ".join((*words, name))


def test_each_command_is_decided_once() -> None:
    there = list(commands(typer.main.get_command(app)))
    decided = [*KEPT, *OPEN, *ELSEWHERE]
    assert sorted(decided) == sorted(there), "a new command is kept from children, or is not"


@pytest.fixture(scope="module")
def child(tmp_path_factory: pytest.TempPathFactory) -> tuple[Inside, dict[str, str]]:
    """The command as a child has it that may see two songs, and what words of it stand for."""
    folder = tmp_path_factory.mktemp("child")
    media, data = analysed(tmp_path_factory.getbasetemp())
    inside = Inside(copied(data, folder / "library"))
    ids = {one["title"].lower(): one["id"] for one in inside.json("items")["items"]}
    backup = inside.json("backup")["backup"]
    inside.text("tag", "--add", HIDDEN_TAG, ids["lighthouse"])
    inside.text("collection", "new", "Quiet")
    inside.text("collection", "add", "Quiet", ids["rain"], ids["lighthouse"])
    inside.text("profiles", "add", "other")
    inside.text("profiles", "add", "Us", "--group", "me,other")
    inside.text("profiles", "pin", "--new", PIN)
    allowed = [word for one in ("rain", "wind") for word in ("--allow-item", ids[one])]
    inside.text("profiles", "add", "kid", *allowed, "--pin", PIN)
    inside.text("profiles", "use", "kid")
    inside.text("profiles", "use", "me", "--pin", PIN)
    (cellar := folder / "Cellar").mkdir()
    rest(song(cellar / "Below.mp3", seed=9, title="Cellar"))
    inside.text("library", "add", str(cellar))
    inside.text("profiles", "use", "kid")
    file = folder / "any.json"
    file.write_text("{}")
    return inside, ids | {"backup": backup, "folder": str(media), "file": str(file)}


def words(command: str, more: str, stand_for: dict[str, str]) -> list[str]:
    return [word.format_map(stand_for) for word in f"{command} {more}".split()]


@pytest.mark.parametrize("command", KEPT)
def test_a_child_is_refused(child: tuple[Inside, dict[str, str]], command: str) -> None:
    inside, stand_for = child
    refused = inside.run(*words(command, KEPT[command], stand_for))
    assert refused.returncode == 1, refused.stdout
    assert any(one in refused.stderr for one in REFUSED), refused.stderr


@pytest.mark.parametrize("command", OPEN)
def test_a_child_is_not_refused(child: tuple[Inside, dict[str, str]], command: str) -> None:
    inside, stand_for = child
    done = inside.run(*words(command, OPEN[command], stand_for), "--json")
    told = (done.stdout + done.stderr).casefold()
    assert "has limits" not in told
    assert "pin" not in told.split()
    assert [word for word in HIDDEN if word in told] == []


def test_a_child_is_told_of_the_folders_and_files_that_it_may_see(
    child: tuple[Inside, dict[str, str]],
) -> None:
    inside, stand_for = child
    (folder,) = inside.json("library", "list")
    assert (folder["path"], folder["files"]) == (stand_for["folder"], 2)
    assert "2 files" in inside.text("library", "list")
    told = inside.json("queue", "list")
    assert (told["folders"], told["items"], told["unread"]) == ([folder], 2, 0)
    assert told["problems"] == []
    assert "not opened yet" not in inside.text("queue", "list")


def test_a_child_restores_a_library_that_nobody_can_open_any_more(
    child: tuple[Inside, dict[str, str]], tmp_path: Path
) -> None:
    data = copied(child[0].data, tmp_path / "library")
    (data / "library.db").write_bytes(b"This is no database. " * 1000)
    inside = Inside(data)
    assert inside.run("items").returncode == 1
    assert inside.text("restore", child[1]["backup"]).startswith("The library is what it was")
    assert "Rain" in inside.text("items")
