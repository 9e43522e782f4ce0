"""One guest process with its plugin loaded, and the typed talk with it."""

import logging
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from mediadesk.api import Array, ModelSpec, Skip, UserError
from mediadesk.host.isolate.boxes import Inbox, Outbox
from mediadesk.host.isolate.contract import HOOKS
from mediadesk.host.isolate.description import Description, understood
from mediadesk.host.isolate.errors import Died, PluginError, WrongResultError
from mediadesk.host.isolate.finder import own_file
from mediadesk.host.isolate.frames import WireError
from mediadesk.host.isolate.later import joined, keep
from mediadesk.host.isolate.messages import (
    Call,
    Described,
    Entered,
    Fetch,
    FromGuest,
    Given,
    Load,
    Look,
    Raised,
    RunModel,
    Tried,
)
from mediadesk.host.isolate.process import Process
from mediadesk.host.isolate.sandbox import Enforcement
from mediadesk.host.isolate.shared import Recent, Shared
from mediadesk.host.isolate.spec import GuestSpec, Services, start
from mediadesk.host.isolate.wire import Packer, Unpacker
from mediadesk.host.removal import delete

log = logging.getLogger(__name__)
_START_SECONDS, _LOAD_SECONDS = 20.0, 20.0
_IMPORT_SECONDS = 3.0
"""Of processor time for libraries, beside what the plugin wishes for a call."""
_FETCH_SECONDS = 60.0
_MOST_QUESTIONS = 10_000
_LONGEST_HOST = 255
_heard: msgspec.msgpack.Decoder[FromGuest] = msgspec.msgpack.Decoder(FromGuest)


