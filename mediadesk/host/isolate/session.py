"""One guest process with its plugin loaded, and the typed talk with it."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from mediadesk.api import Array, ModelSpec, Skip, UserError
from mediadesk.host.isolate.boxes import Inbox, Outbox
from mediadesk.host.isolate.contract import HOOKS
from mediadesk.host.isolate.finder import own_file
from mediadesk.host.isolate.frames import WireError
from mediadesk.host.isolate.messages import (
    Call,
    Described,
    Entered,
    Fetch,
    FromGuest,
    Given,
    Load,
    Raised,
    RunModel,
    Start,
)
from mediadesk.host.isolate.names import slim
from mediadesk.host.isolate.process import Died, Process
from mediadesk.host.isolate.sandbox import Enforcement
from mediadesk.host.isolate.shared import Shared
from mediadesk.host.isolate.wire import Packer, Unpacker

if TYPE_CHECKING:
    from mediadesk.host.manifest import Manifest

log = logging.getLogger(__name__)
_START_SECONDS = 20.0
_MOST_QUESTIONS = 10_000
_LONGEST_NAME = 200
Attributes = Mapping[str, Any]
Description = Mapping[str, tuple[Attributes, ...]]
"""Hook → the attributes of each part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestSpec:
    """What a guest is made from.

    `root` is the plugin's folder, `more_roots` are others with what it needs. `media_roots` are
    the person's folders; they are given to a plugin only with the permission `read-media`, and
    `data`, its own folder, only with `write-data`. `log` is the file that its prints go to.
    `scratch`, where it may write anything, is made and removed if there is none.
    """

    manifest: "Manifest"
    root: Path
    log: Path
    more_roots: tuple[Path, ...] = ()
    media_roots: tuple[Path, ...] = ()
    data: Path | None = None
    settings: Mapping[str, Any]
    language: str
    scratch: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What a guest asks its host for: `run` runs a model of the catalogue, `fetch` gets a file.

    Without a `shared` of the program each guest has one of its own.
    """

    run: Callable[[ModelSpec, Mapping[str, Array]], Mapping[str, Array]]
    fetch: Callable[[str], bytes]
    shared: Shared | None = None


class PluginError(Exception):
    """An error that a plugin raised and that is none of the API's: a bug of the plugin."""


class WrongResultError(PluginError):
    """A plugin gave something that is not what was asked for."""


