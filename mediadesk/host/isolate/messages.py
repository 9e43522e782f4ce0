"""What a host and its guest say to each other; they take turns, and the host begins."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from mediadesk.api import Skip, UnreadableError, UserError
from mediadesk.host.isolate.sandbox import Enforcement

_LONGEST_TEXT = 2_000
_KINDS: tuple[tuple[str, type[Exception]], ...] = (
    ("skip", Skip),
    ("unreadable", UnreadableError),
    ("user", UserError),
    ("value", ValueError),
)


class Start(msgspec.Struct, frozen=True, kw_only=True, tag="start"):
    """Prepare yourself and shut yourself in, then say `Entered`.

    `roots` are the plugin's folders, in the order of search; `texts` are English → the person's
    language; `models` are files of other plugins by task/name; `uses_gpu` says whether models may
    run on a graphics card, `devices` are its nodes; `inbox`, `outbox` and `blocks` are where arrays
    come from and go to.
    """

    plugin: str
    module: str
    roots: tuple[Path, ...]
    readable: tuple[Path, ...]
    writable: tuple[Path, ...]
    memory_mb: int
    open_files: int
    disk_mb: int
    uses_gpu: bool
    devices: tuple[Path, ...]
    data: Path | None
    settings: Mapping[str, Any]
    texts: Mapping[str, str]
    models: Mapping[str, Path]
    reads_media: bool
    inbox: Path
    outbox: Path
    blocks: Path


class Load(msgspec.Struct, frozen=True, tag="load"):
    """Load the plugin, then say `Described`."""


class Call(msgspec.Struct, frozen=True, kw_only=True, tag="call"):
    """Call a method of the hook's n-th part, then say `Given` or `Raised` with this number."""

    number: int
    hook: str
    n: int
    method: str
    arguments: msgspec.Raw


class Entered(msgspec.Struct, frozen=True, tag="entered"):
    """The guest is shut in, as far as this says; none of the plugin's code has run."""

    enforcement: Enforcement


class Described(msgspec.Struct, frozen=True, tag="described"):
    """The plugin is loaded; of each hook, the attributes of each part."""

    parts: msgspec.Raw


class RunModel(msgspec.Struct, frozen=True, tag="run"):
    """Run the model of the part that is being called on these inputs, and say what it gives."""

    inputs: msgspec.Raw


class Fetch(msgspec.Struct, frozen=True, tag="fetch"):
    """Get a file from elsewhere."""

    url: str


class Tried(msgspec.Struct, frozen=True, tag="tried"):
    """The plugin's own code tried to reach a host, and was refused."""

    host: str


class Look(msgspec.Struct, frozen=True, tag="look"):
    """Give the n-th list of texts that was kept back from the call."""

    n: int


class Given(msgspec.Struct, frozen=True, tag="given"):
    """What came of the call of that number, or of a question."""

    value: msgspec.Raw
    number: int = 0


class Raised(msgspec.Struct, frozen=True, tag="raised"):
    """What went wrong: skip, unreadable, user and value are the API's errors, raised is any."""

    kind: str
    name: str
    text: str
    number: int = 0

    @classmethod
    def of(cls, error: BaseException, number: int = 0) -> "Raised":
        """Describe an error."""
        text = str(error)[:_LONGEST_TEXT].encode("utf-8", "replace").decode()
        kind = next((kind for kind, known in _KINDS if isinstance(error, known)), "raised")
        return cls(kind, type(error).__name__, text, number)

    def error(self, other: type[Exception] = RuntimeError) -> Exception:
        """Give the error that was described; one that is not the API's as `other`."""
        kind, text = self.kind[:20], self.text[:_LONGEST_TEXT]
        known = dict(_KINDS).get(kind)
        return known(text) if known else other(f"{self.name[:80]}: {text}" if text else self.name)


ToGuest = Start | Load | Call | Given | Raised
FromGuest = Entered | Described | RunModel | Fetch | Tried | Look | Given | Raised
