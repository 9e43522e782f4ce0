"""An engine of made-up data in memory, for developing pages and testing presenters only."""

# ruff: noqa: ANN401, ARG002 - the signatures are the real engine's

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from itertools import islice
from typing import Any

from gui import fake_plugins
from gui.fake_library import FakeLibrary
from gui.fake_organising import FakeOrganising
from gui.fake_playing import FakePlaying
from gui.fake_privacy import FakePrivacy
from gui.fake_quality import FakeQuality
from gui.fake_shell import FakeShell
from gui.fake_sync import FakeSync

from mediadesk.api import UserError
from mediadesk.engine.messages import (
    Backups,
    Card,
    Effect,
    Evidence,
    FolderView,
    ItemPage,
    ItemView,
    JobView,
    Listing,
    ModelView,
    MomentView,
    Offer,
    PageContent,
    PageView,
    Panel,
    PlayerView,
    PluginPage,
    PluginPlan,
    PluginView,
    PriceTag,
    Problem,
    Reason,
    Shelf,
    Status,
    Why,
    WorkView,
)
from mediadesk.engine.previewing import moves


def item(number: int, **more: Any) -> ItemView:
    sound = number % 3 == 2
    given: dict[str, Any] = {
        "id": f"{number:032x}",
        "title": f"A quiet walk number {number}",
        "kind": "song" if sound else "clip",
        "path": f"/media/{number}.mkv",
        "available": number % 11 != 10,
        "duration_s": 61.0 + 7 * number,
        "artist": "Somebody" if sound else "",
        "year": 2000 + number % 20,
        "progress": 0.4 if number % 9 == 1 else 0.0,
        "resume_s": 30.0 if number % 9 == 1 else 0.0,
    }
    return ItemView(**(given | more))


