"""What each installed plugin said of its parts, so that nobody waits for it to say so again."""

import hashlib
import logging
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from mediadesk import __version__
from mediadesk.api import ModelCard, UserError
from mediadesk.host.install.disk import write_bytes
from mediadesk.host.install.inventory import Installed, read_receipt

log = logging.getLogger(__name__)


class Said(msgspec.Struct, frozen=True):
    """What a plugin has said: its parts as it `described` them, and what its catalogues hold."""

    described: bytes
    cards: tuple[ModelCard, ...] = ()


class _Note(msgspec.Struct, frozen=True):
    """What a plugin said, and the `key` of all that it went by."""

    key: str
    said: Said


_encoder = msgspec.msgpack.Encoder(enc_hook=str)
_decoder = msgspec.msgpack.Decoder(_Note, dec_hook=lambda kind, value: kind(value))


class Remembered:
    """A small file per plugin, which may be deleted; folders in development have none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, name: str, key: str | None) -> Said | None:
        """Give what a plugin said when all was as it is now; None if that is not known."""
        try:
            note = _decoder.decode((self._folder / name).read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            log.warning("the plugin “%s” is asked again what it offers: %s", name, error)
            return None
        return note.said if note.key == key else None

    def keep(self, name: str, key: str | None, said: Said) -> None:
        """Remember what a plugin said."""
        if key is None or self.get(name, key) == said:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_bytes(self._folder / name, _encoder.encode(_Note(key, said)))
        except OSError as error:
            log.warning("the next start waits for the plugin “%s”: %s", name, error)

    def forget(self, name: str) -> None:
        """Ask a plugin itself the next time."""
        (self._folder / name).unlink(missing_ok=True)


def key_of(found: Installed, *, settings: Mapping[str, Any], language: str) -> str | None:
    """Give a key that changes with everything that a plugin's description may depend on.

    None where that is not known: of a folder, whose files change at any time.
    """
    if found.source == "folder":
        return None
    try:
        receipt = read_receipt(found.root.parent)
    except UserError as error:
        log.warning("%s", error)
        return None
    versions = (__version__, platform.python_version(), found.version)
    places = (str(found.root), [str(root) for root in found.more_roots])
    given = (dict(settings), language)
    told = msgspec.json.encode([versions, places, receipt, found.manifest, given], order="sorted")
    return hashlib.sha256(told).hexdigest()
