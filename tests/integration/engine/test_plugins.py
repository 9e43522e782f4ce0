"""Plugins of strangers in a real engine: they contribute, and nothing they do breaks anything."""

from __future__ import annotations

import csv
import json
import re
import stat
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from unittest.mock import patch

import plugin_packages
import pytest
from plugin_packages import READ_HISTORY, READ_MEDIA, install, of_template, package, project
from worker_tasks import until

from mediadesk.api import API_VERSION, UserError
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import Card, PluginView
from mediadesk.privacy import Connection, Connections
from mediadesk.store import jobs

Open = Callable[..., Engine]

BRIGHT = """
class Bright:
    name, version, kinds, model = "bright", {version}, VIDEO, None
    def prepare(self, item, media):
        with media.open(item.path) as container:
            grey = next(container.decode(video=0)).to_ndarray(format="gray")
        return Sample(arrays={{"grey": grey}})
    def encode(self, samples, run):
        made = []
        for sample in samples:
            mean = float(sample.arrays["grey"].mean()) / 255
            summary = unit(np.array([mean, 1 - mean], np.float32))
            made.append(Feature(summary=summary, tags={{"seen": 0.9}}, data={{"mean": mean}}))
        return made

class ByLight:
    name, model = "by-light", None
    def rank(self, request, run):
        block = request.blocks.get("bright")
        if block is None: return Scores(values=np.zeros(len(request.candidates)))
        return Scores(values=block.candidates[:, 0], causes=(Cause(text="It is full of light"),))

@hookimpl
def extractors(): return [Bright()]
@hookimpl
def rankers(): return [ByLight()]
"""
BOTH = READ_MEDIA | READ_HISTORY
CRASHING = """
import ctypes
class Crash:
    name, version, kinds, model = "crash", 1, VIDEO | AUDIO, None
    def prepare(self, item, media): ctypes.string_at(0)
    def encode(self, samples, run): return [Feature() for _ in samples]
@hookimpl
def extractors(): return [Crash()]
"""


def view(engine: Engine, name: str) -> PluginView:
    return next(plugin for plugin in engine.plugins() if plugin.name == name)


def cards(engine: Engine) -> list[Card]:
    return [card for shelf in engine.for_you().shelves for card in shelf.items]


def test_a_strangers_extractor_and_ranker_show_up_in_for_you_and_why(
    ready: Engine, tmp_path: Path
) -> None:
    made = package(tmp_path, "light", BRIGHT.format(version=1), permissions=BOTH)
    plan = ready.plan_plugin(str(made))
    assert (plan.name, plan.version, plan.action, plan.signature) == (
        "light",
        "1.0",
        "install",
        "unsigned",
    )
    assert [grant.permission for grant in plan.permissions] == ["read-media", "read-history"]
    assert "light" not in {plugin.name for plugin in ready.plugins()}, "a plan changes nothing"
    done = ready.install_plugin(plan.token)
    assert done.state == "ready"
    assert set(done.provides) == {"extractor bright", "ranker by-light"}
    status = ready.analyze(wait=True)
    (work,) = [work for work in status.work if work.extractor == "bright"]
    assert work.done >= 3
    assert work.failed == 0
    (liked,) = [each for each in ready.views(ready.ids()) if each.title == "Lighthouse"]
    assert "seen" in ready.item(liked.id).tags
    ready.feedback(liked.id, "like")
    videos = [card for card in cards(ready) if card.kind not in {"song", "recording"}]
    assert videos
    assert all("by-light" in card.rankers for card in videos)
    why = ready.why(videos[0].id)
    assert "by-light" in why.rankers
    assert any("full of light" in reason.text for reason in why.reasons)
    page = ready.plugin("light")
    assert {use.part for use in page.usage} >= {"bright", "by-light"}
    assert page.peak_memory > 10_000_000
    assert page.faults == ()


