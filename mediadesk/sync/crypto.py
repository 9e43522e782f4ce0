"""Encrypts what devices share, in the format of age, with one key that all of them hold.

So a person can open a file without MediaDesk (https://age-encryption.org/v1). That which a file is
encrypted for can't be found out from it: who lacks the key can't make one that would be believed.
"""

from dataclasses import dataclass, field
from pathlib import Path

from mediadesk.api import UserError
from mediadesk.paths import shown

_SEALED = b"age-encryption.org/v1\n"
_PLAIN = b"SQLite format 3\0"
_HEADER_ENDS = b"\n--- "
_LONGEST_HEADER = 4_096  # ours have 300 bytes; the time to read one grows with its square


class WrongKeyError(UserError):
    """A file that the key of this device is wrong for: `why` tells in which way, and what helps."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(file, why)  # with both, for it may go through a pipe
        self.file, self.why = file, why

    def __str__(self) -> str:
        return f"“{shown(self.file)}” {self.why}"


class DamagedError(Exception):
    """What is encrypted is not as it was; its argument says in which way."""


@dataclass(frozen=True, slots=True)
class Key:
    """The secret that all devices of a folder hold, as the text that people carry between them."""

    text: str = field(repr=False)

    @classmethod
    def made(cls) -> "Key":
        """Make one that nobody else has."""
        from pyrage import x25519

        return cls(str(x25519.Identity.generate()))

    @classmethod
    def parse(cls, text: str) -> "Key":
        """Take one as it was typed, or as a file of age holds it.

        Raises:
            UserError: if it is none.
        """
        from pyrage import IdentityError, x25519

        lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
        typed = "".join("".join(lines).split())
        try:
            return cls(str(x25519.Identity.from_str(typed.upper())))
        except (IdentityError, UnicodeEncodeError) as error:
            raise UserError(
                "That is no key, or a letter of it is wrong: take it as “mediadesk sync key” "
                "shows it on another device, from AGE-SECRET-KEY-1 to its end."
            ) from error

    def seal(self, data: bytes) -> bytes:
        """Encrypt data."""
        from pyrage import encrypt, x25519

        sealed: bytes = encrypt(data, [x25519.Identity.from_str(self.text).to_public()])
        return sealed

    def open(self, file: Path, data: bytes) -> bytes:
        """Decrypt the content of a file; it is never longer than what is encrypted.

        Raises:
            WrongKeyError: if it is encrypted with another key.
            DamagedError: if it is not as it was when it was encrypted.
        """
        from pyrage import DecryptError, decrypt, x25519

        if _HEADER_ENDS not in data[:_LONGEST_HEADER]:
            raise DamagedError("the beginning of what is encrypted is damaged")
        try:
            opened: bytes = decrypt(data, [x25519.Identity.from_str(self.text)])
        except DecryptError as error:
            if str(error) == "No matching keys found":
                raise WrongKeyError(
                    file,
                    "is encrypted with another key than this device has: take the newer key with "
                    "“mediadesk sync pair” where it is missing, which a revoked device is not "
                    "given, or delete what is nobody's any more.",
                ) from error
            raise DamagedError("what is encrypted was altered or cut short") from error
        return opened


def opened(file: Path, data: bytes, key: Key | None) -> bytes:
    """Give the content of a file that is encrypted if, and only if, this device has a key.

    Raises:
        WrongKeyError: if it is the other way, or encrypted with another key.
        DamagedError: if it is neither.
    """
    is_sealed = data.startswith(_SEALED)
    if key is None and is_sealed:
        raise WrongKeyError(
            file,
            "is encrypted: give this device the key with “mediadesk sync pair”, as “mediadesk sync "
            "key” shows it on one that has it.",
        )
    if key and data.startswith(_PLAIN):
        raise WrongKeyError(
            file,
            "is not encrypted, so anybody may have written it: give its device the key with "
            "“mediadesk sync pair”, and sync there, or delete it.",
        )
    content = key.open(file, data) if key and is_sealed else data
    if not content.startswith(_PLAIN):
        raise DamagedError("it is no file that a MediaDesk writes")
    return content


def is_sealed(file: Path) -> bool:
    """Tell whether a file begins as one that is encrypted.

    Raises:
        OSError: if it can't be read.
    """
    if not file.is_file():  # a pipe would be waited for
        return False
    with file.open("rb") as opened_file:
        return opened_file.read(len(_SEALED)) == _SEALED
