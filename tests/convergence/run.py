"""Plays runs: three devices in processes of their own, and a drive that carries their files badly.

At the end all is brought, every device syncs until nothing is new, and then all of them must hold
the same: what the model makes of all the edits that were acknowledged.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from convergence import steps
from convergence.device import make_template
from convergence.drive import Drive
from convergence.model import Folded, Model
from convergence.nursery import Nursery
from convergence.steps import Step
from convergence.told import Command, Reply, Row

DEVICES = 3
_ROUNDS = 8
_BEGUN_NS = 1_790_000_000 * 10**9
_YEAR_NS = 365 * 86_400 * 10**9
_KEY = "AGE-SECRET-KEY-19H0KR6CEDLJTJ74WNVCP8MSCGNSQ9UERG8423NFA9GHA0ZKV7M0SFRJCGL"


class Wrong(Exception):  # noqa: N818 - it is what a run is after
    """What a run should not have come to."""


@dataclass(slots=True)
class Figures:
    """What runs were made of."""

    count: Counter[str] = field(default_factory=Counter)
    rounds: Counter[int] = field(default_factory=Counter)


class Runs:
    """Runs one after the other, in processes that stay for all of them until they are killed."""

    def __init__(self) -> None:
        self.figures = Figures()

    def __enter__(self) -> Self:
        self._base = Path(tempfile.mkdtemp(prefix="converge-", dir=_fast()))
        self.template = make_template(self._base)
        self.nursery = Nursery()
        self.ways = [self.nursery.bear() for _ in range(DEVICES)]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for way in self.ways:
            way.close()
        self.nursery.close()
        shutil.rmtree(self._base)

    def play(self, seed: int, *, length: int = 36) -> None:
        """Play the run of a seed, of so many steps.

        Raises:
            AssertionError: if it comes to something wrong; it names the shortest run that does so.
        """
        made = planned(seed, length)
        try:
            self._play(seed, made)
        except Wrong as wrong:
            short, why = self._shortest(seed, made, wrong)
            told = "\n".join(f"  {step}" for step in short)
            raise AssertionError(f"seed {seed}: {why}\n{told}") from None

    def _shortest(
        self, seed: int, made: Sequence[Step], wrong: Wrong
    ) -> tuple[Sequence[Step], Wrong]:
        """Leave out steps as long as the run still goes wrong."""
        size = len(made) // 2
        while size:
            start = 0
            while start < len(made):
                fewer = [*made[:start], *made[start + size :]]
                try:
                    self._play(seed, fewer)
                except Wrong as found:
                    made, wrong = fewer, found
                else:
                    start += size
            size //= 2
        return made, wrong

    def _play(self, seed: int, made: Sequence[Step]) -> None:
        place = Path(tempfile.mkdtemp(dir=self._base))
        try:
            _Run(self, place, seed).play(made)
        finally:
            shutil.rmtree(place)


def planned(seed: int, length: int) -> list[Step]:
    """Give the steps of the run of a seed."""
    return steps.made(random.Random(seed), devices=DEVICES, length=length)  # noqa: S311


def _fast() -> str | None:
    """Give a folder in memory, for a power cut is not what is tried: what was written stays."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108


