"""A real library with a real engine, where hostile plugins are installed one after the other."""

from __future__ import annotations

import hashlib
import os
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

import install_factory
import library_factory
import psutil
import wheel_factory
from integration.gallery.exhibit import REFUSED, Exhibit
from media_factory import song

from mediadesk import settings
from mediadesk.api import Json, UserError
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import Card, PluginView
from mediadesk.engine.plugins import listening
from mediadesk.host.isolate.sandbox import available
from mediadesk.host.manifest import Permissions
from mediadesk.store import features

CANARY = "canary-7f3c9a"
"""Stands in every file that no plugin may read; nothing that plugins leave behind may hold it."""
NEIGHBOUR = "neighbour"
_SONGS = 4
_NEIGHBOUR = """
from mediadesk.api import *
import numpy as np

class Length:
    name, version, kinds, model = "neighbour-length", 1, VIDEO | AUDIO, None
    def prepare(self, item, media): return Sample(data={"letters": len(item.title)})
    def encode(self, samples, run): return [Feature(data=each.data) for each in samples]

class Order:
    name, model = "neighbour-order", None
    def rank(self, request, run):
        values = np.argsort(np.argsort(np.array(request.candidates))) / len(request.candidates)
        return Scores(values=values, causes=(Cause(text="The neighbour likes it"),))

@hookimpl
def extractors(): return [Length()]
@hookimpl
def rankers(): return [Order()]
@hookimpl
def listeners(context): return [Hears(context)]

class Hears:
    name = "neighbour-hears"
    def __init__(self, context): self.file = context.data / "heard"
    def on_events(self, events):
        with self.file.open("a") as file:
            file.writelines(f"{event.item} {event.kind}\\n" for event in events)
"""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a person is shown of a plugin in the end."""

    state: str
    sentence: str


class Museum:
    """The engine, what must not be touched, and a neighbour that must not be disturbed."""

    def __init__(self, folder: Path, session: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.outside = folder / "outside"
        self.web = install_factory.Server(_made(folder / "web"))
        self.forbidden = install_factory.Server(_made(folder / "forbidden"))
        self.silent = socket.create_server(("127.0.0.1", 0))
        self.web.moved["/moved"] = f"{self.forbidden.url}/gift"
        media, data = library_factory.analysed(session)
        library_factory.copied(data, folder / "data")
        self.media = media
        self.places = library_factory.places(folder / "data", session)
        self.more = _made(folder / "more")
        for n in range(_SONGS):
            song(self.more / f"{n}.mp3", seed=50 + n, seconds=1, title=f"More {n}")
        library_factory.rest(*self.more.iterdir())
        self._lay_canaries()
        index = install_factory.simple_index(
            _made(folder / "index"),
            [wheel_factory.library(folder / "wheels", "private-lib", "99.0")],
        )
        now = settings.load(self.places.settings)
        settings.save(self.places.settings, replace(now, wheel_index=index.as_uri()))
        self.engine = self._open()
        self.engine.add_folder(str(self.more))
        self._welcome_neighbour()
        self.engine.analyze(wait=True)
        self.engine.feedback(self.engine.ids()[0], "like")
        self.untouched = self._state_of_everything()
        self.learnt_before = self._known_by_heart()

    @property
    def known(self) -> dict[str, object]:
        """What a villain knows: where everything lies."""
        return {
            "HOME": str(self.home),
            "DATA": str(self.places.data),
            "DATABASE": str(self.places.database),
            "MEDIA": str(self.media),
            "FILM": str(self.media / "Harbour.mp4"),
            "NEIGHBOUR": str(self.places.data / "plugins" / NEIGHBOUR),
            "WEB": self.web.url,
            "FORBIDDEN": self.forbidden.url,
            "SILENT": f"http://{self.hosts[1]}/",
            "HOST": os.getpid(),
        }

    @property
    def hosts(self) -> tuple[str, ...]:
        """The servers that a plugin may ask: one that answers, and one that never does."""
        return self.web.url.removeprefix("http://"), f"127.0.0.1:{self.silent.getsockname()[1]}"

    def show(self, exhibit: Exhibit) -> Verdict:
        """Install a plugin, give it its occasion, look what a person is told, and remove it.

        Raises:
            AssertionError: if anything else has suffered.
        """
        package = exhibit.package(self, self.new_folder())
        before = {plugin.name for plugin in self.engine.plugins()}
        try:
            self.install(package)
        except UserError as error:
            assert {plugin.name for plugin in self.engine.plugins()} == before
            exhibit.proof(self)
            self.check()
            return Verdict(state=REFUSED, sentence=str(error))
        try:
            exhibit.visit(self)
            if exhibit.state != "ready":
                self.wait_for(lambda: self.view(exhibit.name).state == exhibit.state)
            shown = self.view(exhibit.name)
            exhibit.proof(self)
            self.check()
        finally:
            self.engine.remove_plugin(exhibit.name, with_data=True)
        self.check()
        return Verdict(state=shown.state, sentence=shown.problem or "")

    def new_folder(self) -> Path:
        """Make a folder for packages."""
        return Path(tempfile.mkdtemp(dir=_made(self.folder / "packages")))

    def install(self, package: Path) -> PluginView:
        """Install, consenting to all it wants."""
        return self.engine.install_plugin(self.engine.plan_plugin(str(package)).token)

    def view(self, name: str) -> PluginView:
        """Give what is listed of a plugin."""
        return next(plugin for plugin in self.engine.plugins() if plugin.name == name)

    def learnt(self, extractor: str) -> dict[str, Json]:
        """Give item → what an extractor found out."""
        return features.data_of(self.engine._store.read(), extractor)

    def heard(self) -> list[str]:
        """Give what the neighbour's listener heard."""
        file = self.places.data / "plugins" / NEIGHBOUR / "data" / "heard"
        return file.read_text().splitlines() if file.exists() else []

    def wait_for(self, is_so: Callable[[], bool], seconds: float = 10) -> None:
        """Wait until something is so; whoever asked looks whether it is."""
        end = time.monotonic() + seconds
        while not is_so() and time.monotonic() < end:
            time.sleep(0.02)

    def check(self) -> None:
        """See that nothing was touched, and that everybody else still works.

        Raises:
            AssertionError: otherwise.
        """
        assert self._state_of_everything() == self.untouched
        assert self._known_by_heart() == self.learnt_before
        assert self.forbidden.asked == []
        others = {
            plugin.name: (plugin.state, plugin.problem)
            for plugin in self.engine.plugins()
            if plugin.source == "bundled" or plugin.name == NEIGHBOUR
        }
        assert len(others) >= 6
        assert set(others.values()) == {("ready", None)}, others
        cards = self.cards()
        assert len(cards) >= 8
        rankers = {name for card in cards for name in card.rankers}
        assert {"taste", "neighbour-order"} <= rankers, rankers
        best = max(cards, key=lambda card: card.rankers.get("neighbour-order", 0.0))
        why = self.engine.why(best.id)
        assert any("neighbour likes" in reason.text for reason in why.reasons)

    def cards(self) -> list[Card]:
        """Give what For you shows."""
        return [card for shelf in self.engine.for_you(limit=20).shelves for card in shelf.items]

    def restart(self) -> None:
        """Close the engine and open another on the same library."""
        self.engine.close()
        self.engine = self._open()

    def leaks(self) -> list[Path]:
        """List the files of MediaDesk that hold a canary: logs, the library, plugins' folders."""
        marks = CANARY.encode()
        kept = (path for path in self.places.data.rglob("*") if path.is_file())
        own = set(self._canaries)
        return [path for path in kept if path not in own and marks in path.read_bytes()]

    def close(self) -> None:
        """Close the engine; no process of a plugin may be left."""
        self.engine.close()
        self.silent.close()
        self.wait_for(lambda: not self.strangers())

    def strangers(self) -> list[psutil.Process]:
        """List the processes of plugins."""
        return [
            each
            for each in psutil.Process().children(recursive=True)
            if "--guest" in each.cmdline()
        ]

    def _open(self) -> Engine:
        return Engine(self.places)

    def _welcome_neighbour(self) -> None:
        wants = Permissions(
            read_media="reads titles", read_history="likes all", write_data="notes what it hears"
        )
        made = wheel_factory.plugin(
            _made(self.folder / "neighbour"), NEIGHBOUR, source=_NEIGHBOUR, permissions=wants
        )
        assert self.install(made).state == "ready"
        (self.places.data / "plugins" / NEIGHBOUR / "data" / "secret").write_text(CANARY)

    def _lay_canaries(self) -> None:
        (self.home / ".ssh").mkdir(parents=True)
        self._canaries = [
            self.home / ".ssh" / "id_ed25519",
            self.home / "diary.txt",
            self.places.data / "plugins" / NEIGHBOUR / "data" / "secret",
        ]
        for canary in self._canaries:
            canary.parent.mkdir(parents=True, exist_ok=True)
            canary.write_text(CANARY)

    def _known_by_heart(self) -> dict[str, int]:
        """Count what MediaDesk's own extractors and the neighbour know, by extractor."""
        rows = self.engine._store.read().conn.execute(
            "SELECT extractor, count(*) FROM feature WHERE summary IS NOT NULL OR tags <> '{}'"
            " OR data <> '{}' GROUP BY extractor"
        )
        return {name: count for name, count in rows if not name.endswith("-part")}

    def _state_of_everything(self) -> dict[str, tuple[str, int]]:
        """Give path → contents and permissions of all that nobody may touch."""
        neighbour = self.places.data / "plugins" / NEIGHBOUR
        roots = (self.home, self.media, self.more, neighbour)
        files = [path for root in roots for path in sorted(root.rglob("*"))]
        files += [self.places.settings]
        return {
            str(path): (
                hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
                path.stat().st_mode,
            )
            for path in files
            if path.name != "heard"
        }


def lacking(exhibit: Exhibit) -> str:
    """Say why a plugin can't be shown here without doing harm; empty where it can."""
    return next((why for need in exhibit.needs if (why := getattr(available(), need))), "")


@contextmanager
def opened(folder: Path, session: Path) -> Iterator[Museum]:
    """Open a museum in a folder; `session` is where the analysed library is."""
    museum = Museum(folder, session)
    try:
        with (
            museum.web.running(),
            museum.forbidden.running(),
            patch.object(listening, "_RETRY_SECONDS", 0.1),
        ):
            yield museum
    finally:
        museum.close()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