class Session:
    """A running guest; for one thread at a time."""

    def __init__(
        self,
        spec: GuestSpec,
        services: Services,
        shared: Shared,
        scratch: Path,
        *,
        on_output: Callable[[bytes], None],
    ) -> None:
        """Start a process; `load` is next.

        Raises:
            Died: if it can't be started.
        """
        self._spec = spec
        self._services = services
        self._files = (shared.file(), shared.file())
        out, into = self._files
        self._outbox, self._inbox = Outbox(out), Inbox(into, is_ours=True)
        may_share = spec.manifest.permissions.read_history is not None
        self._packer = Packer(self._outbox, may_share=may_share)
        own = partial(own_file, roots=(spec.root, *spec.more_roots))
        self._unpacker = Unpacker(self._inbox, place=own)
        self._plain = Unpacker()
        self._start = _start(spec, shared, scratch, out, into)
        self._model: ModelSpec | None = None
        self._own_memory = 0
        self.description: Description = {}
        self.enforcement: Enforcement | None = None
        try:
            self.process = Process(
                spec.manifest.name,
                scratch=scratch,
                memory_mb=spec.manifest.resources.memory_mb,
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
        entered = self._ask(self._start, seconds=_START_SECONDS)
        if not isinstance(entered, Entered):
            raise self._misunderstood(entered)
        self.enforcement = entered.enforcement
        self._own_memory = self.process.own_memory = self.process.weigh()
        try:
            described = self._ask(Load(), seconds=_START_SECONDS)
            if not isinstance(described, Described):
                raise self._misunderstood(described)
            found = self._unpacker.unpack(described.parts, _all_parts())
            self.description = {
                hook: tuple(msgspec.structs.asdict(part) for part in getattr(found, hook))
                for hook in HOOKS
            }
        except (PluginError, Skip, ValueError) as error:
            raise UserError(
                f"The plugin “{self._spec.manifest.name}” can't be loaded ({error}): "
                "update or remove it."
            ) from error

    def call(
        self, hook: str, n: int, method: str, values: Sequence[object], *, seconds: float
    ) -> Any:  # noqa: ANN401 - whatever the method gives
        """Call a method of the hook's n-th part.

        Raises:
            Died: if the process ended.
            Skip, UserError, ValueError: what the plugin raised.
            PluginError: if it raised anything else.
            WrongResultError: if what it gave is not what the API says.
        """
        self._model = self.description[hook][n].get("model")
        packed = self._packer.pack(tuple(slim(value) for value in values))
        self._admit_blocks()
        message = Call(hook=hook, n=n, method=method, arguments=msgspec.Raw(packed))
        answer = self._ask(message, seconds=seconds)
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

    def _ask(self, message: msgspec.Struct, *, seconds: float) -> FromGuest:
        """Say something, serve the guest while it works on it, and give its answer."""
        process, questions = self.process, 0
        cpu_seconds = self._spec.manifest.resources.cpu_seconds
        with process.watched(seconds=seconds, cpu_seconds=cpu_seconds):
            process.send(self._packer.message(message))
            while isinstance(heard := self._hear(), RunModel | Fetch):
                questions += 1
                if questions > _MOST_QUESTIONS:
                    raise process.broken(f"it asked more than {_MOST_QUESTIONS:,} times")
                with process.paused():
                    reply = self._packer.message(self._serve(heard))
                process.send(reply)
        process.weigh()
        if isinstance(heard, Raised):
            raise heard.error(PluginError)
        return heard

    def _hear(self) -> FromGuest:
        frame = self.process.receive()
        try:
            heard: FromGuest = self._plain.unpack(frame, FromGuest)
        except WireError as error:
            raise self.process.broken(f"it said what can't be understood ({error})") from error
        return heard

    def _serve(self, asked: RunModel | Fetch) -> Given | Raised:
        try:
            if isinstance(asked, Fetch):
                value: object = self._services.fetch(asked.url)
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
        """Let the guest hold the blocks it is given, beside its own memory."""
        if self._packer.blocks:
            self.process.own_memory = self._own_memory + sum(self._packer.blocks.values())

    def _discard(self) -> None:
        self._outbox.close()
        self._inbox.close()
        for file in self._files:
            file.unlink(missing_ok=True)


def _start(spec: GuestSpec, shared: Shared, scratch: Path, out: Path, into: Path) -> Start:
    manifest, may = spec.manifest, spec.manifest.permissions
    data = spec.data if may.write_data is not None else None
    media = spec.media_roots if may.read_media is not None else ()
    history = (shared.blocks,) if may.read_history is not None else ()
    roots = (spec.root, *spec.more_roots)
    texts: dict[str, str] = {}
    for locale in (spec.language.partition("_")[0], spec.language):
        texts |= manifest.translations.get(locale, {})
    return Start(
        plugin=manifest.name,
        module=manifest.module,
        roots=roots,
        readable=(*roots, *media, *history),
        writable=(scratch, data) if data is not None else (scratch,),
        memory_mb=manifest.resources.memory_mb,
        open_files=manifest.resources.open_files,
        data=data,
        settings=spec.settings,
        texts=texts,
        reads_media=may.read_media is not None,
        inbox=out,
        outbox=into,
        blocks=shared.blocks,
    )


@cache
def _all_parts() -> Any:  # noqa: ANN401 - a type made here
    """Make the type of a description: a field for each hook."""
    fields = []
    for hook, shape in HOOKS.items():
        part = msgspec.defstruct(hook, list(shape.attributes.items()))
        fields.append((hook, tuple[part, ...]))  # type: ignore[valid-type]
    return msgspec.defstruct("Parts", fields)
