"""Starts MediaDesk: `mediadesk` or `python -m mediadesk`."""

import multiprocessing
import os


def main() -> None:
    """Run the command line; without a command it opens the window."""
    multiprocessing.freeze_support()
    # On matrices as small as ours more threads only spin; numpy reads this once.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from mediadesk.cli import app

    app()


if __name__ == "__main__":
    main()
