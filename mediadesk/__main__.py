"""Starts MediaDesk: `mediadesk` or `python -m mediadesk`."""

import multiprocessing
import os
import sys
from types import ModuleType


def main() -> None:
    """Run the command line; without a command it opens the window."""
    multiprocessing.freeze_support()
    # On matrices as small as ours more threads only spin; numpy reads this once.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if sys.argv[1:] == ["--guest"]:
        from mediadesk.engine import guest_main

        guest_main.main()
    if sys.argv[1:2] == ["--self-test"]:
        from mediadesk import selftest

        sys.exit(selftest.run(sys.argv[2:]))
    from mediadesk.cli import app

    app(obj=_desktop)


def _desktop() -> ModuleType:
    try:
        from mediadesk import app  # Qt takes a while to import, and most commands never need it
    except ImportError as error:
        from mediadesk.api.errors import UserError

        raise UserError(
            f"The window can't be opened ({error}): install what Qt needs; on Debian that is "
            "libgl1, libegl1, libxkbcommon0 and libdbus-1-3."
        ) from error
    return app


if __name__ == "__main__":
    main()
