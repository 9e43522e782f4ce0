"""The registry: a broken plugin is named and the others work."""

import logging
import re
import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path

import plugin_factory
import pytest

from mediadesk.api import Feature, Item, Kind, Skip, UserError
from mediadesk.host import Registry, State
from mediadesk.host.registry import TRUSTED
from mediadesk.media import GuardedMedia

import media_factory  # isort: skip

Make = Callable[[str, str], EntryPoint]
GOOD = """
class Good:
    name, version, kinds, model = "good", 1, VIDEO, None
    def prepare(self, item, media): return Sample(data={"title": item.title})
    def encode(self, samples, run): return [Feature(data=dict(s.data)) for s in samples]

@hookimpl
def extractors(): return [Good()]
"""
README = Path(__file__).parents[3] / "README.md"


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    monkeypatch.syspath_prepend(str(tmp_path))
    return lambda name, source: plugin_factory.point(tmp_path, name, source)


def states(registry: Registry) -> dict[str, State]:
    return {plugin.name: plugin.state for plugin in registry.plugins}


def problem(registry: Registry, name: str) -> str:
    return next(plugin.problem or "" for plugin in registry.plugins if plugin.name == name)


@pytest.mark.parametrize(
    "source",
    ["raise RuntimeError('boom')", "import no_such_module", "sys.exit('boom')", "def f(:"],
    ids=["raises", "imports what is not there", "exits", "is no Python"],
)
def test_a_plugin_that_can_not_be_imported_fails_to_load_and_the_others_work(
    make: Make, source: str
) -> None:
    registry = Registry(points=[make("bad", source), make("good", GOOD)])
    assert states(registry) == {"bad": State.FAILED, "good": State.READY}
    assert re.search("boom|no_such_module|invalid syntax", problem(registry, "bad"))
    assert [extractor.name for extractor in registry.extractors] == ["good"]


@pytest.mark.parametrize("lost", ["name", "version", "kinds", "model", "prepare", "encode"])
def test_an_extractor_that_lacks_a_part_is_refused_by_name(make: Make, lost: str) -> None:
    source = GOOD + f"del_it = delattr(Good, {lost!r})\n"
    registry = Registry(points=[make("bad", source), make("good", GOOD)])
    assert states(registry)["bad"] is State.FAILED
    assert problem(registry, "bad") == f"TypeError: Good of extractors lacks {lost}"
    assert len(registry.extractors) == 1


@pytest.mark.parametrize("hook", ["taggers", "rankers"])
def test_a_tagger_or_ranker_that_lacks_its_method_is_refused(make: Make, hook: str) -> None:
    source = f"""
class Half:
    name, version, model = "half", 1, None

@hookimpl
def {hook}(): return [Half()]
"""
    registry = Registry(points=[make("half", source)])
    assert states(registry) == {"half": State.FAILED}
    assert f"Half of {hook} lacks" in problem(registry, "half")
    assert not registry.taggers
    assert not registry.rankers


def test_a_hook_that_raises_or_gives_nothing_to_go_through_fails_its_plugin_alone(
    make: Make,
) -> None:
    raising = "@hookimpl\ndef extractors(): raise ValueError('boom')\n"
    single = "@hookimpl\ndef extractors(): return 5\n"
    points = [make("raising", raising), make("single", single), make("good", GOOD)]
    registry = Registry(points=points)
    assert states(registry) == {
        "raising": State.FAILED,
        "single": State.FAILED,
        "good": State.READY,
    }


def test_a_second_extractor_of_the_same_name_is_refused_and_both_plugins_are_named(
    make: Make,
) -> None:
    registry = Registry(points=[make("a", GOOD), make("b", GOOD)])
    assert states(registry) == {"a": State.READY, "b": State.FAILED}
    assert "“good”" in problem(registry, "b")
    assert "“a”" in problem(registry, "b")


