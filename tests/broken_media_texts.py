"""Subtitles and tags that cost far more than they tell, for files that are broken on purpose."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cache

Cues = Sequence[tuple[float, float, bytes]]
"""(start, end, text) in seconds."""
NAME = "Z" * 22
"""The name of a track of Matroska that `pack` takes the place of."""
_NAMED = b"\x53\x6e\x96" + NAME.encode()
# Order 0, of frames, compression, by zlib.
_ENCODED = bytes.fromhex("6d80 96 6240 93 5031 81 00 5032 81 01 5033 81 00 5034 84 4254 81 00")


@cache
def bombs() -> tuple[bytes, ...]:
    """Give subtitle files."""
    odd = f"99:99:99,999 --> -1:00:00,000\n\u202e\0{chr(0x10FFFF)}\n\n"
    texts = (
        _cue(1, "<" * 40_000),
        "".join(_cue(n, f"Line {n}") for n in range(40_000)),
        _cue(1, "word " * 600_000),
        _cue(1, r"{\i1\b1\fnX" * 20_000 + "x"),
        "".join(f"{n}\n{odd}" for n in range(2_000)),
        "[Script Info]\n[Events]\nFormat: " + "Text," * 50_000 + "\n",
        "WEBVTT\n\n" + "NOTE\n" * 100_000,
    )
    return (
        *(text.encode() for text in texts),
        b"\xff\xfe" + _cue(1, "Meer").encode("utf-16-le") + b"\xd8",
        bytes(range(256)) * 1_000,
        bytes(500_000),
    )


@cache
def cues() -> tuple[Cues, ...]:
    """Give the like for a track inside a file."""
    return (
        [(0.0, 1.0, b"<" * 40_000)],
        [(n / 1000, (n + 1) / 1000, b"Line %d" % n) for n in range(25_000)],
        [(0.0, 1.0, b"word " * 600_000)],
        [(0.0, 1.0, rb"{\i1\b1\fnX" * 20_000 + b"x")],
        [(0.0, 2e3, b"Meer"), (2e3, 2e3 + 1, b"Sand"), (2e3 + 2, 4e3, b"Wind")],  # more is no MP4
        [(0.0, 1.0, b"\xff\xfe" + "Meer".encode("utf-16-le") + b"\xd8")],
        [(0.0, 1.0, bytes(range(256)) * 1_000)],
        [(n / 1000, (n + 1) / 1000, b"\n" * 2_000) for n in range(1_000)],
    )


@cache
def packed_cues() -> Cues:
    """Give what `pack` makes a gigabyte of text: FFmpeg unpacks 10 MB of each cue at most."""
    each = zlib.compress(b"word " * 1_900_000)
    return [(n / 100, (n + 1) / 100, each) for n in range(120)]


def pack(data: bytes) -> bytes:
    """Have a track with `NAME` say that it is packed, in as many bytes."""
    return data.replace(_NAMED, _ENCODED)


def _cue(n: int, text: str) -> str:
    return f"{n}\n00:00:{n % 60:02},000 --> 00:00:{n % 60:02},900\n{text}\n\n"
