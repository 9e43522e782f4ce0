"""The colour map, packed and installed as anybody's plugin, over clips of known colours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import library_factory
import numpy as np
import pytest

from mediadesk import settings
from mediadesk.api import Array, ModelSpec, testing
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import Limits, PageContent, SectionView
from mediadesk.engine.plugins import views as plugin_views
from mediadesk.host.makers.check import check
from mediadesk.host.package.pack import pack
from mediadesk.settings import Settings

SOURCE = Path(__file__).parents[3] / "plugins/colourmap"
EMPTY = "No video has been looked at yet"
FILMS = {  # the colour that each is full of, in lighter and darker grains; names tell nothing
    "Roses": (190, 40, 50),
    "Accounts": (205, 45, 40),
    "Lagoon": (40, 100, 200),
    "Tuesday": (50, 95, 190),
    "Meadow": (70, 150, 50),
    "Fog": (150, 150, 150),
    "Cellar": (25, 22, 20),
}


def film(path: Path, colour: tuple[int, int, int], seed: int) -> Path:
    """Write five seconds of grains around a colour."""
    grains = np.random.default_rng(seed).uniform(0.8, 1.2, (5, 9, 16, 1))
    pictures = np.clip(grains * colour, 0, 255).astype(np.uint8)
    return testing.video(path, pictures.repeat(10, 0).repeat(20, 1).repeat(20, 2))


def page(engine: Engine) -> PageContent:
    return engine.page("colourmap", "colour-map")


def titles(section: SectionView) -> list[str]:
    return [item.title for item in section.items]


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    for seed, (title, colour) in enumerate(FILMS.items()):
        film(folder / f"{title}.mp4", colour, seed)
    library_factory.rest(*folder.iterdir())
    return folder


@pytest.fixture
def engine(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine that knows nothing but colours, so that all likeness is theirs."""
    places = library_factory.places(tmp_path / "data", tmp_path_factory.getbasetemp())
    others = Settings(disabled_plugins=("keyframes", "audio", "subtitles", "tags"))
    settings.save(places.settings, others)
    opened = Engine(places)
    package = pack(SOURCE, tmp_path / "packed")
    plan = opened.plan_plugin(str(package))
    assert not plan.downloads
    assert [grant.permission for grant in plan.permissions] == ["read-media"]
    plugin = opened.install_plugin(plan.token)
    assert (plugin.state, plugin.problem) == ("ready", None)
    yield opened
    opened.close()


def test_an_installed_colour_map_shows_each_film_where_its_colour_belongs(
    engine: Engine, films: Path
) -> None:
    (section,) = page(engine).sections
    assert section.text.startswith(EMPTY)

    engine.add_folder(str(films))
    status = engine.analyze(wait=True)
    assert not status.problems
    (work,) = (work for work in status.work if work.extractor == "colours")
    assert (work.done, work.failed) == (len(FILMS), 0)
    names = {view.id: view.title for view in engine.views(engine.ids())}

    chart, *rows, palette = page(engine).sections
    place = {names[point.item]: (point.x, point.y) for point in chart.points}
    assert set(place) == set(FILMS)
    hues = ["Fog", "Roses", "Meadow", "Lagoon"]
    assert sorted(hues, key=lambda each: place[each][0]) == hues
    assert min(place, key=lambda each: place[each][1]) == "Cellar"
    assert {point.label for point in chart.points} >= {"Roses: red", "Lagoon: blue", "Fog: grey"}
    shown = {row.title: titles(row) for row in rows}
    assert shown["Darkest"][0] == "Cellar"
    assert shown["Brightest"][0] == "Fog"
    assert set(shown["Most colourful"]) < {"Roses", "Accounts", "Lagoon", "Tuesday", "Meadow"}
    assert shown["Black and white"] == ["Fog"]
    assert sum(float(share.rstrip("%")) for _, share, _ in palette.rows) == pytest.approx(
        100, abs=1
    )

    engine.profiles.add("kid")
    engine.profiles.set_pin("2468")
    few = tuple(item for item, name in names.items() if name in {"Fog", "Roses"})
    engine.profiles.limit("kid", Limits(allowed_items=few), pin="2468")
    chart, *_ = engine.page("colourmap", "colour-map", profile="kid").sections
    assert {point.item for point in chart.points} == set(few), "a child sees no others by name"

    for one, other in (("Roses", "Accounts"), ("Lagoon", "Tuesday")):
        assert engine.similar(str(films / f"{one}.mp4"), limit=1).items[0].title == other
        assert engine.similar(str(films / f"{other}.mp4"), limit=1).items[0].title == one
    tags = {name: set(engine.item(str(films / f"{name}.mp4")).tags) for name in FILMS}
    assert tags["Cellar"] >= {"dark"}
    assert tags["Fog"] == {"black and white"}
    assert tags["Roses"] == {"colourful", "warm colours"}
    assert tags["Lagoon"] == {"colourful", "cold colours"}


def test_its_settings_turn_the_map_and_have_films_looked_at_anew(
    engine: Engine, films: Path
) -> None:
    engine.add_folder(str(films))
    engine.analyze(wait=True)
    by_hue = page(engine).sections[0]
    engine.set_plugin("colourmap", {"map": "warmth", "pictures": 4})
    by_warmth = page(engine).sections[0]
    assert by_warmth.x_label != by_hue.x_label
    names = {view.id: view.title for view in engine.views(engine.ids())}
    place = {names[point.item]: point.x for point in by_warmth.points}
    assert place["Lagoon"] < place["Fog"] < place["Roses"]
    assert place["Fog"] == pytest.approx(0.5, abs=0.02)
    before = _calls(engine)
    assert not engine.analyze(wait=True).problems
    assert _calls(engine) >= before + len(FILMS)


def test_the_page_is_in_the_language_that_is_set(tmp_path: Path, engine: Engine) -> None:
    place = tmp_path / "data" / "settings.toml"
    settings.save(place, replace(settings.load(place), language="zh_CN"))
    engine.enable_plugin("colourmap", enabled=True)
    content = page(engine)
    assert content.page.title == "色彩地图"
    plan = plugin_views.plan(engine._plugins.plan(str(SOURCE), network=False), "zh_CN")
    assert (plan.title, plan.summary[:4]) == ("色彩地图", "按色彩展")
    assert content.sections[0].text.startswith("还没有分析过任何视频")


def test_the_makers_check_finds_nothing_to_mend() -> None:
    def no_run(spec: ModelSpec, arrays: Mapping[str, Array]) -> NoReturn:
        raise AssertionError(f"{spec} was run on {list(arrays)}")

    assert {each.level for each in check(SOURCE, run=no_run).findings} == {"ok"}


def _calls(engine: Engine) -> int:
    usage = engine.plugin("colourmap").usage
    return sum(part.calls for part in usage if part.part == "colours")