def test_a_plugin_outlives_the_engine_and_comes_back_with_it(
    open_engine: Open, tmp_path: Path
) -> None:
    first = open_engine()
    install(first, package(tmp_path, "light", BRIGHT.format(version=1), permissions=BOTH))
    first.close()
    again = open_engine()
    assert view(again, "light").state == "ready"
    assert view(again, "light").provides == ("extractor bright", "ranker by-light")
    guest = again._plugins.running.guests()["light"]
    assert guest.health().started == 0, "nobody waits for what is known"
    guest.wake(is_prompt=True)
    assert guest.health().started == 1
    again.close()
    (module,) = (again._places.data / "plugins/light/versions").rglob("plug_light.py")
    module.write_text(module.read_text().replace('"by-light"', '"by-glow"'))
    changed = open_engine()
    assert "ranker by-light" in view(changed, "light").provides
    changed._plugins.running.wake("rankers")
    until(lambda: "ranker by-glow" in view(changed, "light").provides, seconds=20)
    assert changed.plugin("light").faults == ()
    changed.close()
    module.write_text("raise SystemExit(3)")
    broken = open_engine()
    assert view(broken, "light").state == "ready"
    broken._plugins.running.wake("rankers")
    until(lambda: view(broken, "light").state == "failed to load", seconds=20)
    assert "SystemExit" in broken.plugin("light").log


SLOW = """
class Slow:
    name, model = "slow", None
    def rank(self, request, run):
        return Scores(values=np.linspace(0, 1, len(request.candidates)))
@hookimpl
def rankers(): return [Slow()]
"""
STARTING = """
import time
from pathlib import Path
while not Path(__file__).with_name("go").exists(): time.sleep(0.02)
"""


def test_the_window_waits_for_no_ranker_that_is_starting_and_is_told_when_it_is_up(
    ready: Engine, tmp_path: Path
) -> None:
    install(ready, package(tmp_path, "slow", SLOW, permissions=READ_HISTORY))
    ready.close()
    (module,) = (ready._places.data / "plugins/slow/versions").rglob("plug_slow.py")
    module.write_text(STARTING + module.read_text())
    told: list[str] = []
    window = Engine(
        ready._places, in_window=True, on_change=lambda changed: told.extend(changed.what)
    )
    try:
        assert "slow" not in {name for card in cards(window) for name in card.rankers}
        assert window.why(window.ids()[0]).rankers
        assert window.item(window.ids()[0])
        module.with_name("go").touch()
        until(lambda: "features" in told, seconds=20)
        assert "slow" in {name for card in cards(window) for name in card.rankers}
        told.clear()
        assert cards(window)
        assert told == [], "only once"
    finally:
        window.close()
    command = Engine(ready._places)
    try:
        assert "slow" in {name for card in cards(command) for name in card.rankers}, "it waits"
    finally:
        command.close()


def test_switching_off_takes_its_parts_away_at_once_and_on_brings_them_back(
    ready: Engine, tmp_path: Path
) -> None:
    install(ready, package(tmp_path, "light", BRIGHT.format(version=1), permissions=BOTH))
    assert ready.enable_plugin("light", enabled=False).state == "disabled"
    assert view(ready, "light").provides == ()
    assert "by-light" not in {name for card in cards(ready) for name in card.rankers}
    assert ready.enable_plugin("light", enabled=True).provides
    with pytest.raises(UserError, match="no plugin “lihgt”"):
        ready.enable_plugin("lihgt", enabled=True)
    assert ready.enable_plugin("taste", enabled=False).state == "disabled"
    assert ready.enable_plugin("taste", enabled=True).state == "ready"


def test_removing_with_its_data_takes_what_it_learnt_out_of_the_library(
    ready: Engine, tmp_path: Path
) -> None:
    made = package(tmp_path, "light", BRIGHT.format(version=1), permissions=BOTH)
    install(ready, made)
    ready.analyze(wait=True)
    titles = {each.title: each for each in ready.views(ready.ids())}
    item, song = titles["Lighthouse"], titles["Rain"]
    ready.remove_plugin("light", with_data=False)
    assert "seen" in ready.item(item.id).tags, "what was learnt stays true"
    install(ready, made)
    ready.remove_plugin("light", with_data=True)
    assert "seen" not in ready.item(item.id).tags
    assert "bright" not in {work.extractor for work in ready.status().work}
    assert ready.similar(song.id).items[0].title == "Snow", "others' stays"
    install(ready, made)
    work = {each.extractor: each for each in ready.analyze(wait=True).work}
    assert work["bright"].done >= 3, "it learns anew"


