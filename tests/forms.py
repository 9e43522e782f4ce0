"""How text may stand in a file, so that a search of all its bytes finds it."""

import base64
from collections.abc import Iterator
from urllib.parse import quote


def forms(text: str) -> Iterator[bytes]:
    """Give the bytes of text in the encodings that files and addresses have it in."""
    for coded in (text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be")):
        yield coded
        for shift in range(3):  # the letters before it decide what its first ones look like
            whole = base64.b64encode(bytes(shift) + coded)
            yield whole[(0, 2, 3)[shift] : len(whole) // 4 * 4 - 4]
    yield quote(text).encode()
    yield quote(text, safe="").lower().encode()
