"""Starts MediaDesk: `mediadesk` or `python -m mediadesk`."""

import os
import sys
from types import ModuleType


def main() -> None:
    """Run the command line; without a command it opens the window."""
    if getattr(sys, "frozen", False):
        import multiprocessing

        multiprocessing.freeze_support()
    # On matrices as small as ours more threads only spin; numpy reads this once.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if sys.argv[1:] == ["--engine"]:
        from mediadesk.engine import process

        process.main()
        return
    if sys.argv[1:] == ["--guest"]:
        from mediadesk.engine import guest_main

        guest_main.main()
    if sys.argv[1:2] == ["--self-test"]:
        from mediadesk import selftest

        sys.exit(selftest.run(sys.argv[2:]))
    if len(sys.argv) == 1:
        sys.exit(_window())
    try:
        from mediadesk.cli import app

        app(obj=_desktop)
    except KeyboardInterrupt:  # while it is loaded; later ones are the command's
        sys.exit(130)


def _window() -> int:
    """Open the window as `mediadesk` alone does, without the commands, which take a while."""
    from mediadesk.api.errors import UserError

    try:
        status: int = _desktop().run(None, then=_log)
    except UserError as error:
        sys.stderr.write(f"mediadesk: {error}\n")
        return 1
    return status


def _log() -> None:
    from mediadesk import log
    from mediadesk.privacy import gate
    from mediadesk.settings import Places

    log.configure(Places.find().data)
    gate.shut(Places.find().data)


def _desktop() -> ModuleType:
    from mediadesk import app  # most commands never need it

    return app


if __name__ == "__main__":
    main()