def test_an_update_asks_for_what_is_new_and_can_be_taken_back(
    ready: Engine, tmp_path: Path
) -> None:
    install(
        ready,
        package(tmp_path, "light", BRIGHT.format(version=1), permissions=READ_MEDIA | READ_HISTORY),
    )
    newer = package(
        tmp_path,
        "light",
        BRIGHT.format(version=2),
        version="1.1",
        permissions=BOTH | {"gpu": "is faster there"},
    )
    plan = ready.plan_plugin(str(newer))
    assert plan.action == "update"
    assert [grant.permission for grant in plan.permissions if grant.new] == ["gpu"]
    backups = ready._places.data / "backups"
    before = len(list(backups.glob("*.db"))) if backups.exists() else 0
    updated = ready.install_plugin(plan.token)
    assert (updated.version, updated.previous) == ("1.1", "1.0")
    assert len(list(backups.glob("*.db"))) == before + 1, "the library is backed up first"
    assert ready.rollback_plugin("light").version == "1.0"
    with pytest.raises(UserError, match="no such plan"):
        ready.install_plugin(plan.token)


def test_an_update_for_another_api_never_replaces_what_works(ready: Engine, tmp_path: Path) -> None:
    install(ready, package(tmp_path, "light", BRIGHT.format(version=1), permissions=BOTH))
    newer = package(tmp_path, "light", BRIGHT.format(version=2), version="2.0", api=">=2")
    with pytest.raises(UserError, match=f">=2.*{re.escape(API_VERSION)}"):
        ready.plan_plugin(str(newer))
    assert view(ready, "light").version == "1.0"
    assert view(ready, "light").state == "ready"


def test_one_that_crashes_on_every_file_is_quarantined_and_all_else_goes_on(
    ready: Engine, tmp_path: Path
) -> None:
    install(ready, package(tmp_path, "light", BRIGHT.format(version=1), permissions=BOTH))
    install(ready, package(tmp_path, "crashing", CRASHING, permissions=READ_MEDIA))
    ready.analyze(wait=True)
    until(lambda: view(ready, "crashing").state == "quarantined", seconds=30)
    assert "SIGSEGV" in (view(ready, "crashing").problem or "")
    page = ready.plugin("crashing")
    assert len(page.faults) >= 3
    assert all(fault.item for fault in page.faults)
    assert all(Path(fault.file or "").is_file() for fault in page.faults)
    assert f"[crash, {page.faults[0].file}]" in page.log
    assert "SIGSEGV" in page.log
    with pytest.raises(UserError, match=r"“crashing” .*quarantined.*switch it on"):
        ready.price_plugin("crashing")
    assert ready.for_you().shelves
    assert view(ready, "light").state == "ready"
    assert {work.extractor: work.failed for work in ready.status().work}["bright"] == 0
    assert ready.enable_plugin("crashing", enabled=True).state == "ready", "a person may try again"
    told: list[None] = []
    with patch.object(ready._plugins.running, "_on_change", lambda: told.append(None)):
        ready._plugins.running.roots_changed()
    assert len(told) == 1, "of two guests"


def test_settings_are_checked_kept_and_reach_the_plugin(ready: Engine, tmp_path: Path) -> None:
    install(ready, of_template("shelf", tmp_path))
    page = ready.plugin("my-shelf")
    assert page.settings["minutes"] >= 1
    assert page.labels["minutes"]
    ready.set_plugin("my-shelf", {"minutes": 3})
    shelves = {shelf.title: shelf for shelf in ready.for_you().shelves}
    assert "Under 3 minutes" in shelves
    assert all(card.duration_s < 180 for card in shelves["Under 3 minutes"].items)
    with pytest.raises(UserError, match="“minutes” of the plugin “my-shelf”"):
        ready.set_plugin("my-shelf", {"minutes": 0})
    assert ready.plugin("my-shelf").settings["minutes"] == 3


