"""Content ids: 128-bit BLAKE2b in hex, which no rename, move or change of tags alters."""

from __future__ import annotations  # PyAV's packets are generic for type checkers only

from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.packet import Packet
    from av.stream import Stream

_BYTES = 16
_SAMPLES = 16
_SAMPLE_BYTES = 16 * 1024
_BLOCK = 1 << 20


def video_id(path: Path) -> str:
    """Hash the size and 16 samples of 16 KiB spread over the file, both ends included.

    Raises:
        OSError: if the file can't be read.
    """
    size = path.stat().st_size
    digest = blake2b(size.to_bytes(8, "little"), digest_size=_BYTES)
    with path.open("rb") as file:
        if size <= _SAMPLES * _SAMPLE_BYTES:
            digest.update(file.read())
        else:
            for n in range(_SAMPLES):
                file.seek(n * (size - _SAMPLE_BYTES) // (_SAMPLES - 1))
                digest.update(file.read(_SAMPLE_BYTES))
    return digest.hexdigest()


def audio_id(packets: Iterable[Packet[Stream]]) -> str:
    """Hash all packets of the first audio stream: neither tags nor covers are part of them."""
    digest = blake2b(digest_size=_BYTES)
    for packet in packets:
        digest.update(bytes(packet))
    return digest.hexdigest()


def whole(path: Path) -> str:
    """Hash all of a file, which tells whether a single bit of it has changed.

    Raises:
        OSError: if the file can't be read.
    """
    digest = blake2b(digest_size=_BYTES)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
