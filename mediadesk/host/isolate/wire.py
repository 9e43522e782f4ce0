"""What crosses between a guest and its host: msgpack, decoded into the API's types or refused."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, get_origin

import msgspec
import numpy as np

from mediadesk.api import Array
from mediadesk.host.isolate import arrays
from mediadesk.host.isolate.boxes import MOST_BYTES, Inbox, Outbox
from mediadesk.host.isolate.frames import WireError
from mediadesk.host.isolate.later import Kept, Later
from mediadesk.host.isolate.shared import Blocks, located

_INLINE_BYTES = 16 << 10
_MOST_VALUES = 8_000_000
_MOST_RESULTS = 1_000_000
_ARRAY, _PATH, _KEPT = 1, 2, 3


class _Place(msgspec.Struct, array_like=True, frozen=True):
    """An array as it crosses: its bytes, or where they lie in the sender's file or in a block."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes = b""
    at: int = -1
    block: str = ""


class Packer:
    """Encodes values; large arrays go through the outbox."""

    def __init__(self, outbox: Outbox | None = None, *, blocks: Path | None = None) -> None:
        """Make it; arrays that lie in the folder `blocks` are read there by the receiver."""
        self._outbox = outbox
        self._blocks = blocks
        self._encoder = msgspec.msgpack.Encoder(enc_hook=self._extend)
        self.blocks: dict[str, int] = {}
        """Name → size of the blocks that the last message referred to."""

    def pack(self, value: object) -> bytes:
        """Encode one message's value.

        Raises:
            ValueError: if it holds what can't cross; its text says what.
            OSError: if there is no room.
        """
        if self._outbox is not None:
            self._outbox.rewind()
        self.blocks = {}
        try:
            return self._encoder.encode(value)
        except (TypeError, OverflowError, UnicodeEncodeError, RecursionError) as error:
            raise ValueError(f"what can't be sent ({error})") from error

    def message(self, message: msgspec.Struct) -> bytes:
        """Encode a message that holds no arrays but those packed in it."""
        return self._encoder.encode(message)

    def _extend(self, value: object) -> object:
        """Encode what msgpack has no word for."""
        if isinstance(value, np.ndarray):
            return msgspec.msgpack.Ext(_ARRAY, msgspec.msgpack.encode(self._place(value)))
        if isinstance(value, Path):
            return msgspec.msgpack.Ext(_PATH, os.fsencode(value))
        if isinstance(value, np.generic):
            return value.item()
        if isinstance(value, Kept):
            return msgspec.msgpack.Ext(_KEPT, msgspec.msgpack.encode((value.n, value.count)))
        if isinstance(value, Sequence):
            return list(value)
        raise TypeError(f"a {type(value).__name__}")

    def _place(self, array: Array) -> _Place:
        array = arrays.plain(array)
        kind = array.dtype.str
        if array.nbytes <= _INLINE_BYTES or self._outbox is None:
            return _Place(kind, array.shape, array.tobytes())
        file, at = located(array)
        if file is not None and file.parent == self._blocks:
            self.blocks[file.name] = file.stat().st_size
            return _Place(kind, array.shape, at=at, block=file.name)
        return _Place(kind, array.shape, at=self._outbox.put(array))


class Unpacker:
    """Decodes values into the types they should have."""

    def __init__(
        self,
        inbox: Inbox | None = None,
        *,
        blocks: Blocks | None = None,
        place: Callable[[Path], Path] = Path,
        later: Callable[[Kept], Later] | None = None,
    ) -> None:
        """Make it.

        Args:
            inbox: where large arrays come from.
            blocks: arrays that are read where they lie: only from a host, which is trusted.
            place: gives the real path of one that came, or raises ValueError.
            later: gives the list that a host has kept back.
        """
        self._inbox = inbox
        self._blocks = blocks
        self._real = place
        self._later = later
        self._decoders: dict[Any, msgspec.msgpack.Decoder[Any]] = {}
        self._loose = 0
        self._size = 0

    def unpack(self, packed: "bytes | msgspec.Raw", kind: Any) -> Any:  # noqa: ANN401 - any type
        """Decode one message's value.

        Raises:
            WireError: if it is not of that type.
        """
        if kind not in self._decoders:
            self._decoders[kind] = msgspec.msgpack.Decoder(
                _bounded(kind), ext_hook=self._extended, dec_hook=self._converted
            )
        self._loose = self._size = 0
        try:
            if self._blocks is None and kind is not bytes:
                _check_crowd(memoryview(packed))
            value = self._decoders[kind].decode(packed)
        except (ValueError, RecursionError, OverflowError, MemoryError) as error:
            raise WireError(str(error) or type(error).__name__) from error
        finally:
            if self._inbox is not None:
                self._inbox.clear()
            if self._blocks is not None:
                self._blocks.settle()
        if self._loose:
            raise WireError("an array or a path where none belongs")
        return value

    def _extended(self, code: int, data: memoryview) -> object:
        """Decode what msgpack has no word for; what no field asks for stays counted."""
        self._loose += 1
        if code == _ARRAY:
            return msgspec.msgpack.decode(data, type=_Place)
        if code == _KEPT:
            return Kept(*msgspec.msgpack.decode(data, type=tuple[int, int]))
        if code == _PATH:
            return Path(os.fsdecode(bytes(data)))
        raise ValueError(f"the unknown code {code}")

    def _converted(self, kind: Any, value: object) -> object:  # noqa: ANN401 - any type
        """Give what a field of one of our types is to hold."""
        if kind is Later and isinstance(value, list):  # too few to be kept back
            return Later(len(value), partial(list, value))
        self._loose -= 1
        if kind is Array and isinstance(value, _Place):
            return self._array(value)
        if kind is Later and isinstance(value, Kept) and self._later is not None:
            return self._later(value)
        if kind is Path and isinstance(value, Path):
            return self._real(value)
        raise TypeError(f"Expected {kind.__name__}, got {type(value).__name__}")

    def _array(self, place: _Place) -> Array:
        kind, size = arrays.described(place.dtype, place.shape)
        if place.block:
            if self._blocks is None:
                raise ValueError("a block, which only MediaDesk shares")
            return self._blocks.get(place.block, place.at, place.shape, kind)
        self._size += size
        if self._size > MOST_BYTES:
            raise ValueError(f"more than {MOST_BYTES >> 20} MiB of arrays at once")
        array = np.empty(place.shape, kind)
        if place.at >= 0 and self._inbox is not None:
            self._inbox.read(place.at, array)
        elif len(place.data) == size:
            arrays.raw(array)[:] = place.data
        else:
            raise ValueError(f"{len(place.data)} bytes for an array of {size}")
        return arrays.sound(array)


def _bounded(kind: Any) -> Any:  # noqa: ANN401 - any type
    """Give the type with a limit to its length."""
    if get_origin(kind) is Sequence:
        return Annotated[kind, msgspec.Meta(max_length=_MOST_RESULTS)]
    return kind


def _check_crowd(packed: memoryview) -> None:
    """Refuse what takes little room here and very much when decoded.

    An empty list is one byte here and seventy there. Every list, table and text begins with one of
    these bytes, so that there are at most as many; where else they stand they merely add to that.
    """
    if packed.nbytes <= _MOST_VALUES:
        return
    codes = np.frombuffer(packed, np.uint8)
    is_short = (codes >= 0x80) & (codes < 0xC0)
    if np.count_nonzero(is_short | ((codes >= 0xD4) & (codes < 0xE0))) > _MOST_VALUES:
        raise ValueError("too many values at once")
