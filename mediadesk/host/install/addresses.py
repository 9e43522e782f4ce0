"""What a person may name: files, folders, file:// and https:// addresses."""

import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from mediadesk.api import UserError

SIGNATURE = ".minisig"
"""What the name of a signature adds to that of what is signed."""
_NAME = re.compile(r"[a-z0-9-]+")
_PLAIN = re.compile(r"[\w+!-][\w.+!-]*", re.ASCII)
_MOST = 32 << 20


def is_name(source: str) -> bool:
    """Whether this could be a plugin's name."""
    return bool(_NAME.fullmatch(source))


def is_url(source: str) -> bool:
    """Whether this is an address in the network."""
    return urlsplit(source).scheme in {"http", "https"}


def file_name(url: str) -> str:
    """Give the last part of an address's path.

    Raises:
        UserError: if no file could be called so.
    """
    name = unquote(urlsplit(url).path).rpartition("/")[2]
    if not _PLAIN.fullmatch(name):
        raise UserError(f"“{url}” does not end with the name of a file: check the address.")
    return name


def local(source: str) -> Path | None:
    """Give the absolute path that a person means; None for an address in the network.

    Raises:
        UserError: if it is a file:// address of another computer.
    """
    if is_url(source):
        return None
    parts = urlsplit(source)
    if parts.scheme != "file":
        if "://" in source:
            raise UserError(
                f"“{source}” begins with {parts.scheme}://: only https:// and file:// are known."
            )
        return at_home(source).absolute()
    if parts.netloc not in {"", "localhost"}:
        raise UserError(f"“{source}” is a file of another computer: copy it here.")
    return Path(url2pathname(parts.path)).absolute()


def at_home(path: str) -> Path:
    """Give the path that a person means by `~`; where nobody has such a home it stays."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 - that of `Path` raises then


def address(source: str) -> str:
    """Give the file:// or https:// address that a person means."""
    path = local(source)
    return path.as_uri() if path else source


def signature_of(url: str) -> str:
    """Give the address of the signature of what is at another one."""
    parts = urlsplit(url)
    return parts._replace(path=parts.path + SIGNATURE).geturl()


def beside(path: Path) -> Path:
    """Give the file that holds the signature of another one."""
    return path.with_name(path.name + SIGNATURE)


def read_local(path: Path) -> bytes | None:
    """Read a small file; None if it is not there.

    Raises:
        UserError: if it can't be read, or is large.
    """
    try:
        if path.stat().st_size > _MOST:
            raise UserError(f"“{path}” is larger than {_MOST >> 20} MB: choose another file.")
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UserError(
            f"“{path}” can't be read ({error.strerror}): check the rights of that folder."
        ) from error
