"""What runs inside a guest process: shuts itself in, loads the plugin, and does what is asked."""

import faulthandler
import importlib
import logging
import sys
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any, NoReturn
from weakref import WeakSet

import msgspec
import pluggy

from mediadesk.api import PROJECT, Array, Media, ModelSpec, Run, UserError, hookspecs
from mediadesk.host.isolate import sandbox
from mediadesk.host.isolate.boxes import Inbox, Outbox
from mediadesk.host.isolate.contract import HOOKS, check_kind, missing
from mediadesk.host.isolate.finder import Finder, own_file
from mediadesk.host.isolate.later import Kept, Later, lazy, split
from mediadesk.host.isolate.line import Line
from mediadesk.host.isolate.messages import (
    Call,
    Described,
    Entered,
    Fetch,
    Load,
    Look,
    Raised,
    RunModel,
    Start,
    Tried,
)
from mediadesk.host.isolate.shared import Blocks, keep_memory
from mediadesk.host.isolate.wire import Packer, Unpacker
from mediadesk.privacy.gate import Gate

Parts = Mapping[str, Sequence[Any]]
_MOST_UNTOLD = 100


def serve(*, media: Callable[[], Media], network: Callable[[Path, bool], Run]) -> NoReturn:
    """Be the guest of the host at the other end of standard input and output, till it hangs up.

    Args:
        media: gives the door to media files.
        network: loads an ONNX file of the plugin, for a graphics card if it may and there is one.
    """
    keep_memory()
    line = Line()
    faulthandler.enable()
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s", force=True
    )
    warnings.simplefilter("default", DeprecationWarning)  # makers read of it in the log
    start = line.hear()
    if not isinstance(start, Start):
        raise TypeError(f"the host began with {type(start).__name__}")
    # All that is loaded later is loaded with the plugin's rights.
    door: Media = media() if start.reads_media else _Closed()
    inbox, line.packer = Inbox(start.inbox), Packer(Outbox(start.outbox))
    enforcement = sandbox.enter(
        sandbox.Policy(
            readable=tuple(map(str, start.readable)),
            writable=tuple(map(str, start.writable)),
            memory_mb=start.memory_mb,
            open_files=start.open_files,
            disk_mb=start.disk_mb,
            devices=tuple(map(str, start.devices)),
        )
    )
    try:  # a thread from before would not be shut in
        line.end_with_host()
    except RuntimeError as error:  # no room for a thread's stack
        line.say(Raised.of(MemoryError(str(error))))
        sys.exit(1)
    line.say(Entered(enforcement))
    sys.argv = [PROJECT]
    Finder(start.roots).install()
    attempts = Attempts(line, start.plugin)
    sys.addaudithook(Gate(attempts.note, sockets=True))
    Desk(line, start, inbox, door, network, attempts=attempts).work()


class Attempts:
    """Tells the host which hosts the plugin's code tried to reach, when the host listens."""

    def __init__(self, line: Line, plugin: str) -> None:
        self._line = line
        self._plugin = plugin
        self._untold: deque[str] = deque(maxlen=_MOST_UNTOLD)

    def note(self, host: str) -> str:
        """Tell of an attempt at once, else before the next answer; give who it was."""
        self._untold.append(host)
        with suppress(RuntimeError):  # a thread of its own, between two calls
            self.tell()
        return self._plugin

    def tell(self) -> None:
        """Tell of all that is untold.

        Raises:
            RuntimeError: if the host does not listen now.
        """
        while self._untold:
            with self._line.asking():
                if self._untold:  # else another thread told it meanwhile
                    self._line.ask(Tried(self._untold.popleft()), None)


