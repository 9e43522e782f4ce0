"""Reads the arrays of a TensorFlow checkpoint (the "tensor bundle" format) without TensorFlow.

The index is a LevelDB table of uncompressed blocks: name -> BundleEntryProto (type, shape,
offset, size); the data file holds the numbers one after the other.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

FLOAT32 = 1


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def _handle(data: bytes, at: int = 0) -> tuple[int, int, int]:
    offset, at = _varint(data, at)
    size, at = _varint(data, at)
    return offset, size, at


def _block(data: bytes, offset: int, size: int) -> Iterator[tuple[bytes, bytes]]:
    if data[offset + size] != 0:
        raise SystemExit("The checkpoint's index is compressed: this reader knows plain ones only.")
    block = data[offset : offset + size]
    (restarts,) = struct.unpack("<I", block[-4:])
    at, end, key = 0, size - 4 - 4 * restarts, b""
    while at < end:
        shared, at = _varint(block, at)
        fresh, at = _varint(block, at)
        length, at = _varint(block, at)
        key = key[:shared] + block[at : at + fresh]
        at += fresh
        yield key, block[at : at + length]
        at += length


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        kind = tag & 7
        if kind == 0:
            value, at = _varint(message, at)
            yield tag >> 3, value
        elif kind == 2:
            length, at = _varint(message, at)
            yield tag >> 3, message[at : at + length]
            at += length
        else:  # the checksum, 32 bits
            at += 4


def _shape(message: bytes) -> list[int]:
    sizes = [dict(_fields(value)) for field, value in _fields(message) if field == 2]
    return [size.get(1, 0) for size in sizes]


def read(index: bytes, data: bytes) -> dict[str, np.ndarray]:
    """Every float32 array of the checkpoint by name, the optimiser's own left out."""
    footer = index[-48:]
    _, _, at = _handle(footer)
    offset, size, _ = _handle(footer, at)
    arrays = {}
    for _, handle in _block(index, offset, size):
        for key, value in _block(index, *_handle(handle)[:2]):
            entry = dict(_fields(value))
            if not key or entry.get(1) != FLOAT32 or b"Adam" in key:
                continue
            start, length = entry.get(4, 0), entry[5]
            array = np.frombuffer(data[start : start + length], "<f4")
            arrays[key.decode()] = array.reshape(_shape(entry.get(2, b"")))
    return arrays