class Session:
    """A running guest; for one thread at a time."""

    def __init__(
        self,
        spec: GuestSpec,
        services: Services,
        shared: Shared,
        *,
        scratch: Path,
        on_output: Callable[[bytes], None],
    ) -> None:
        """Start a process; `load` is next.

        Args:
            spec: the plugin.
            services: what it may ask for.
            shared: where arrays cross.
            scratch: where a folder for its temporary files is made, which goes with it.
            on_output: takes what it prints.

        Raises:
            Died, OSError: if it can't be started.
        """
        self._spec = spec
        self._services = services
        self.scratch = Path(tempfile.mkdtemp(dir=scratch))
        self._files = (shared.file(), shared.file())
        out, into = self._files
        self._outbox, self._inbox = Outbox(out), Inbox(into, is_ours=True)
        knows_history = spec.manifest.permissions.read_history is not None
        self._packer = Packer(self._outbox, blocks=shared.blocks if knows_history else None)
        own = partial(own_file, roots=(spec.root, *spec.more_roots))
        self._unpacker = Unpacker(self._inbox, place=own)
        self._start = start(spec, shared, scratch=self.scratch, inbox=out, outbox=into)
        self._model: ModelSpec | None = None
        self._kept: list[Sequence[str]] = []
        self._own_memory = 0
        self._recent, self._sizes = Recent(), dict[str, int]()
        self.calls = 0
        self.described = b""
        self.description: Description = {}
        self.enforcement: Enforcement | None = None
        try:
            self.process = Process(
                spec.manifest.name,
                scratch=self.scratch,
                data=self._start.data,
                wish=spec.manifest.resources,
                on_output=on_output,
            )
        except Died:
            self._discard()
            raise

    def load(self) -> None:
        """Load the plugin, once the process has shut itself in.

        Raises:
            Died: if it ends, or takes too long.
            UserError: if the plugin can't be loaded.
        """
        wish = self._spec.manifest.resources
        try:
            entered = self._ask(self._start, seconds=_START_SECONDS, cpu_seconds=_START_SECONDS)
            if not isinstance(entered, Entered):
                raise self._misunderstood(entered)
            self.enforcement = entered.enforcement
            self._own_memory = self.process.own_memory = self.process.weigh()
            cpu_seconds = wish.cpu_seconds + _IMPORT_SECONDS
            described = self._ask(Load(), seconds=_LOAD_SECONDS, cpu_seconds=cpu_seconds)
            if not isinstance(described, Described):
                raise self._misunderstood(described)
            self.described = bytes(described.parts)
            self.description = understood(self.described, (self._spec.root, *self._spec.more_roots))
        except (PluginError, Skip, ValueError) as error:
            why, remedy = str(error), "update or remove it"
            if why.startswith("MemoryError"):
                why = f"{wish.memory_mb:,} MiB of memory are too little for it"
                remedy = "its maker must ask for more, as “memory-mb”"
            name = self._spec.manifest.name
            raise UserError(f"The plugin “{name}” can't be loaded ({why}): {remedy}.") from error

    def call(
        self,
        hook: str,
        n: int,
        method: str,
        values: Sequence[object],
        *,
        seconds: float,
        hurry: bool,
    ) -> Any:  # noqa: ANN401 - whatever the method gives
        """Call a method of the hook's n-th part; in a `hurry` the time of its fetches counts too.

        Raises:
            Died: if the process ended.
            Skip, UserError, ValueError: what the plugin raised.
            PluginError: if it raised anything else.
            WrongResultError: if what it gave is not what the API says.
        """
        self._model = self.description[hook][n].get("model")
        self._kept = []
        self.calls += 1
        packed = self._packer.pack(tuple(keep(value, self._kept) for value in values))
        self._admit_blocks()
        message = Call(
            number=self.calls,
            hook=hook,
            n=n,
            method=method,
            arguments=msgspec.Raw(packed),
        )
        cpu_seconds = self._spec.manifest.resources.cpu_seconds
        answer = self._ask(message, seconds=seconds, cpu_seconds=cpu_seconds, hurry=hurry)
        if not isinstance(answer, Given):
            raise self._misunderstood(answer)
        try:
            return self._unpacker.unpack(answer.value, HOOKS[hook].methods[method].returns)
        except WireError as error:
            raise WrongResultError(f"what “{method}” gave can't be used: {error}") from error

    def close(self) -> None:
        """End the process."""
        self.process.close()
        self._discard()

    def _ask(
        self, message: msgspec.Struct, *, seconds: float, cpu_seconds: float, hurry: bool = False
    ) -> FromGuest:
        """Say something, serve the guest while it works on it, and give its answer."""
        try:
            with self.process.watched(seconds=seconds, cpu_seconds=cpu_seconds):
                heard = self._talk(message, hurry=hurry)
        except BaseException:
            self.process.end()  # a talk that is broken off can't be taken up again
            raise
        self.process.weigh()
        if isinstance(heard, Raised):
            raise heard.error(PluginError)
        return heard

    def _talk(self, message: msgspec.Struct, *, hurry: bool) -> FromGuest:
        questions = 0
        self.process.send(self._packer.message(message))
        while isinstance(heard := self._hear(), RunModel | Fetch | Tried | Look):
            questions += 1
            if questions > _MOST_QUESTIONS:
                raise self.process.broken(f"it asked more than {_MOST_QUESTIONS:,} times")
            if hurry and isinstance(heard, Fetch):
                reply = self._serve(heard, self.process.left)
            else:
                with self.process.paused():
                    reply = self._serve(heard, _FETCH_SECONDS)
            self.process.send(self._packer.message(reply))
        number = getattr(message, "number", 0)
        if isinstance(heard, Given | Raised) and heard.number != number:
            raise self.process.broken("it answered what nobody had asked")
        return heard

    def _hear(self) -> FromGuest:
        frame = self.process.receive()
        try:
            return _heard.decode(frame)
        except (ValueError, RecursionError) as error:
            raise self.process.broken(f"it said what can't be understood ({error})") from error

    def _serve(self, asked: RunModel | Fetch | Tried | Look, seconds: float) -> Given | Raised:
        try:
            if isinstance(asked, Fetch):
                value: object = self._services.fetch(asked.url, seconds)
            elif isinstance(asked, Tried):
                value = self._services.refuse(asked.host[:_LONGEST_HOST])
            elif isinstance(asked, Look):
                value = joined(self._kept[asked.n])
            else:
                inputs = self._unpacker.unpack(asked.inputs, Mapping[str, Array])
                if self._model is None or self._model.file is not None:
                    raise UserError("This part of the plugin names no model of the catalogue.")
                value = self._services.run(self._model, inputs)
            return Given(msgspec.Raw(self._packer.pack(value)))
        except (UserError, ValueError) as error:
            return Raised.of(error)
        except Exception:
            # What it says may be nothing that a stranger should read.
            log.exception("MediaDesk could not serve the plugin “%s”", self._spec.manifest.name)
            return Raised.of(RuntimeError("MediaDesk could not do it; its log says why"))

    def _misunderstood(self, answer: object) -> Died:
        return self.process.broken(f"it answered with {type(answer).__name__}")

    def _admit_blocks(self) -> None:
        """Let the guest hold the blocks that it was given lately, beside its own memory."""
        kept = self._recent.note(self._packer.blocks)
        sizes = self._sizes | self._packer.blocks
        self._sizes = {name: sizes[name] for name in kept}
        self.process.own_memory = self._own_memory + sum(self._sizes.values())

    def _discard(self) -> None:
        self._outbox.close()
        self._inbox.close()
        for file in self._files:
            file.unlink(missing_ok=True)
        delete(self.scratch)
