"""How a package is refused: the checks give a reason, here it becomes a sentence with its name."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from installer.exceptions import InstallerError

from mediadesk.api import UserError

_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,  # what zipfile says of versions and flags it does not know
    ValueError,  # text that is no text, and what `installer` says of records
    InstallerError,
)


class Refusal(Exception):  # noqa: N818 - a verdict, not an error of ours
    """Why a package is refused: a clause that goes on from “… can't be used: ”."""


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Turn whatever is wrong with the package at `path` into a sentence that names it.

    Raises:
        UserError: instead of a refusal, damage or trouble with reading.
    """
    try:
        yield
    except Refusal as error:
        raise UserError(f"“{shown(path.name)}” can't be used: {error}.") from error
    except _DAMAGE as error:
        raise UserError(
            f"“{shown(path.name)}” is damaged ({shown(str(error))}): get it again."
        ) from error
    except OSError as error:
        raise UserError(
            f"“{shown(path.name)}” can't be read ({error.strerror}): look whether it is there."
        ) from error


def shown(name: str) -> str:
    """Give a stranger's words so that nothing in them is invisible or turned around."""
    return name if name.isprintable() else ascii(name)[1:-1]
