"""Keeps what a device lays into the shared folder in a few files, each written a few times.

New things are laid in a file of their own, or, where the last file is less than twice as large,
both in one. So each file is at least twice as large as the next, n things are in at most log2(n)
files, and each is written at most log1.5(n) times, as every time it comes into a file half as large
again (after Bentley & Saxe, "Decomposable Searching Problems", 1980).
"""

from collections.abc import Sequence


def together(sizes: Sequence[int], size: int, *, most: int) -> int:
    """Give how many of the last files are to be written anew as one with what is new.

    Args:
        sizes: of the files, oldest first, in whatever is counted: rows, bytes.
        size: of what is new.
        most: the size that a file made of several must not exceed.
    """
    count = 0
    for each in reversed(sizes):
        if each >= 2 * size or each + size > most:
            break
        size += each
        count += 1
    return count