class Desk:
    """Does one thing after another for the host."""

    def __init__(
        self,
        line: Line,
        start: Start,
        inbox: Inbox,
        media: Media,
        network: Callable[[Path, bool], Run],
        *,
        attempts: Attempts,
    ) -> None:
        self._line = line
        self._attempts = attempts
        line.unpacker = Unpacker(inbox, blocks=Blocks(start.blocks), later=self._lend)
        self._lent: WeakSet[Later] = WeakSet()
        self._start = start
        self._media = media
        self._network = cache(network)
        self._parts: Parts = {}

    def work(self) -> NoReturn:
        """Answer, for ever."""
        while True:
            asked = self._line.hear()
            try:
                self._answer(asked)
            except (Exception, SystemExit, KeyboardInterrupt) as error:  # noqa: BLE001 - all go home
                raised = Raised.of(error, getattr(asked, "number", 0))
                if raised.kind in {"raised", "value"}:
                    traceback.print_exception(error)
                self._line.say(raised)

    def _answer(self, asked: object) -> None:
        self._attempts.tell()
        if isinstance(asked, Load):
            self._parts = load(self._start, Context(self._line, self._start))
            self._line.say(Described(_described(self._parts)))
        elif isinstance(asked, Call):
            try:
                made = self._call(asked)
            finally:
                for later in list(self._lent):
                    later.texts()  # the plugin keeps it, and the host will not
            self._line.give(made, asked.number)
        else:
            raise TypeError(f"the host said {type(asked).__name__}")

    def _call(self, asked: Call) -> object:
        method = HOOKS[asked.hook].methods[asked.method]
        part = self._parts[asked.hook][asked.n]
        kinds = tuple.__class_getitem__(tuple(map(lazy, method.sent.values())))
        values = self._line.unpacker.unpack(asked.arguments, kinds)
        given = dict(zip(method.sent, values, strict=True))
        for name, kind in method.arguments.items():
            if name not in given:
                given[name] = self._media if kind is Media else self._run(part.model)
        made: object = getattr(part, asked.method)(*(given[name] for name in method.arguments))
        check_kind(made, method.returns)
        return made

    def _lend(self, kept: Kept) -> Later:
        later = Later(kept.count, partial(self._look, kept.n))
        self._lent.add(later)
        return later

    def _look(self, n: int) -> list[str]:
        with self._line.asking():
            return split(self._line.ask(Look(n), Array))

    def _run(self, spec: ModelSpec | None) -> Run:
        if spec is None:
            return _no_model
        if theirs := self._start.models.get(f"{spec.task}/{spec.name}"):
            return self._network(theirs, self._start.uses_gpu)
        if spec.file is None:
            return self._run_by_host
        return self._network(own_file(spec.file, self._start.roots), self._start.uses_gpu)

    def _run_by_host(self, inputs: Mapping[str, Array]) -> Mapping[str, Array]:
        with self._line.asking():
            packed = msgspec.Raw(self._line.packer.pack(inputs))
            found: Mapping[str, Array] = self._line.ask(RunModel(packed), Mapping[str, Array])
            return found


class Context:
    """What the plugin is given by the host; see `mediadesk.api.Context`."""

    def __init__(self, line: Line, start: Start) -> None:
        self._line = line
        self._start = start
        self.settings: Mapping[str, Any] = start.settings

    @property
    def data(self) -> Path:
        if self._start.data is None:
            raise UserError(
                f"The plugin “{self._start.plugin}” has no folder of its own: its maker must "
                "declare the permission “write-data”."
            )
        return self._start.data

    def fetch(self, url: str) -> bytes:
        with self._line.asking():
            found: bytes = self._line.ask(Fetch(str(url)), bytes)
            return found

    def text(self, english: str) -> str:
        return self._start.texts.get(english, english)


class _Closed:
    """The door to media of a plugin that may not read any."""

    def open(self, path: Path) -> NoReturn:
        raise UserError(
            f"“{path}” is not read: the plugin’s maker must declare the permission “read-media”."
        )


def load(start: Start, context: Context) -> Parts:
    """Import the plugin and collect its parts.

    Raises:
        UserError: if it implements a hook that there is not, or a part lacks something.
    """
    hooks = pluggy.PluginManager(PROJECT)
    hooks.add_hookspecs(hookspecs)
    module = importlib.import_module(start.module)
    try:
        hooks.register(module, name=start.plugin)
        hooks.check_pending()
    except pluggy.PluginValidationError as error:
        raise UserError(f"The plugin “{start.plugin}” can't be used: {error}.") from error
    unfit = [each.name for each in hooks.get_hookcallers(module) or () if each.name not in HOOKS]
    if unfit:
        raise UserError(
            f"The plugin “{start.plugin}” implements {', '.join(unfit)}, which only plugins that "
            "come with MediaDesk may: remove it."
        )
    parts = {
        hook: [part for given in getattr(hooks.hook, hook)(context=context) for part in given]
        for hook in HOOKS
    }
    for hook, own in parts.items():
        for lacking in filter(None, (missing(hook, part) for part in own)):
            raise UserError(f"The plugin “{start.plugin}” can't be used: {lacking}.")
    return parts


def _described(parts: Parts) -> msgspec.Raw:
    """Pack the attributes of every part, as they are now."""
    described = {
        hook: [{name: getattr(part, name) for name in HOOKS[hook].attributes} for part in own]
        for hook, own in parts.items()
    }
    return msgspec.Raw(Packer().pack(described))


def _no_model(_: Mapping[str, Array]) -> Mapping[str, Array]:
    raise UserError("This part of the plugin names no model to run.")