def test_a_disabled_plugin_is_listed_and_never_imported(make: Make) -> None:
    point = make("off", "raise RuntimeError('imported')")
    registry = Registry(points=[point], disabled=["off"])
    assert states(registry) == {"off": State.DISABLED}
    assert point.value not in sys.modules


def test_a_call_that_raises_becomes_a_sentence_that_names_the_plugin(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    registry = Registry(points=[make("good", GOOD), make("other", GOOD.replace("good", "other"))])
    extractor = registry.extractors[1]
    with pytest.raises(UserError, match=r"“other” failed \(ZeroDivisionError: .*\): update"):
        registry.guard(extractor, lambda: 1 / 0)
    assert problem(registry, "other").startswith("ZeroDivisionError")
    assert not problem(registry, "good")
    assert any(record.exc_info for record in caplog.records), "the traceback belongs in the log"


def test_three_failures_in_a_row_mark_a_plugin_as_failing_and_a_success_clears_it(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    registry = Registry(points=[make("good", GOOD)])
    (extractor,) = registry.extractors
    for expected in [State.READY, State.READY, State.FAILING]:
        with pytest.raises(UserError):
            registry.guard(extractor, lambda: 1 / 0)
        assert states(registry) == {"good": expected}
    assert registry.extractors == (extractor,), "its jobs still fail one by one, each named"
    assert registry.guard(extractor, lambda: 5) == 5
    assert states(registry) == {"good": State.READY}
    assert not problem(registry, "good")


def test_a_success_between_failures_starts_the_count_anew(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    registry = Registry(points=[make("good", GOOD)])
    (extractor,) = registry.extractors
    for _ in range(4):
        with pytest.raises(UserError):
            registry.guard(extractor, lambda: 1 / 0)
        registry.guard(extractor, lambda: None)
    assert states(registry) == {"good": State.READY}


@pytest.mark.parametrize("error", [UserError("Mend it."), Skip("nothing there")])
def test_what_a_plugin_says_on_purpose_passes_unchanged_and_is_no_failure(
    make: Make, error: Exception
) -> None:
    registry = Registry(points=[make("good", GOOD)])
    (extractor,) = registry.extractors

    def call() -> None:
        raise error

    for _ in range(4):
        with pytest.raises(type(error)) as caught:
            registry.guard(extractor, call)
        assert caught.value is error
    assert states(registry) == {"good": State.READY}


def test_installed_plugins_are_found_by_their_metadata(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin_factory.install(tmp_path, "mine", GOOD)
    monkeypatch.syspath_prepend(str(tmp_path))
    registry = Registry(disabled=plugin_factory.shipped())
    (mine,) = [plugin for plugin in registry.plugins if plugin.state is State.OFF]
    assert "mediadesk plugins install" in (mine.problem or ""), "strangers stay outside"
    assert not registry.extractors
    monkeypatch.setenv(TRUSTED, "other,mine")
    registry = Registry(disabled=plugin_factory.shipped())
    (mine,) = [plugin for plugin in registry.plugins if plugin.state is State.READY]
    assert (mine.name, mine.distribution, mine.version) == ("mine", "mediadesk-mine", "1.0")


def test_the_plugin_of_the_readme_works(make: Make, tmp_path: Path) -> None:
    source = next(
        block
        for block in re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
        if "Brightness" in block
    )
    assert len(source.splitlines()) <= 30
    registry = Registry(points=[make("brightness", source)])
    assert states(registry) == {"brightness": State.READY}, problem(registry, "brightness")
    (extractor,) = registry.extractors
    path = media_factory.clip(tmp_path / "clip.mp4", seconds=1)
    item = Item(id="1" * 32, kind=Kind.CLIP, title="Clip", path=path)
    sample = registry.guard(extractor, lambda: extractor.prepare(item, GuardedMedia()))
    (feature,) = extractor.encode([sample], dict)
    assert isinstance(feature, Feature)
    assert 0.2 < feature.data["brightness"] < 0.8