class _Run:
    def __init__(self, runs: Runs, place: Path, seed: int) -> None:
        self._bear = runs.nursery.bear
        self._ways = runs.ways
        self._seed = seed
        self._figures = runs.figures
        dice = random.Random(seed)  # noqa: S311
        self._drive = Drive([place / f"shared {n}" for n in range(DEVICES)], dice)
        self._key = _KEY if dice.random() < 0.1 else ""
        self._homes = [place / f"home {n}" for n in range(DEVICES)]
        self._model = Model()
        self._now = _BEGUN_NS
        self._skews = [0] * DEVICES
        self._stands: dict[int, int] = {}
        self._backups: dict[int, tuple[str, set[Row]]] = {}
        self._lives = 0
        for home in self._homes:
            home.mkdir()
            shutil.copyfile(runs.template, home / "library.db")

    def play(self, made: Sequence[Step]) -> None:
        for n in range(DEVICES):
            self._open(n)
        try:
            for step in made:
                self._take(step)
            self._settle()
        finally:
            for n in range(DEVICES):
                self._tell(n, "close")

    def _take(self, step: Step) -> None:
        self._figures.count["steps"] += 1
        self._now += 4_000  # of two edits in a row the times may be the same
        dice = random.Random(step.chance)  # noqa: S311
        match step.verb:
            case "carry":
                self._drive.carry(dice)
            case "fail":
                self._drive.fail(dice)
            case "clock":
                self._set_clock(step.device, **step.args)
            case "sync":
                self._sync(step.device, dies_at=step.dies_at)
            case "look":
                if self._say(step.device, "look").answer is False:
                    raise Wrong("to look changed something")
            case "keep_backup":
                made = self._say(step.device, "keep_backup").answer
                self._backups[step.device] = made, self._say(step.device, "rows").answer
            case "restore":
                self._restore(step)
            case _:
                self._edit(step)

    def _set_clock(self, device: int, *, years: int, stands: bool) -> None:
        self._skews[device] = years * _YEAR_NS
        self._stands.pop(device, None)
        if stands:
            self._stands[device] = self._now + self._skews[device]

    def _edit(self, step: Step) -> None:
        reply = self._say(step.device, step.verb, dies_at=step.dies_at, **step.args)
        if reply is None:
            return
        self._figures.count["refused" if reply.refused else "edits"] += 1
        if reply.refused:
            return
        args, seen = step.args, reply.answer
        wanted = {"note": args.get("text"), "edit": args.get("value"), "tag": args.get("on")}
        for found in seen if isinstance(seen, list) else [seen]:
            if found != wanted.get(step.verb):
                raise Wrong(f"{step} was acknowledged, and shows {found!r}")

    def _sync(self, device: int, *, dies_at: int = 0) -> tuple[int, int, tuple[str, ...]] | None:
        before = self._drive.look(device)
        reply = self._say(device, "sync", dies_at=dies_at)
        self._drive.sent(device, before)
        if reply is None:
            return None
        if reply.refused:
            raise Wrong(f"to sync was refused: {reply.refused}")
        self._figures.count["syncs"] += 1
        self._drive.spared.discard(device)
        told: tuple[int, int, tuple[str, ...]] = reply.answer
        return told

    def _restore(self, step: Step) -> None:
        device = step.device
        if device not in self._backups or not self._drive.is_whole(device):
            return
        self._figures.count["restores"] += 1
        backup, kept = self._backups[device]
        elsewhere = set[Row]()
        for other in range(DEVICES):
            if other != device:
                elsewhere |= self._say(other, "rows").answer
        self._drive.spared.add(device)  # else nobody could know what it said since
        self._model.restore(device, kept, elsewhere)
        self._say(device, "restore", backup=backup, **step.args)

    def _settle(self) -> None:
        self._skews, self._stands = [0] * DEVICES, {}
        self._figures.count["conflict copies"] += self._drive.copies
        done: list[Any] = []
        for number in range(1, _ROUNDS + 1):
            self._now += 10**9
            self._drive.settle()
            done = [self._sync(device) for device in range(DEVICES)]
            for device in range(DEVICES):
                self._say(device, "allow_all")
            if not any(told[0] or told[1] for told in done):
                self._figures.rounds[number] += 1
                break
        else:
            raise Wrong(f"after {_ROUNDS} rounds there is still news: {done}")
        self._check([self._say(device, "dump").answer for device in range(DEVICES)])

    def _check(self, dumps: Sequence[dict[str, Any]]) -> None:
        for device in range(1, DEVICES):
            for part, mine in dumps[0].items():
                if mine != dumps[device][part]:
                    raise Wrong(
                        f"device 0 and {device} differ in “{part}”: "
                        + _difference(mine, dumps[device][part])
                    )
        there = [Row._make(row) for row in dumps[0]["op"]]
        wanted, found = self._model.folded(there), _as_folded(dumps[0], there)
        undone = {act: found.undone.get(act) for act in wanted.undone}
        for part, expected, actual in (
            ("op", wanted.op, found.op),
            ("register", wanted.register, found.register),
            ("alias", wanted.alias, found.alias),
            ("event", wanted.event, found.event),
            ("undone", wanted.undone, undone),
        ):
            if expected != actual:
                raise Wrong(f"“{part}” is not what was said: {_difference(expected, actual)}")

    def _open(self, device: int) -> None:
        self._lives += 1
        self._say(
            device,
            "open",
            home=str(self._homes[device]),
            shared=str(self._drive.views[device]),
            seed=self._seed * 1_000 + self._lives,
            key=self._key,
        )

    def _say(self, device: int, verb: str, *, dies_at: int = 0, **args: Any) -> Any:  # noqa: ANN401
        """Tell a device to do something; None where it was killed, and has begun anew since."""
        reply = self._tell(device, verb, dies_at=dies_at, **args)
        if dies_at:
            if reply is not None:
                self._model.take(device, reply.fresh)
                self._tell(device, "die")
            self._figures.count["kills"] += 1
            self._ways[device] = self._bear()
            self._open(device)
            return None
        assert reply is not None
        self._model.take(device, reply.fresh)
        return reply

    def _tell(self, device: int, verb: str, *, dies_at: int = 0, **args: Any) -> Reply | None:  # noqa: ANN401
        now = self._stands.get(device, self._now + self._skews[device])
        way = self._ways[device]
        try:
            way.send(Command(verb=verb, args=args, now=now, dies_at=dies_at))
            reply: Reply = way.recv()
        except (EOFError, ConnectionResetError):
            if not dies_at and verb != "die":
                raise
            way.close()
            return None
        if reply.broken:
            raise Wrong(f"device {device}, {verb}: {reply.broken}")
        return reply


def _as_folded(dump: dict[str, Any], rows: Sequence[Row]) -> Folded:
    return Folded(
        op={row.key: row for row in rows},
        register={row[:3]: (json.loads(row[3]), *row[4:]) for row in dump["register"]},
        alias=dict(dump["alias"]),
        event={row[0]: (*row[1:7], json.loads(row[7])) for row in dump["event"]},
        undone={row[0]: bool(row[4]) for row in dump["change"]},
    )


def _difference(first: Any, second: Any) -> str:  # noqa: ANN401
    """Tell what is in one and not in the other."""
    if isinstance(first, dict):
        first, second = ([*each.items()] for each in (first, second))
    only = [[each for each in one if each not in other] for one, other in
            ((first, second), (second, first))]  # fmt: skip
    return f"{only[0][:4]} against {only[1][:4]}"
