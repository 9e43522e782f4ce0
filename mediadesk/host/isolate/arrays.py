"""Which numpy arrays may cross between processes, and in which form."""

import math
import re

import numpy as np

from mediadesk.api import Array

_KNOWN = re.compile(r"\|b1|[|<]([iu][1248]|f[248])|<U[1-9]\d{0,7}", re.ASCII)
_MOST_DIMENSIONS = 16
_LAST_CHARACTER, _SURROGATES = 0x10FFFF, (0xD800, 0xDFFF)

# The API's own name for an array is a class while the program runs.
Array.register(np.ndarray)  # type: ignore[attr-defined]


def plain(array: Array) -> Array:
    """Give an array as contiguous bytes in the order of small machines, its texts as texts.

    Raises:
        TypeError: if it holds objects, or anything but numbers, truths and texts.
    """
    if array.dtype.kind == "O" and all(isinstance(each, str) for each in array.flat):
        array = array.astype(np.str_)
    if array.dtype.kind == "U" and not array.dtype.itemsize:
        array = array.astype("<U1")
    ordered = array.astype(array.dtype.newbyteorder("<"), copy=False)
    if not _KNOWN.fullmatch(ordered.dtype.str):
        raise TypeError(f"an array of {array.dtype}")
    return np.ascontiguousarray(ordered).reshape(array.shape)


def described(dtype: str, shape: tuple[int, ...]) -> tuple["np.dtype[np.generic]", int]:
    """Give the type of an array, and how many bytes it takes.

    Raises:
        ValueError: if there can't be such an array.
    """
    if not _KNOWN.fullmatch(dtype):
        raise ValueError(f"an array of the type {dtype[:20]!r}")
    if len(shape) > _MOST_DIMENSIONS or any(size < 0 for size in shape):
        raise ValueError(f"an array of the shape {shape[:_MOST_DIMENSIONS]}")
    kind = np.dtype(dtype)
    return kind, math.prod(shape) * kind.itemsize


def sound(array: Array) -> Array:
    """Give an array without values that its type can't have: numpy trusts them blindly.

    Raises:
        ValueError: if that can't be mended.
    """
    if array.dtype.kind == "b":
        return np.asarray(array.view(np.uint8) != 0)
    if array.dtype.kind == "U" and array.size:
        codes = array.reshape(-1).view(np.uint32)
        low, high = _SURROGATES
        if (codes > _LAST_CHARACTER).any() or ((codes >= low) & (codes <= high)).any():
            raise ValueError("an array of texts with what is no character")
    return array


def raw(array: Array) -> memoryview:
    """Give the bytes of a contiguous array, to be read or written."""
    view: memoryview = array.reshape(-1).view(np.uint8).data
    return view
