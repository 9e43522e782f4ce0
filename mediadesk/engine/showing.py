"""What is shown of items: lists, pages, pictures, and the programs that play them."""

import re
import shutil
from collections.abc import Mapping, Sequence

from mediadesk.api import Item, Player, UserError
from mediadesk.engine import views
from mediadesk.engine.access import Access
from mediadesk.engine.checks import check_seconds
from mediadesk.engine.messages import Browse, ItemPage, ItemView, PlayerView
from mediadesk.engine.recommending import Recommending
from mediadesk.host import Registry
from mediadesk.paths import spelled
from mediadesk.store import library


class Showing:
    """The verbs of items; any thread may call them."""

    def __init__(self, access: Access, registry: Registry, recommending: Recommending) -> None:
        self._access = access
        self._registry = registry
        self._recommending = recommending

    def ids(
        self, *, text: str = "", kinds: Sequence[str] = (), profile: str | None = None
    ) -> tuple[str, ...]:
        return self._access.search(Browse(text=text, kinds=tuple(kinds)), profile=profile)

    def views(self, ids: Sequence[str], *, profile: str | None = None) -> tuple[ItemView, ...]:
        return self._access.views(ids, profile=profile)

    def item(self, name: str, *, profile: str | None = None) -> ItemPage:
        item = self._access.find(name, profile)
        listing = self._recommending.similar(item.id, profile=profile)
        return views.page(
            self._access.store.read(),
            item,
            self._access.states(profile),
            profile=self._access.profile(profile),
            similar=listing.items,
            plugins=self._registry.plugins,
        )

    def pictures(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        return views.pictures(self._access.store.read(), keys)

    def players(self, name: str, *, start: float = 0.0) -> tuple[PlayerView, ...]:
        item = self._access.find(name)
        check_seconds(start)
        listed = library.listed(self._access.store.read(), [item.id])[item.id]
        if item.path is None and listed.drive:
            raise UserError(
                f"“{item.title}” is on “{listed.drive}”: play it there, or copy its file into a "
                "folder of your library."
            )
        return tuple(
            PlayerView(
                name=player.name,
                title=player.title,
                plugin=self._registry.owner(player).name,
                command=command,
            )
            for player in self._registry.parts("players")
            if (command := _command(player, item, start))
        )


def _command(player: Player, item: Item, start: float) -> tuple[str, ...]:
    """Give the command that plays an item; nothing where the program or the file is missing."""
    program = shutil.which(player.program)
    if program is None or item.path is None or item.kind not in player.kinds:
        return ()
    told = {"{path}": spelled(item.path), "{start}": f"{start:g}"}
    filled = (re.sub(r"\{(path|start)\}", lambda m: told[m[0]], each) for each in player.arguments)
    return (program, *filled)
