"""The gallery of hostile plugins: each does its worst, and everything else goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from unittest.mock import patch

import pytest
import wheel_factory
from integration.gallery.catalogue import EXHIBITS
from integration.gallery.exhibit import Exhibit
from integration.gallery.museum import NEIGHBOUR, Museum, lacking, opened

from mediadesk.host.isolate import session

SLEEPS = Exhibit(
    name="sleeps-at-import",
    tries="sleeps for ever while it is imported",
    stopped_by="deadline of the host",
    state="quarantined",
    says=("longer than 3 seconds",),
    source="time.sleep(1e6)",
)
RANKS = """
class Part(Judges):
    def rank(self, request, run):
        time.sleep(0.8)
        return super().rank(request, run)
@hookimpl
def rankers(): return [Part()]
"""


@pytest.fixture(scope="module")
def museum(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Museum]:
    with opened(tmp_path_factory.mktemp("museum"), tmp_path_factory.getbasetemp()) as made:
        yield made


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=[exhibit.name for exhibit in EXHIBITS])
def test_it_harms_nobody(museum: Museum, exhibit: Exhibit) -> None:
    if why := lacking(exhibit):
        pytest.skip(why)
    shown = museum.show(exhibit)
    assert shown.state == exhibit.state, shown
    for words in exhibit.says:
        assert words in shown.sentence
    assert "DONE" not in shown.sentence


def test_there_are_enough_and_each_is_told_apart() -> None:
    assert len(EXHIBITS) >= 25
    assert len({exhibit.tries for exhibit in EXHIBITS}) == len(EXHIBITS)


def test_one_that_sleeps_at_import_keeps_only_its_first_start_waiting(museum: Museum) -> None:
    with patch.object(session, "_LOAD_SECONDS", 3.0):
        museum.install(SLEEPS.package(museum, museum.new_folder()))
    assert museum.view(SLEEPS.name).state == SLEEPS.state
    assert SLEEPS.says[0] in (museum.view(SLEEPS.name).problem or "")
    started = time.monotonic()
    museum.restart()
    assert time.monotonic() - started < session._LOAD_SECONDS, "nobody waits for it again"
    assert museum.view(SLEEPS.name).state == SLEEPS.state
    museum.engine.remove_plugin(SLEEPS.name, with_data=True)
    museum.check()


def test_many_at_once_are_where_they_were_after_a_restart(museum: Museum) -> None:
    """The one that takes another's name comes first in the alphabet."""
    names = ["segfault-at-import", "raises-at-import", "segfault", "nan-scores", "floods"]
    villains = [exhibit for exhibit in EXHIBITS if exhibit.name in names]
    poser = Exhibit(
        name="a-poser",
        tries="",
        stopped_by="",
        state="failed to load",
        says=(),
        source="""
class Part(Learns):
    name = "neighbour-length"
@hookimpl
def extractors(): return [Part()]
""",
    )
    for exhibit in (*villains, poser):
        museum.install(exhibit.package(museum, museum.new_folder()))
    museum.engine.analyze(wait=True)
    for _ in range(3):
        museum.cards()
    museum.wait_for(lambda: museum.view("segfault").state == "quarantined")
    before = {each.name: (each.state, each.problem) for each in museum.engine.plugins()}
    assert {each.name: each.state for each in (*villains, poser)}.items() <= {
        name: state for name, (state, _) in before.items()
    }.items()
    museum.restart()
    after = {each.name: (each.state, each.problem) for each in museum.engine.plugins()}
    assert after == before
    museum.check()
    assert len(museum.strangers()) <= 2, "those of the neighbour"
    for exhibit in (*villains, poser):
        museum.engine.remove_plugin(exhibit.name, with_data=True)
    museum.check()


def test_one_that_is_switched_off_while_for_you_is_made_is_left_out(museum: Museum) -> None:
    slow = Exhibit(name="a-slow", tries="", stopped_by="", state="ready", says=(), source=RANKS)
    museum.install(slow.package(museum, museum.new_folder()))
    found: list[int] = []
    asking = threading.Thread(target=lambda: found.append(len(museum.cards())))
    asking.start()
    time.sleep(0.2)
    museum.engine.enable_plugin(NEIGHBOUR, enabled=False)
    asking.join()
    assert found
    assert found[0] >= 8
    museum.engine.enable_plugin(NEIGHBOUR, enabled=True)
    museum.engine.remove_plugin("a-slow", with_data=True)
    museum.check()


def test_a_folder_in_development_can_not_put_itself_before_python(museum: Museum) -> None:
    source = """
import json, numpy, pickle
from mediadesk.api import *
class Page:
    name, title, reads = "p", "P", ()
    def view(self, request):
        return [Section(text=" ".join(each.__file__ for each in (json, numpy, pickle)))]
@hookimpl
def panels(): return [Page()]
"""
    folder = wheel_factory.project(museum.new_folder() / "own", "shadow", source=source)
    for name in ("json", "numpy", "pickle", "mediadesk"):
        (folder / f"{name}.py").write_text("raise SystemExit('shadowed')")
    assert museum.install(folder).state == "ready"
    (section,) = museum.engine.page("shadow", "p").sections
    assert str(folder) not in section.text
    museum.engine.remove_plugin("shadow", with_data=True)
    museum.check()


def test_nothing_is_left_of_them(museum: Museum) -> None:
    assert museum.leaks() == []
    assert {plugin.source for plugin in museum.engine.plugins()} == {"bundled", "installed"}
    folders = {path.name for path in (museum.places.data / "plugins").iterdir() if path.is_dir()}
    assert {name for name in folders if not name.startswith(".")} == {NEIGHBOUR}
    museum.close()
    assert museum.strangers() == []
    assert not list((museum.places.data / "plugins" / ".staging").rglob("data"))
