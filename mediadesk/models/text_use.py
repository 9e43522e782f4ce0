"""The text model as plugins see it: plain strings in, embeddings out."""

from collections.abc import Mapping
from itertools import chain

import numpy as np
import sentencepiece

from mediadesk.api import Array
from mediadesk.models.network import Network
from mediadesk.models.ports import Port
from mediadesk.models.text_source import resource

_BOS, _EOS = 1, 2
_TOKENS = 256
_CHARACTERS = 4096


class TextEncoder:
    """`text`, an array [n] of str, to `embedding` float32 [n, 512] of unit length.

    16 languages share one space (Google's Universal Sentence Encoder, multilingual, version 3).
    A text is read up to its first 256 word pieces, about a page; an empty one is allowed.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._words = sentencepiece.SentencePieceProcessor(model_file=str(resource("sp.model")))
        self.inputs = (Port("text", np.dtype(np.object_), (None,)),)
        self.outputs = network.outputs
        self.provider = network.provider
        self.fell_back_because = network.fell_back_because

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """Embed the texts.

        Raises:
            ValueError: if one is no str.
        """
        texts = inputs["text"]
        wrong = {type(text).__name__ for text in texts if not isinstance(text, str)}
        if wrong:
            raise ValueError(f"The text model takes str, got {', '.join(sorted(wrong))}.")
        return self._network.run(arrange([self._pieces(text) for text in texts]))

    def _pieces(self, text: str) -> list[int]:
        # File names may hold lone surrogates, which are no UTF-8.
        clean = text[:_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
        pieces: list[int] = self._words.encode(clean, out_type=int)
        return [_BOS, *pieces[: _TOKENS - 2], _EOS]


def arrange(texts: list[list[int]]) -> dict[str, Array]:
    """Lay the pieces of all texts one after the other, as text_build's graph takes them."""
    lengths = np.array([len(text) for text in texts])
    ends = np.cumsum(lengths)
    total = int(ends[-1])
    owner = np.repeat(np.arange(len(texts)), lengths)
    windows = np.arange(total)[:, None] + np.arange(-2, 3)
    first, end = (ends - lengths)[owner, None], ends[owner, None]
    pool = np.zeros((len(texts), total), np.float32)
    pool[owner, np.arange(total)] = 1 / np.sqrt(lengths[owner])
    return {
        "ids": np.fromiter(chain.from_iterable(texts), np.int64, total),
        "windows": np.where((windows >= first) & (windows < end), windows, total),
        "pool": pool,
    }
