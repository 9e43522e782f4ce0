"""Makes a small Whisper model that always says the same, as CTranslate2 keeps it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from ctranslate2.specs import WhisperSpec
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

if TYPE_CHECKING:
    from numpy.typing import NDArray

LINES = ((0.0, 4.0, " The harbour wakes."), (4.0, 9.0, " Ships come in from the sea."))
LANGUAGES = ("en", "zh", "de")
_WIDTH, _POSITIONS, _SHARP = 64, 448, 12.0
_TEXT_TOKENS = 50257
_TIMES = [f"<|{n / 50:.2f}|>" for n in range(1501)]
Lines = Sequence[tuple[float, float, str]]


def whisper(
    folder: Path, *, lines: Lines = LINES, language: str = "en", multilingual: bool = True
) -> Path:
    """Write a model that hears these lines (start, end, text) in each half minute.

    All of it is real but what it learnt: its decoder goes by its positions alone.
    """
    folder.mkdir(parents=True)
    splitter = pre_tokenizers.ByteLevel(add_prefix_space=False)
    split = [[word for word, _ in splitter.pre_tokenize_str(text)] for _, _, text in lines]
    known = [*dict.fromkeys([*sorted(splitter.alphabet()), *chain.from_iterable(split)])]
    specials = _specials(multilingual=multilingual)
    unused = [f"<unused{n}>" for n in range(_TEXT_TOKENS - len(known))]
    unused[-1] = "" if multilingual else unused[-1]  # CTranslate2 tells it by that
    words = [*known, *unused, *specials]
    ids = {word: n for n, word in enumerate(words)}
    tokenizer = Tokenizer(models.BPE(vocab={w: ids[w] for w in (*known, *specials)}, merges=[]))
    tokenizer.pre_tokenizer, tokenizer.decoder = splitter, decoders.ByteLevel()

    said = [f"<|{language}|>", "<|notimestamps|>"] if multilingual else []
    tokens = [ids[word] for word in said]
    for (start, end, _), own in zip(lines, split, strict=True):
        tokens += [ids[f"<|{start:.2f}|>"], *(ids[word] for word in own), ids[f"<|{end:.2f}|>"]]
    tokens += [ids["<|endoftext|>"]] * (_POSITIONS - len(tokens))
    spec = _spec(len(words), tokens)
    spec.register_vocabulary(words)
    spec.config.lang_ids = [ids[f"<|{code}|>"] for code in LANGUAGES] if multilingual else []
    spec.config.suppress_ids, spec.config.suppress_ids_begin = [], []
    spec.config.alignment_heads = [[0, 0]]
    spec.validate()
    spec.optimize(quantization="float16")
    spec.save(str(folder))
    tokenizer.save(str(folder / "tokenizer.json"))
    assert json.loads((folder / "config.json").read_text())["lang_ids"] == spec.config.lang_ids
    return folder


def _specials(*, multilingual: bool) -> list[str]:
    codes = [f"<|{code}|>" for code in LANGUAGES]
    codes += [f"<|x{n}|>" for n in range(99 - len(codes) - (not multilingual))]
    tasks = ["translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps"]
    first = ["<|endoftext|>", "<|startoftranscript|>"]
    return [*first, *codes, *(f"<|{task}|>" for task in tasks), *_TIMES]


def _spec(size: int, tokens: Sequence[int]) -> WhisperSpec:
    """Lay out a net of one layer each; what is at a position makes it say `tokens` there."""
    random = np.random.default_rng(0)

    def some(*shape: int, scale: float = 0.02) -> NDArray[Any]:
        return random.normal(scale=scale, size=shape).astype(np.float32)

    def linear(spec: Any, rows: int, columns: int, *, scale: float = 0.02) -> None:  # noqa: ANN401
        spec.weight, spec.bias = some(rows, columns, scale=scale), np.zeros(rows, np.float32)

    def norm(spec: Any, sharp: float = 1.0) -> None:  # noqa: ANN401
        spec.gamma = np.full(_WIDTH, sharp, np.float32)
        spec.beta = np.zeros(_WIDTH, np.float32)

    def layer(spec: Any, *, scale: float) -> None:  # noqa: ANN401
        for part in (spec.self_attention, getattr(spec, "attention", None)):
            if part is None:
                continue
            norm(part.layer_norm)
            fused = (3,) if len(part.linear) == 2 else (1, 2)
            for own, times in zip(part.linear, fused, strict=False):
                linear(own, times * _WIDTH, _WIDTH)
            linear(part.linear[-1], _WIDTH, _WIDTH, scale=scale)
        norm(spec.ffn.layer_norm)
        linear(spec.ffn.linear_0, 4 * _WIDTH, _WIDTH)
        linear(spec.ffn.linear_1, _WIDTH, 4 * _WIDTH, scale=scale)

    spec = WhisperSpec(1, 1, 1, 1)
    encoder, decoder = spec.encoder, spec.decoder
    encoder.conv1.weight, encoder.conv1.bias = some(_WIDTH, 80, 3), some(_WIDTH)
    encoder.conv2.weight, encoder.conv2.bias = some(_WIDTH, _WIDTH, 3), some(_WIDTH)
    encoder.position_encodings.encodings = some(1500, _WIDTH)
    layer(encoder.layer[0], scale=0.02)
    norm(encoder.layer_norm)
    vectors = some(size, _WIDTH, scale=1 / 8)
    decoder.embeddings.weight = vectors
    decoder.position_encodings.encodings = 10 * vectors[list(tokens)]
    layer(decoder.layer[0], scale=0.0)
    norm(decoder.layer_norm, _SHARP)
    decoder.projection.weight = vectors
    return spec
