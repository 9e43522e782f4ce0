"""The PIN of a household: kept as a salted hash in a file of its own, and slow to guess.

It is the same on all devices of a household: `store.pins` tells which one counts. scrypt (RFC 7914)
by the standard library. After five wrong ones the next has to wait half a minute, twice as long
after each more, an hour at most. Whoever may delete the file gets past it: that is also the way
back where it was forgotten.
"""

import hashlib
import hmac
import json
import os
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from mediadesk.api import UserError

_DIGITS = (4, 12)
_FREE = 5
_FIRST_WAIT_S, _LONGEST_WAIT_S = 30.0, 3_600.0
_COST = {"n": 1 << 14, "r": 8, "p": 1}  # 16 MiB


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    salt: str
    hash: str
    wrong: int = 0
    last: float = 0.0


class Pin:
    """The PIN in a file; any thread may ask."""

    def __init__(self, file: Path, *, clock: Callable[[], float] = time.time) -> None:
        """Keep it in `file`; `clock` gives unix seconds."""
        self._file = file
        self._clock = clock
        self._lock = threading.Lock()

    @property
    def is_set(self) -> bool:
        """Whether there is one."""
        return self._file.exists()

    @property
    def kept(self) -> tuple[str, str] | None:
        """Its salt and hash.

        Raises:
            UserError: if the file can't be read.
        """
        found = self._read()
        return (found.salt, found.hash) if found else None

    def take(self, salt: str, hashed: str) -> None:
        """Have this one be the PIN; whoever tried another one has to wait as before."""
        with self._lock:
            kept = self._read() or _Kept(salt=salt, hash=hashed)
            self._write(replace(kept, salt=salt, hash=hashed))

    def change(
        self,
        new: str,
        *,
        pin: str | None,
        tell: Callable[[str, str], object] = lambda _salt, _hash: None,
    ) -> None:
        """Take a new one, after `tell` has told others of its salt and hash.

        Raises:
            UserError: if it is no PIN, or the one before is missing or wrong.
        """
        if not (new.isascii() and new.isdecimal() and _DIGITS[0] <= len(new) <= _DIGITS[1]):
            raise UserError("A PIN has {} to {} digits: choose another one.".format(*_DIGITS))
        self.check(pin)
        salt = secrets.token_hex(16)
        hashed = _hash(new, salt)
        tell(salt, hashed)
        self.take(salt, hashed)

    def check(self, pin: str | None) -> None:
        """See that it is the right one; where none is set any is.

        Raises:
            UserError: if it is missing or wrong, or too many were wrong lately.
        """
        with self._lock:
            kept = self._read()
            if kept is None:
                return
            if not pin:
                raise UserError("This needs the household's PIN.")
            self._check_wait(kept)
            # Noted first, so that whoever ends the program at a wrong one gains nothing by it.
            self._write(replace(kept, wrong=kept.wrong + 1, last=self._clock()))
            if not hmac.compare_digest(_hash(pin, kept.salt), kept.hash):
                raise UserError(
                    "That is not the household's PIN. If nobody knows it any more, whoever looks "
                    f"after this computer deletes “{self._file}” and sets a new one."
                )
            self._write(replace(kept, wrong=0, last=0.0))

    def _check_wait(self, kept: _Kept) -> None:
        if kept.wrong < _FREE:
            return
        wait = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** min(kept.wrong - _FREE, 10))
        now = self._clock()
        if now < kept.last:  # the clock was set back: what is left to wait is counted anew
            kept = replace(kept, last=now)
            self._write(kept)
        passed = now - kept.last
        if passed < wait:
            left = int(wait - passed) + 1
            raise UserError(f"Too many wrong PINs: try again in {left:,} seconds.")

    def _read(self) -> _Kept | None:
        try:
            return _Kept(**json.loads(self._file.read_bytes()))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            raise UserError(
                f"The PIN in “{self._file}” can't be read ({error}): delete that file and set a "
                "new one."
            ) from error

    def _write(self, kept: _Kept) -> None:
        part = self._file.with_suffix(".part")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            part.touch(mode=0o600)
            part.write_text(json.dumps(asdict(kept)), encoding="ascii")
            os.replace(part, self._file)  # noqa: PTH105 - over a file that is there, on Windows too
        except OSError as error:
            raise UserError(
                f"The PIN can't be kept in “{self._file}” ({error.strerror}): free some disk space "
                "or check its rights."
            ) from error


def _hash(pin: str, salt: str) -> str:
    made = hashlib.scrypt(pin.encode(), salt=bytes.fromhex(salt), dklen=32, **_COST)
    return made.hex()
