"""Reads the files inside a Qt resource collection (`.rcc`), in which a package ships pictures."""

import struct
from collections.abc import Iterator, Mapping

from mediadesk.api import UserError

_HEADER = struct.Struct(">4sIIII")
_NODE = struct.Struct(">IHII")
_FOLDER = 2
_PACKED = 1 | 4  # zlib, zstd


def read(data: bytes) -> Mapping[str, bytes]:
    """Give path → content for every uncompressed file in a collection of format 2 or later.

    Raises `UserError` for anything that is not such a collection.
    """
    try:
        magic, version, tree, contents, names = _HEADER.unpack_from(data)
        if magic != b"qres" or version < 2:
            raise UserError("A downloaded file is no Qt resource collection of a known format.")
        stride = _NODE.size + 8  # a time stamp follows

        def walk(index: int, prefix: str) -> Iterator[tuple[str, bytes]]:
            name, flags, first, second = _NODE.unpack_from(data, tree + index * stride)
            path = prefix + (_name(data, names + name) if index else "")
            if flags & _FOLDER:
                below = path + "/" if path else ""
                for child in range(second, second + first):
                    yield from walk(child, below)
            elif not flags & _PACKED:
                start = contents + second
                (size,) = struct.unpack_from(">I", data, start)
                yield path, data[start + 4 : start + 4 + size]

        return dict(walk(0, ""))
    except struct.error as error:
        raise UserError("A downloaded Qt resource collection is damaged.") from error


def _name(data: bytes, at: int) -> str:
    (length,) = struct.unpack_from(">H", data, at)
    return data[at + 6 : at + 6 + 2 * length].decode("utf-16-be")
