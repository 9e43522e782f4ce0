"""Starts MediaDesk: `mediadesk` or `python -m mediadesk`."""

import multiprocessing


def main() -> None:
    """Run the command line; without a command it opens the window."""
    multiprocessing.freeze_support()
    from mediadesk.cli import app

    app()


if __name__ == "__main__":
    main()
