"""Starts another program that plays a file."""

import subprocess
import threading
from collections.abc import Sequence

from mediadesk.paths import native


def start(command: Sequence[str]) -> None:
    """Start a program, its file among its words, and leave it to itself.

    Raises:
        OSError: if it can't be started.
    """
    # Not by Qt, which knows no file names that are not UTF-8.
    started = subprocess.Popen(  # noqa: S603 - permitted by the person
        [native(word) for word in command],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=started.wait, name="outside", daemon=True).start()
