"""Messages on a pipe: the length of each, then itself."""

from io import FileIO

MOST_BYTES = 64 << 20


class WireError(ValueError):
    """Something came that is not what was agreed; its text says what."""


def write_frame(file: FileIO, frame: bytes) -> None:
    """Send a message.

    Raises:
        ValueError: if it is too long.
        OSError: if nobody takes it.
    """
    if len(frame) > MOST_BYTES:
        raise ValueError(f"more than {MOST_BYTES >> 20} MiB at once")
    rest = memoryview(len(frame).to_bytes(4, "little") + frame)
    while rest:
        rest = rest[file.write(rest) :]


def read_frame(file: FileIO) -> bytes | None:
    """Receive a message; None at the end.

    Raises:
        WireError: if it is too long, or ends early.
    """
    head = _read(file, 4)
    if not head:
        return None
    size = int.from_bytes(head, "little")
    if len(head) < 4 or size > MOST_BYTES:
        raise WireError(f"a message of {size:,} bytes")
    frame = _read(file, size)
    if len(frame) < size:
        raise WireError("a message that ends early")
    return frame


def _read(file: FileIO, size: int) -> bytes:
    into = bytearray(size)
    rest = memoryview(into)
    while rest:
        count = file.readinto(rest)
        if not count:
            return bytes(into[: size - len(rest)])
        rest = rest[count:]
    return bytes(into)