def test_removing_asks_for_its_data_and_takes_what_was_said(ready: Engine, tmp_path: Path) -> None:
    package_ = of_template("listener", tmp_path)
    install(ready, package_)
    diary = ready._plugins.running.installed("my-listener").data / "diary.jsonl"  # type: ignore[union-attr]
    (one, two, *_) = ready.ids()
    ready.event(one, "played", share=0.4)
    ready.feedback(two, "like")
    until(lambda: diary.exists() and len(diary.read_text().splitlines()) == 2, seconds=20)
    told = [json.loads(line) for line in diary.read_text().splitlines()]
    assert [(each["item"], each["kind"]) for each in told] == [(one, "played"), (two, "like")]
    assert ready.plugin("my-listener").has_data
    ready.remove_plugin("my-listener", with_data=False)
    assert diary.exists()
    install(ready, package_)
    assert len(diary.read_text().splitlines()) == 2, "what was told is not told again"
    ready.remove_plugin("my-listener", with_data=True)
    assert not diary.exists()
    with pytest.raises(UserError, match="no plugin"):
        ready.plugin("my-listener")


def test_a_listener_that_failed_hears_the_same_events_again(
    ready: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mediadesk.engine.plugins.listening._RETRY_SECONDS", 0.1)
    source = """
class Shaky:
    name = "shaky"
    def __init__(self, folder): self.folder = folder
    def on_events(self, events):
        with (self.folder / "heard").open("a") as file: file.write(events[0].id + "\\n")
        tries = len((self.folder / "heard").read_text().splitlines())
        if tries < 2: raise OSError("not yet")
@hookimpl
def listeners(context): return [Shaky(context.data)]
"""
    wants = READ_HISTORY | {"write-data": "keeps what it heard"}
    install(ready, package(tmp_path, "shaky", source, permissions=wants))
    heard = ready._plugins.running.installed("shaky").data / "heard"  # type: ignore[union-attr]
    ready.feedback(ready.ids()[0], "like")
    until(lambda: heard.exists() and len(heard.read_text().splitlines()) == 2, seconds=20)
    first, second = heard.read_text().splitlines()
    assert first == second


def test_a_folder_in_development_is_taken_up_again_when_it_changes(
    ready: Engine, tmp_path: Path
) -> None:
    folder = project(tmp_path, "light", BRIGHT.format(version=1), permissions=BOTH)
    assert install(ready, folder).source == "folder"
    plugin_packages.edit(folder, "It is full of light", "It shines")
    plugin_packages.edit(folder, '"by-light"', '"shining"')
    until(lambda: "ranker shining" in view(ready, "light").provides, seconds=20)
    plugin_packages.edit(folder, "class Bright:", "class Bright(:")
    until(lambda: view(ready, "light").state == "failed to load", seconds=20)
    assert "SyntaxError" in (view(ready, "light").problem or "")


def test_the_plugin_of_the_readme_is_installed_as_the_readme_says(
    ready: Engine, tmp_path: Path
) -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    folder = tmp_path / "brightness"
    folder.mkdir()
    for language, name in (("python", "brightness.py"), ("toml", "pyproject.toml")):
        (block,) = re.findall(rf"```{language}\n(.*?)```", readme, re.DOTALL)
        (folder / name).write_text(block, encoding="utf-8")
    assert install(ready, folder).state == "ready"
    work = {each.extractor: each for each in ready.analyze(wait=True).work}
    assert work["brightness"].done >= 3
    assert work["brightness"].failed == 0


def test_metadata_taggers_and_explainers_reach_the_item(
    open_engine: Open, media: Path, tmp_path: Path
) -> None:
    from library_factory import rest
    from media_factory import song

    for n, title in enumerate("AB"):
        song(media / f"{title}.mp3", seed=n, title=title, artist="Anna")
    (media / "A.json").write_text(json.dumps({"title": "Solaris", "year": 1972}))
    (media / "B.json").write_text("{")
    rest(*media.iterdir())
    engine = open_engine()
    for kind in ("metadata-reader", "explainer"):
        install(engine, of_template(kind, tmp_path))
    engine.add_folder(str(media))
    status = engine.analyze(wait=True)
    titles = {each.title: each for each in engine.views(engine.ids())}
    assert titles["Solaris"].year == 1972
    assert any("B.json" in problem.sentence for problem in status.problems)
    engine.feedback(titles["B"].id, "like")
    why = engine.why(titles["Solaris"].id)
    assert any(reason.text == "By Anna, like “B”, which you liked" for reason in why.reasons)
    engine.remove_plugin("my-metadata-reader", with_data=False)
    assert {each.title for each in engine.views(engine.ids())} == {"A", "B"}, "its word is silenced"


def test_a_panel_is_a_page_with_items(ready: Engine, tmp_path: Path) -> None:
    install(ready, of_template("panel", tmp_path))
    (page,) = ready.pages()
    assert (page.plugin, page.title) == ("my-panel", "Library by year")
    assert ready.page("my-panel", page.name).sections
    with pytest.raises(UserError, match="no page"):
        ready.page("my-panel", "other")


def test_a_history_is_previewed_imported_once_and_counts(ready: Engine, tmp_path: Path) -> None:
    file = tmp_path / "seen.csv"
    with file.open("w", newline="") as out:
        lines = csv.writer(out)
        lines.writerows([["title", "year", "date"], ["lighthouse", "", "2026-01-31"]])
        lines.writerow(["Nobody has this", "1999", ""])
    with pytest.raises(UserError, match=r"seen\.csv"):
        ready.import_history(str(file))
    install(ready, of_template("importer", tmp_path))
    preview = ready.import_history(str(file), dry_run=True)
    assert (preview.matched, preview.known, preview.kept) == (1, 0, False)
    assert [line.title for line in preview.unmatched] == ["Nobody has this"]
    assert preview.change is None
    done = ready.import_history(str(file))
    assert done.known == 0
    assert done.change is not None
    assert done.change.says.startswith("Imported 1 line")
    undone = ready.organising.undo(done.change.id)
    assert ready.import_history(str(file), dry_run=True).known == 0
    ready.organising.undo(undone.id)
    again = ready.import_history(str(file))
    assert (again.known, again.change) == (1, None)
    (seen,) = [each for each in ready.views(ready.ids()) if each.title == "Lighthouse"]
    assert seen.finished
    assert ready.undo_import() == 1
    assert not ready.views([seen.id])[0].finished
    file.write_bytes(b"\xff\x00")
    with pytest.raises(UserError, match=r"seen\.csv"):
        ready.import_history(str(file))


def test_a_question_is_understood_by_the_parser_and_else_by_its_meaning(
    ready: Engine, tmp_path: Path
) -> None:
    plain = ready.ask("a lamp in a storm at sea")
    assert plain.parser == ""
    assert plain.items
    install(ready, of_template("intent-parser", tmp_path))
    answer = ready.ask("songs shorter than 4 minutes")
    assert answer.parser == "my-intent-parser"
    assert {chip.field for chip in answer.chips} == {"kind", "minutes"}
    assert answer.items
    assert all(item.kind == "song" for item in answer.items)
    assert ready.ask("不到四分钟的歌曲").items
    for wrong in ("", " ", "x" * 2000):
        with pytest.raises(UserError):
            ready.ask(wrong)


def test_a_player_gives_a_command_where_its_program_is(
    ready: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(ready, of_template("player", tmp_path))
    item = ready.views(ready.ids())[0]
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ready.players(item.id) == ()
    program = tmp_path / "mpv"
    program.write_text("#!/bin/sh\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    (player,) = ready.players(item.id, start=12.5)
    assert player.command[0] == str(program)
    assert player.command[-1] == item.path
    assert any("12.5" in word for word in player.command)


def test_the_price_of_an_extractor_is_measured_before_the_whole_library_pays(
    ready: Engine, tmp_path: Path
) -> None:
    install(ready, package(tmp_path, "light", BRIGHT.format(version=1), permissions=BOTH))
    at_work = ready._plugins.running.guests()["light"]
    (tag,) = ready.price_plugin("light")
    assert at_work.health().calls == 0, "it waits for nobody, and nobody is billed for it"
    videos = [each for each in ready.views(ready.ids()) if each.kind not in {"song", "recording"}]
    assert (tag.part, tag.items, tag.problem) == ("bright", len(videos), None)
    assert 0 < tag.sample <= 3
    assert tag.seconds > 0
    assert tag.disk > 0
    assert tag.memory > 10_000_000
    ours = ready.price_plugin("audio")
    assert {each.part for each in ours} == {"audio"}
    assert all(each.memory > 10_000_000 and each.cpu_seconds > 0 for each in ours), ours


def test_safe_starts_leave_strangers_out_and_one_follows_a_crash_by_itself(
    open_engine: Open, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first = open_engine()
    install(first, package(tmp_path, "light", BRIGHT.format(version=1), permissions=BOTH))
    places = first._places
    first.close()
    safe = Engine(places, safe=True)
    assert view(safe, "light").state == "switched off"
    assert view(safe, "taste").state == "ready"
    safe.close()
    gone = 2**22 - 7  # no process has such a number
    crash = places.data / "plugins" / ".starting" / f"{gone}.json"
    crash.parent.mkdir(parents=True, exist_ok=True)
    crash.write_text(json.dumps({"plugins": ["light"]}))
    command = Engine(places)
    assert view(command, "light").state == "ready", "a command leaves that to the window"
    command.close()
    after = Engine(places, in_window=True)
    assert view(after, "light").state == "switched off"
    assert "“light”" in (view(after, "light").problem or "")
    assert after.enable_plugin("light", enabled=True).state == "ready"
    after.close()
    normal = Engine(places, in_window=True)
    assert view(normal, "light").state == "ready"
    normal.close()
    assert not list(crash.parent.glob("*.json"))


def test_two_plugins_need_different_versions_of_a_library_and_both_work(
    ready: Engine, tmp_path: Path
) -> None:
    from wheel_factory import library

    source = """
import clash
class Tell:
    name, title, reads = "{name}", "Tell", ()
    def view(self, request): return [Section(text=clash.VERSION)]
@hookimpl
def panels(): return [Tell()]
"""
    told = {}
    for name, version in (("one", "1.0"), ("two", "2.0")):
        house = tmp_path / name / "wheels"
        house.mkdir(parents=True)
        library(house, "clash", version)
        folder = project(tmp_path, name, source.format(name=name), requires=(f"clash=={version}",))
        bundle = plugin_packages.pack(folder, tmp_path / "packages", wheelhouse=house)
        install(ready, bundle)
        told[name] = ready.page(name, name).sections[0].text
    assert told == {"one": "1.0", "two": "2.0"}
    assert ready.page("one", "one").sections[0].text == "1.0"


def test_nothing_is_fetched_without_permission_nor_while_the_network_is_off(
    ready: Engine, tmp_path: Path
) -> None:
    source = """
class Fetch:
    name, title, reads = "fetch", "Fetch", ()
    def __init__(self, context): self.context = context
    def view(self, request):
        try: self.context.fetch("https://example.org/x"); return [Section(text="fetched")]
        except UserError as error: return [Section(text=str(error))]
@hookimpl
def panels(context): return [Fetch(context)]
"""
    install(ready, package(tmp_path, "fetch", source))
    assert "permission" in ready.page("fetch", "fetch").sections[0].text
    wants = {"network": {"hosts": ["example.org"], "reason": "posters"}}
    install(ready, package(tmp_path, "fetch", source, version="1.1", permissions=wants))
    ready._places.settings.write_text("network = false\n")
    assert "switched off" in ready.page("fetch", "fetch").sections[0].text
    source = """
import socket, urllib.request
def told(attempt, *given):
    try: return str(attempt(*given))
    except OSError as error: return str(error)
class Sneak:
    name, title, reads = "sneak", "Sneak", ()
    def view(self, request):
        tried = (urllib.request.urlopen, "http://leak.example.org/"), (socket.socket,)
        return [Section(text=told(*one)) for one in tried]
@hookimpl
def panels(): return [Sneak()]
"""
    install(ready, package(tmp_path, "sneak", source))
    sections = ready.page("sneak", "sneak").sections
    assert ["can’t reach" in one.text.replace("'", "’") for one in sections] == [True, True]
    tried = [(line.who, line.host, line.why, bool(line.problem)) for line in _ledger(ready)]
    by_itself = "not announced, by its own code"
    assert tried == [
        ("sneak", "an address that was not named", by_itself, True),
        ("sneak", "leak.example.org", by_itself, True),
        ("fetch", "example.org", "posters", True),
        ("fetch", "example.org", "", True),
    ]
    assert [each.host for each in ready.plugin("sneak").fetched] == [tried[0][1], tried[1][1]]


def _ledger(engine: Engine) -> tuple[Connection, ...]:
    return Connections(engine._places.data).latest(9)


def test_a_model_that_one_plugin_brings_runs_inside_another(ready: Engine, tmp_path: Path) -> None:
    source = """
class Coloured:
    name, version, kinds = "coloured", 1, VIDEO
    model = ModelSpec(task="image", name="my-model-catalogue")
    def prepare(self, item, media):
        with media.open(item.path) as container:
            frame = next(container.decode(video=0)).reformat(224, 224, "rgb24").to_ndarray()
        return Sample(arrays={"pixels": frame})
    def encode(self, samples, run):
        pixels = np.stack([sample.arrays["pixels"] for sample in samples])
        return [Feature(summary=row) for row in run({"pixels": pixels})["embedding"]]
@hookimpl
def extractors(): return [Coloured()]
"""
    user = package(tmp_path, "coloured", source, permissions=READ_MEDIA)
    install(ready, user)
    assert "coloured" not in {work.extractor for work in ready.analyze(wait=True).work}
    install(ready, of_template("model-catalogue", tmp_path))
    assert "my-model-catalogue" in {model.name for model in ready.models()}
    (work,) = [each for each in ready.analyze(wait=True).work if each.extractor == "coloured"]
    assert (work.done > 0, work.failed) == (True, 0), ready.status().problems
    ready._plugins.faults.quarantine(ready._registry.find("my-model-catalogue"), "It was odd.")
    ready._plugins.running.stop("my-model-catalogue")
    until(lambda: "my-model-catalogue" not in {model.name for model in ready.models()})
    assert ready.enable_plugin("my-model-catalogue", enabled=True).state == "ready"
    assert "my-model-catalogue" in {model.name for model in ready.models()}
    ready.remove_plugin("my-model-catalogue", with_data=True)
    assert "my-model-catalogue" not in {model.name for model in ready.models()}


SLOW_READER = """
class Reader:
    name, version, kinds, model = "reader", 1, VIDEO | AUDIO, None
    def prepare(self, item, media): time.sleep(0.3); return Sample()
    def encode(self, samples, run): return [Feature(data={"read": 1}) for _ in samples]
class Namer:
    name, version, model = "namer", 1, None
    def tag(self, features, run):
        return [{"read": 0.9} if "reader" in own else {} for own in features]
@hookimpl
def extractors(): return [Reader()]
@hookimpl
def taggers(): return [Namer()]
"""


def test_starting_anew_in_the_midst_of_analysis_blames_no_file(
    ready: Engine, tmp_path: Path
) -> None:
    wish = {"type": "object", "properties": {"n": {"type": "integer", "default": 0}}}
    made = package(tmp_path, "busy", SLOW_READER, permissions=READ_MEDIA, settings=wish)
    install(ready, made)
    ready.analyze()
    for n in range(1, 4):
        ready.set_plugin("busy", {"n": n})
    work = {each.extractor: each for each in ready.analyze(wait=True).work}
    count = len(ready.ids())
    assert (work["reader"].done, work["reader"].failed) == (count, 0)
    assert (work["namer"].done, work["namer"].failed) == (count, 0), "its tagger follows"
    assert not ready.plugin("busy").faults
    assert "read" in ready.item(ready.ids()[0]).tags
    places = ready._places
    ready.close()
    (module,) = (places.data / "plugins/busy/versions").rglob("plug_busy.py")
    module.write_text(module.read_text().replace('"reader", 1', '"reader", 2'))
    changed = Engine(places)
    changed._store.write(partial(jobs.requeue, items=changed.ids(), extractors=["reader"]))
    work = {each.extractor: each for each in changed.analyze(wait=True).work}
    assert changed._registry.find("busy").parts["extractors"][0].version == 2
    assert (work["reader"].done, work["reader"].failed) == (count, 0)
    assert not changed.plugin("busy").faults
    changed.close()


def test_what_is_switched_off_leaves_nothing_waiting(ready: Engine, tmp_path: Path) -> None:
    install(ready, package(tmp_path, "busy", SLOW_READER, permissions=READ_MEDIA))
    count = len(ready.ids())
    (work,) = (each for each in ready.status().work if each.extractor == "reader")
    assert (work.plugin, work.waiting, work.why) == ("busy", count, {"new plugin": count})
    ready.analyze()
    house = ready.analysing.now
    ready.enable_plugin("busy", enabled=False)
    assert ready.analysing.now is house, "what runs inside works on"
    status = ready.analyze(wait=True)
    assert all(work.waiting == 0 for work in status.work), status.work
    left = {each.extractor: each for each in status.work if each.left}
    assert left.keys() == {"reader", "namer"}
    assert left["reader"].left + left["reader"].done == count
    assert left["reader"].held == "its plugin is disabled"
    assert ready.for_you().understood == count, "what is left holds nothing up"
    ready.enable_plugin("busy", enabled=True)
    work = {each.extractor: each for each in ready.analyze(wait=True).work}
    assert (work["reader"].done, work["reader"].left, work["reader"].held) == (count, 0, None)
    assert work["namer"].done == count
    ready.enable_plugin("subtitles", enabled=False)
    assert ready.analysing.now is not house
    work = {each.extractor: each for each in ready.analyze(wait=True).work}
    assert work["subtitles"].held is None, "nothing of it was left"


def test_a_plugin_waits_for_what_its_budget_says(
    ready: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(ready, package(tmp_path, "busy", SLOW_READER, permissions=READ_MEDIA))
    machine = ready._budgets._machine
    monkeypatch.setattr(machine, "on_mains", lambda: False)
    assert ready.budget_plugin("busy", "mains").budget == "mains"
    work = {each.extractor: each for each in ready.analyze(wait=True).work}
    assert work["reader"].done == 0
    assert "mains" in (work["reader"].held or "")
    assert work["keyframes"].held is None
    monkeypatch.setattr(machine, "on_mains", lambda: True)
    work = {each.extractor: each for each in ready.analyze(wait=True).work}
    assert (work["reader"].done, work["reader"].held) == (len(ready.ids()), None)
    with pytest.raises(UserError, match="no budget “noon”"):
        ready.budget_plugin("busy", "noon")


def test_an_odd_version_or_name_costs_its_plugin_alone(ready: Engine, tmp_path: Path) -> None:
    for name, old, new in (
        ("vast", 'bright", 1', f'bright", {2**63}'),
        ("slash", '"bright"', '"a/b"'),
    ):
        source = BRIGHT.format(version=1).replace(old, new)
        assert install(ready, package(tmp_path, name, source, permissions=BOTH)).state == (
            "failed to load"
        )
    assert ready.analyze(wait=True).items


def test_settings_of_an_earlier_version_do_not_stand_in_the_way(
    ready: Engine, tmp_path: Path
) -> None:
    def wish(**own: str) -> dict[str, object]:
        return {"type": "object", "properties": {k: {"type": t} for k, t in own.items()}}

    source = BRIGHT.format(version=1)
    first = package(
        tmp_path, "light", source, permissions=BOTH, settings=wish(a="integer", b="string")
    )
    install(ready, first)
    ready.set_plugin("light", {"a": 1, "b": "x"})
    second = package(
        tmp_path,
        "light",
        source,
        version="2.0",
        permissions=BOTH,
        settings=wish(b="integer", c="string"),
    )
    install(ready, second)
    assert ready.plugin("light").settings == {}
    assert ready.set_plugin("light", {"c": "y"}).settings == {"c": "y"}


def test_closing_waits_for_no_plugin(ready: Engine, tmp_path: Path) -> None:
    source = """
class Deaf:
    name = "deaf"
    def on_events(self, events): time.sleep(50)
@hookimpl
def listeners(): return [Deaf()]
"""
    install(ready, package(tmp_path, "deaf", source, permissions=READ_HISTORY))
    ready.feedback(ready.ids()[0], "like")
    time.sleep(0.5)
    started = time.monotonic()
    ready.close()
    assert time.monotonic() - started < 8
