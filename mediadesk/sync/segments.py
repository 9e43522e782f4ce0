"""The files in which this device tells what it wrote, each of them a part of one log.

`<device>.<log>.<follows>-<last>.mdsync` is laid by a device, and is of its own log or one that it
wrote under a former name. It is never changed: what is new comes into another one, see
`compaction`, and what that makes superfluous is deleted.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from mediadesk.store import Database, bundles, devices, merging, oplog
from mediadesk.store.bundles import Bundle
from mediadesk.store.merging import Log, Own
from mediadesk.sync.bundle import SUFFIX
from mediadesk.sync.compaction import together

_MOST = 400_000  # operations in a file that is made of several
_MOST_BYTES = 2**27  # in operations: with room for the rest below what others read
_NAME = re.compile(rf"[^.]+(\.[^.]+\.\d+-\d+)?{re.escape(SUFFIX)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a log; see `merging.Log`."""

    device: str
    follows: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be laid, which files are of no use then, and how many operations were in none."""

    fresh: tuple[Part, ...]
    spare: tuple[str, ...]
    given: int

    @property
    def is_due(self) -> bool:
        """Whether there is anything to be done."""
        return bool(self.fresh or self.spare)


def name(me: str, part: Part) -> str:
    """Give the name of the file in which a device lays a part of a log."""
    return f"{me}.{part.device}.{part.follows}-{part.last}{SUFFIX}"


def layer(file: str) -> str:
    """Give the device that lays files of such a name."""
    return file.partition(".")[0]


def is_own(me: str, file: str) -> bool:
    """Tell whether a device gives its files such names, or formerly did."""
    return layer(file) == me and _NAME.fullmatch(file) is not None


def laid(db: Database, device: str) -> int:
    """Give the last operation of a device that is known to stand in a file."""
    return max((each.last for each in bundles.listed(db) if each.device == device), default=0)


def checked(db: Database, me: str, file: Bundle, logs: Sequence[Log]) -> Bundle:
    """Give what a file is; one of this device counts for nothing unless it is what it should be.

    Args:
        db: the library, into which the logs were merged.
        me: this device.
        file: what was found.
        logs: what was read of it, if anything.
    """
    if not logs or not is_own(me, file.file):
        return file
    part = Part(device=file.device, follows=file.follows, last=file.last)
    is_ours = any(device == file.device for device, _, _ in merging.own(db))
    if file.file == name(me, part) and is_ours:
        wanted = merging.log(db, part.device, follows=part.follows, last=part.last)
        if [wanted] == logs:
            return file
    return replace(file, device="")


def outdated(me: str, files: Iterable[Bundle]) -> list[Bundle]:
    """Have the files of this device count for nothing."""
    return [replace(each, device="") if is_own(me, each.file) else each for each in files]


def plan(db: Database, files: Sequence[Bundle]) -> Plan:
    """Tell what is to be done that the files of this device say what it wrote, each thing once.

    Args:
        db: the library.
        files: those of the shared folder; one of our own counts for what it is said to hold.
    """
    me = oplog.device_id(db)
    own = [each for each in files if is_own(me, each.file)]
    told = [(log, _chain(own, log)) for log in merging.own(db)]
    given = sum(log[2] - _reach(log, chain) for log, chain in told)
    is_anew = any(merging.erases(db, log[0], after=_reach(log, chain)) for log, chain in told)
    if is_anew:
        told = [(log, []) for log, _ in told]  # who was erased may stand in any of them
    fresh, kept = list[Part](), set[str]()
    for log, chain in told:
        if news := log[2] - _reach(log, chain):
            sizes = [each.last - max(each.follows, log[1] - 1) for each in chain]
            del chain[len(chain) - together(sizes, news, most=_MOST) :]
            fresh += _parts(db, log, chain)
        kept.update(each.file for each in chain)
    kept.update(name(me, each) for each in fresh)
    spare = tuple(each.file for each in own if each.file not in kept)
    if is_anew or not all(each.device for each in own):  # somebody may have been erased
        spare += tuple(each.file for each in files if _is_left(db, me, each))
    return Plan(fresh=tuple(fresh), spare=spare, given=given)


def _is_left(db: Database, me: str, file: Bundle) -> bool:
    """Tell whether a file is of no use: laid under a former name, or a drive's copy of one of ours.

    One of which not all was taken over is none.
    """
    if is_own(me, file.file) or file.problem or file.last > merging.top(db, file.device):
        return False
    by = layer(file.file)
    is_copy = by not in devices.names(db) and merging.is_own(db, file.device)
    return is_copy or merging.is_own(db, by)


def _chain(files: Sequence[Bundle], log: Own) -> list[Bundle]:
    """Give the files that tell a log from its beginning, as far as there are any, in order."""
    device, _, last = log
    chain = list[Bundle]()
    while True:
        reach = chain[-1].last if chain else 0
        fitting = [
            each
            for each in files
            if each.device == device and each.follows <= reach < each.last <= last
        ]
        if not fitting:
            return chain
        chain.append(max(fitting, key=lambda each: each.last))


def _reach(log: Own, chain: Sequence[Bundle]) -> int:
    return chain[-1].last if chain else log[1] - 1


def _parts(db: Database, log: Own, chain: Sequence[Bundle]) -> Iterator[Part]:
    """Give what is missing of a log behind files, in parts that others can read."""
    device, _, last = log
    reach, follows = _reach(log, chain), chain[-1].last if chain else 0
    while reach < last:
        reach = merging.upto(db, device, after=reach, most_bytes=_MOST_BYTES)
        yield Part(device=device, follows=follows, last=reach)
        follows = reach
