"""A cloud drive: each device has a folder of its own, between which files are carried, and badly.

Files come late, out of order, twice, torn at first, with times of two seconds' grain, and as copies
by the names that drives give them where two versions meet, maybe as such alone. Old versions come
back, and deletions come before or after what was added meanwhile. Nothing is lost for good.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from pathlib import Path

_COPIES = (
    "{stem} (conflicted copy 2026-11-{n:02}){suffix}",  # Dropbox, Nextcloud
    "{stem} (Ann's conflicted copy 2026-11-23 {n}){suffix}",
    "{stem}.sync-conflict-20261123-2035{n:02}-ABCDEFG{suffix}",  # Syncthing
    "{stem}-DESKTOP-{n}{suffix}",  # OneDrive
    "{stem} ({n}){suffix}",  # Google Drive
)
_PASSING = ("~{name}.tmp", ".syncthing.{name}.tmp", "{name}.part")
_BEGUN_NS = 1_700_000_000 * 10**9
_GRAIN_NS = 2 * 10**9


@dataclass(frozen=True, slots=True)
class _Parcel:
    """A version of a file, or None for its deletion, on its way to a folder."""

    to: int
    name: str
    content: bytes | None


class Drive:
    """The folders, what is on its way between them, and what was there before."""

    def __init__(self, views: list[Path], dice: random.Random) -> None:
        self.views = views
        self.laid: list[dict[str, bytes]] = [{} for _ in views]  # by the device of each
        self.spared: set[int] = set()  # where what its device laid stays as it is
        self.copies = 0
        self._dice = dice
        self._is_coarse = dice.random() < 0.2
        self._leaves_copies = dice.random() < 0.2  # and nothing else of what came twice
        self._waiting: list[_Parcel] = []
        self._past: list[tuple[str, bytes]] = []
        self._now = _BEGUN_NS
        for view in views:
            view.mkdir()

    def look(self, view: int) -> dict[str, tuple[int, int]]:
        """Give the files of a folder, so that `sent` can tell what its device did."""
        return {
            each.name: (each.stat().st_ino, each.stat().st_mtime_ns)
            for each in self.views[view].iterdir()
            if not each.name.startswith(".")
        }

    def sent(self, view: int, before: dict[str, tuple[int, int]]) -> None:
        """Take up what a device laid into its folder, or deleted there."""
        now, laid = self.look(view), self.laid[view]
        parcels: list[tuple[str, bytes | None]] = []
        for name in now:
            if now[name] != before.get(name):
                content = (self.views[view] / name).read_bytes()
                if name in laid:
                    self._past.append((name, laid[name]))
                laid[name] = content
                parcels.append((name, content))
        for name in before.keys() - now.keys():
            laid.pop(name, None)
            parcels.append((name, None))
        self._waiting += [
            _Parcel(to, *parcel)
            for parcel in parcels
            for to in range(len(self.views))
            if to != view
        ]

    def is_whole(self, view: int) -> bool:
        """Tell whether a device's folder holds what it laid there."""
        return all(
            (self.views[view] / name).exists() and (self.views[view] / name).read_bytes() == content
            for name, content in self.laid[view].items()
        )

    def carry(self, dice: random.Random) -> None:
        """Bring some of what is on its way, in any order, and not always well."""
        dice.shuffle(self._waiting)
        coming = self._waiting[: dice.randint(0, len(self._waiting))]
        self._waiting = self._waiting[len(coming) :]
        for parcel in coming:
            how = dice.random()
            if how < 0.1:
                self._waiting.append(parcel)  # once more
            elif how < 0.25 and parcel.content:
                self._waiting.append(parcel)
                torn = parcel.content[: int(len(parcel.content) * dice.random())]
                self._put(parcel.to, parcel.name, torn)
                continue
            elif how < 0.4 and parcel.content:
                self._waiting.append(parcel)
                self._put(parcel.to, self._copy(parcel.name, dice), parcel.content)
                continue
            self._put(parcel.to, parcel.name, parcel.content)

    def fail(self, dice: random.Random) -> None:
        """Do something else than it should in one folder."""
        view = dice.randrange(len(self.views))
        mine = set(self.laid[view])
        files = sorted(
            each.name
            for each in self.views[view].iterdir()
            if not (each.name in mine and view in self.spared)
        )
        if not files:
            return
        name = dice.choice(files)
        content = (self.views[view] / name).read_bytes()
        match dice.choice(["old", "old copy", "copy", "delete", "mix", "passing"]):
            case "old" if self._past:
                old, content = dice.choice(self._past)
                if old in files:
                    self._again(view, old)
                    self._put(view, old, content)
            case "old copy" if self._past:
                old, content = dice.choice(self._past)
                self._put(view, self._copy(old, dice), content)
            case "copy":
                self._put(view, self._copy(name, dice), content)
            case "delete":
                self._again(view, name)
                self._put(view, name, None)
            case "mix":
                other = dice.choice(files)
                self._again(view, other)
                self._put(view, other, content)
            case _:
                self._put(view, dice.choice(_PASSING).format(name=name), content[:99])

    def settle(self) -> None:
        """Bring all that is on its way, well, and what every device laid to all others."""
        self._waiting.clear()
        for view in range(len(self.views)):
            theirs = {
                name: content
                for other, laid in enumerate(self.laid)
                if other != view
                for name, content in laid.items()
            }
            there = {each: each.read_bytes() for each in self.views[view].iterdir()}
            for name, content in theirs.items():
                if self._leaves_copies and content not in there.values():
                    self._put(view, self._copy(name, self._dice), content)
                elif not self._leaves_copies and there.get(self.views[view] / name) != content:
                    self._put(view, name, content)

    def _again(self, view: int, name: str) -> None:
        """Have what is taken from a folder come back some day."""
        for other, laid in enumerate(self.laid):
            if other != view and name in laid:
                self._waiting.append(_Parcel(view, name, laid[name]))

    def _put(self, view: int, name: str, content: bytes | None) -> None:
        if name in self.laid[view] and view in self.spared:
            return
        place = self.views[view] / name
        if content is None:
            place.unlink(missing_ok=True)
            return
        part = place.with_name(f".{name}.carried")
        part.write_bytes(content)
        self._now += 10**8
        at = self._now // _GRAIN_NS * _GRAIN_NS if self._is_coarse else self._now
        os.utime(part, ns=(at, at))
        part.replace(place)

    def _copy(self, name: str, dice: random.Random) -> str:
        self.copies += 1
        stem, dot, suffix = name.rpartition(".")
        return dice.choice(_COPIES).format(stem=stem, n=self.copies, suffix=dot + suffix)
