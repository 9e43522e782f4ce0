"""Guests come and go while everything else works on."""

from __future__ import annotations

from pathlib import Path

import pytest

from mediadesk.api import VIDEO, UserError
from mediadesk.engine.budget import Budgets
from mediadesk.engine.work import Analysis, _is_open
from mediadesk.extract.learning import Learning
from mediadesk.extract.pipeline import Pace
from mediadesk.host import Plugin, Registry, Source, State
from mediadesk.host.isolate.guest import Guest, GuestSpec, Services
from mediadesk.host.manifest import Manifest
from mediadesk.models import Models
from mediadesk.settings import Places, Settings
from mediadesk.store import Store


class Reader:
    """An extractor that is never asked."""

    name, version, kinds, model = "reader", 1, VIDEO, None

    def prepare(self, item: object, media: object) -> None:
        """Give nothing."""

    def encode(self, samples: object, run: object) -> None:
        """Give nothing."""


def guest(folder: Path) -> Guest:
    """Make a guest that is never started."""
    manifest = Manifest(
        name="tiny", distribution="tiny", version="1", module="tiny", title="Tiny", api=">=1"
    )
    spec = GuestSpec(manifest=manifest, root=folder, log=folder / "log", settings={}, language="en")
    return Guest(
        spec,
        Services(run=lambda *_: {}, fetch=lambda *_: b""),
        on_fault=lambda fault: pytest.fail(fault.sentence),
    )


def test_a_guest_that_cannot_be_taken_up_leaves_the_others_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = Places(data=tmp_path, cache=tmp_path / "cache")
    store, registry, models = Store(places.database), Registry(points=()), Models(places.cache)
    plugin = Plugin(name="tiny", version="1", source=Source.INSTALLED)
    registry.admit(plugin, {"extractors": [Reader()]})
    old, new = guest(tmp_path), guest(tmp_path)
    budgets = Budgets(store, registry, on_recheck=lambda: None)
    analysis = Analysis(
        places,
        store,
        registry,
        models,
        Settings(),
        guests={"tiny": old},
        budgets=budgets,
        on_change=lambda *_: None,
        on_gone=lambda _: None,
        learning=Learning(store, nearest=lambda *_: ()),
        leisure=lambda: False,
        pace=lambda: Pace.FULL,
    )
    try:
        (_, station) = analysis.pipeline._stations

        def gone(*_: object) -> None:
            raise UserError("There is no plugin “tiny”.")

        with monkeypatch.context() as patch:
            patch.setattr("mediadesk.engine.work._learning", gone)
            with pytest.raises(UserError, match="tiny"):
                analysis.follow({"tiny": new})
        assert analysis.pipeline._stations[1:] == [station]
        assert analysis.follow({"tiny": new})
        (_, other) = analysis.pipeline._stations
        assert other is not station, "nothing was left behind"
        assert _is_open(registry, "tiny", new)
        plugin.state = State.QUARANTINED
        assert not _is_open(registry, "tiny", new), "though it is not stopped yet"
    finally:
        analysis.close()
        budgets.close()
        models.close()
        store.close()
        for each in (old, new):
            each.close()