class FakeClient(
    FakeShell, FakeLibrary, FakeOrganising, FakePlaying, FakeQuality, FakePrivacy, FakeSync
):
    """Answers at once, in the caller's thread, like `Client.call`."""

    def __init__(
        self,
        items: Sequence[ItemView] = (),
        *,
        folders: Sequence[FolderView] = (),
        pictures: Mapping[str, bytes] | None = None,
        understood: int | None = None,
    ) -> None:
        self.items = {one.id: one for one in items}
        self.folders = tuple(folders)
        self.stock = pictures or {}
        self.understood = len(self.items) if understood is None else understood
        self.calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self.error: Exception | None = None
        self.late: list[Callable[[], None]] | None = None  # answers that are given when called
        self.look = "system"
        self.paused = False
        self.known = fake_plugins.BUNDLED
        self.plans: dict[tuple[str, bool], PluginPlan | UserError] = {}
        self.settings: dict[str, object] | None = None
        self.index_read = False
        self.made_pages: tuple[PageView, ...] = ()
        self.page_image = b""
        self.more_work: tuple[WorkView, ...] = ()
        self.known_players: tuple[PlayerView, ...] = ()
        self.inside: dict[str, Any] = {}  # what pages say besides, by their fields

    def call(self, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> Future[Any]:
        self.calls.append((verb.__name__, args, kwargs))
        future: Future[Any] = Future()
        of_group = verb.__qualname__.replace(".", "_").lower()  # where a name means two verbs
        name = of_group if hasattr(self, of_group) else verb.__name__
        if self.late is None:
            self._answer(future, name, args, kwargs)
        else:
            self.late.append(lambda: self._answer(future, name, args, kwargs))
        return future

    def _answer(
        self, future: Future[Any], verb: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        try:
            if self.error is not None:
                raise self.error
            future.set_result(getattr(self, verb)(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - what the real one sends back
            future.set_exception(error)

    def restart(self) -> Future[None]:
        self.calls.append(("restart", (), {}))
        there: Future[None] = Future()
        if self.error is None:
            there.set_result(None)
        else:
            there.set_exception(self.error)
        return there

    def close(self) -> None:
        pass

    def status(self) -> Status:
        waiting = len(self.items) - self.understood
        return Status(
            folders=self.folders,
            items=len(self.items),
            unread=0,
            settling=1 if waiting else 0,
            work=tuple(
                WorkView(extractor=name, done=self.understood, waiting=waiting, skipped=0, failed=0)
                for name in ("keyframes", "audio", "subtitles", "tags")
            )
            + self.more_work,
            problems=(
                Problem(
                    path="/media/broken.mkv",
                    sentence="“/media/broken.mkv” is empty: copy it again from its source.",
                    extractor="keyframes",
                ),
            ),
            busy=waiting > 0,
            paused=self.paused,
            seconds_left=200.0 if waiting else None,
        )

    def add_folder(self, path: str) -> Status:
        self.folders = (*self.folders, FolderView(path=path, files=3, available=True))
        return self.status()

    def remove_folder(self, path: str) -> Status:
        self.folders = tuple(one for one in self.folders if one.path != path)
        return self.status()

    def scan(self, paths: Sequence[str] = ()) -> Status:
        return self.status()

    def analyze(self, *, wait: bool = False) -> Status:
        return self.status()

    def first(self, names: Sequence[str]) -> Status:
        return self.status()

    def pause(self, *, paused: bool) -> Status:
        self.paused = paused
        return self.status()

    def ids(
        self, *, text: str = "", kinds: Sequence[str] = (), profile: str | None = None
    ) -> tuple[str, ...]:
        return tuple(
            one.id
            for one in self.items.values()
            if text.lower() in one.title.lower() and (not kinds or one.kind in kinds)
        )

    def views(self, ids: Sequence[str], *, profile: str | None = None) -> tuple[ItemView, ...]:
        return tuple(self.items[one] for one in ids if one in self.items)

    def pictures(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        return {key: self.stock[key] for key in keys if key in self.stock}

    def for_you(self, *, profile: str | None = None, limit: int = 12) -> Panel:
        shown = [self._card(one) for one in islice(self.items.values(), 500) if not one.hidden]
        shown.sort(key=lambda card: not card.liked)
        going = tuple(card for card in shown if card.progress)
        shelves = [
            Shelf(id="continue", title="Continue", items=going[:limit]),
            Shelf(id="top", title="Top picks for you", items=tuple(shown[:limit])),
            Shelf(id="new", title="New here", items=tuple(shown[limit : 2 * limit])),
            Shelf(id="gems", title="Hidden gems", items=tuple(shown[2 * limit : 3 * limit])),
        ]
        return Panel(
            profile="me",
            took_ms=1.0,
            shelves=tuple(shelf for shelf in shelves if shelf.items),
            understood=self.understood,
            total=len(self.items),
        )

    def starters(self, *, profile: str | None = None, limit: int = 12) -> Listing:
        unsaid = [one for one in self.items.values() if not (one.liked or one.hidden)]
        return Listing(items=tuple(unsaid[::2][:limit]), took_ms=1.0)

    def item(self, name: str, *, profile: str | None = None) -> ItemPage:
        one = self._item(name)
        moments = tuple(
            MomentView(
                start=second,
                end=second + 5,
                extractor="keyframes" if second % 2 else "subtitles",
                text="" if second % 2 else "Somebody says something that is worth hearing twice.",
                image=f"moment/{name}/keyframes/{place}",
                why="" if second % 2 else "what is said most",
            )
            for place, second in enumerate(range(4, int(one.duration_s), 13))
        )
        others = [self._card(other) for other in self.items.values() if other.id != name]
        tags = {"forest": 0.9, "walking": 0.7, "birds": 0.4, "calm": 0.3}
        return ItemPage(
            item=one,
            facts=(
                ("File", str(one.path)),
                ("Length", "1:08"),
                ("Size", "12 MB"),
                ("Codec", "h264"),
            ),
            description="Somebody walks through a wood and meets nobody.",
            similar=tuple(others[:10]),
            jobs=(JobView(extractor="audio", state="done"),),
            learnt=fake_plugins.LEARNT,
            **({"moments": moments, "tags": tags} | self.organised(name) | self.inside),
        )

    def why(self, name: str, *, profile: str | None = None) -> Why:
        card = self._card(self._item(name))
        return Why(
            item=card,
            rank=3,
            of=len(self.items),
            score=card.score,
            rankers={"keyframes": 0.5, "audio": 0.3, "text": 0.2},
            reasons=card.reasons,
            without={reason.seed: 17 for reason in card.reasons if reason.seed},
        )

    def feedback(
        self, name: str, kind: str, *, at: float, origin: Any = None, limit: int = 12
    ) -> Effect:
        one, before = self._item(name), self.for_you(limit=limit)
        self.items[name] = replace(one, liked=kind == "like", hidden=kind == "hide")
        after = self.for_you(limit=limit)
        return Effect(item=one, kind=kind, before=before, after=after, moves=moves(before, after))

    def preview(self, name: str, kind: str, *, limit: int = 12) -> Effect:
        """What is said of an item takes its card away."""
        one, before = self._item(name), self.for_you(limit=limit)
        shelves = tuple(
            replace(each, items=tuple(card for card in each.items if card.id != name))
            for each in before.shelves
        )
        after = replace(before, shelves=shelves)
        return Effect(item=one, kind=kind, before=before, after=after, moves=moves(before, after))

    def event(self, name: str, kind: str, **more: Any) -> None:
        self._item(name)

    def plugins(self) -> tuple[PluginView, ...]:
        return self.known

    def plugin(self, name: str) -> PluginPage:
        return replace(
            fake_plugins.page_of(self._plugin(name)),
            **({"settings": self.settings} if self.settings is not None else {}),
        )

    def enable_plugin(self, name: str, *, enabled: bool) -> PluginView:
        return self._keep(replace(self._plugin(name), state="ready" if enabled else "disabled"))

    def rollback_plugin(self, name: str) -> PluginView:
        one = self._plugin(name)
        return self._keep(
            replace(one, version=str(one.previous), previous=None, state="ready", problem=None)
        )

    def remove_plugin(self, name: str, *, with_data: bool) -> None:
        self._plugin(name)
        self.known = tuple(one for one in self.known if one.name != name)

    def plan_plugin(
        self,
        source: str,
        *,
        network: bool = False,
        wheelhouse: str | None = None,
    ) -> PluginPlan:
        plan = self.plans.get((source, network))
        if isinstance(plan, PluginPlan):
            return plan
        raise plan or UserError(f"“{source}” is no plugin: choose a .whl or .mdplugin file.")

    def install_plugin(self, token: str, *, new_publisher: bool = False) -> PluginView:
        plans = [one for one in self.plans.values() if isinstance(one, PluginPlan)]
        plan = next(one for one in plans if one.token == token)
        assert new_publisher == (plan.former_signer is not None)
        self.known = tuple(one for one in self.known if one.name != plan.name)
        made = fake_plugins.plugin(plan.name, title=plan.title, version=plan.version)
        self.known += (made,)
        return made

    def set_plugin(self, name: str, settings: Mapping[str, object]) -> PluginPage:
        if settings.get("server") == "wrong":
            raise UserError(
                f"“server” of the plugin “{name}” can't be set so: 'wrong' is no address."
            )
        self.settings = {**fake_plugins.SETTINGS, **(self.settings or {}), **settings}
        return self.plugin(name)

    def budget_plugin(self, name: str, when: str) -> PluginPage:
        return replace(self.plugin(name), budget=when)

    def price_plugin(self, name: str) -> tuple[PriceTag, ...]:
        return fake_plugins.PRICES

    def offers(self, *, network: bool = False) -> tuple[Offer, ...]:
        return fake_plugins.OFFERS if network or self.index_read else ()

    def pages(self) -> tuple[PageView, ...]:
        return self.made_pages

    def page(self, plugin: str, name: str, *, profile: str | None = None) -> PageContent:
        found = [one for one in self.made_pages if (one.plugin, one.name) == (plugin, name)]
        if not found:
            raise UserError(f"The plugin “{plugin}” has no page “{name}”.")
        return fake_plugins.panel(found[0], tuple(self.items.values())[:500], self.page_image)

    def players(self, name: str, *, start: float = 0.0) -> tuple[PlayerView, ...]:
        return self.known_players

    def _plugin(self, name: str) -> PluginView:
        for one in self.known:
            if one.name == name:
                return one
        raise UserError(f"There is no plugin “{name}”: see all of them under Plugins.")

    def _keep(self, changed: PluginView) -> PluginView:
        self.known = tuple(changed if one.name == changed.name else one for one in self.known)
        return changed

    def models(self) -> tuple[ModelView, ...]:
        return tuple(
            ModelView(
                name=name,
                task="image",
                dimensions=1280,
                size_bytes=18_600_000,
                licence="Apache-2.0",
                source="somewhere",
                sha256="0" * 64,
                installed=True,
                loaded=True,
                provider="CPUExecutionProvider",
                fell_back_because=None,
                runs=4,
                mean_ms=14.0,
                problem=None,
            )
            for name in ("efficientnet-lite0", "musicnn")
        )

    def backups(self) -> Backups:
        return Backups(folder="/data/backups", kept=())

    def backup(self) -> Backups:
        return self.backups()

    def theme(self, choice: str | None = None) -> str:
        self.look = choice or self.look
        return self.look

    def _item(self, name: str) -> ItemView:
        if name not in self.items:
            raise UserError(f"There is no item “{name}”: look it up in the library.")
        return self.items[name]

    def _card(self, one: ItemView) -> Card:
        following = f"{int(one.id, 16) + 1:032x}"
        seed = self.items.get(following) or next(iter(self.items.values()))
        fields = {name: getattr(one, name) for name in ItemView.__dataclass_fields__}
        reason = Reason(
            text=f"Looks like “{seed.title}”, which you liked",
            ranker="taste",
            seed=seed.id,
            seed_title=seed.title,
            share=0.6,
            evidence=Evidence(
                kind="frame",
                item=one.id,
                t=12.0,
                image=f"artwork/{one.id}",
                seed_t=31.0,
                seed_image=f"artwork/{seed.id}",
            ),
        )
        return Card(**fields, score=1.0, rankers={"taste": 1.0}, reasons=(reason,))
