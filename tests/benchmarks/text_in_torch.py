"""The layers of the text model in torch, one by one, with the numbers of its package."""

from collections.abc import Callable, Sequence

import numpy as np
import sentencepiece
import torch
from torch import Tensor
from torch.nn import functional

from mediadesk.api import Array
from mediadesk.models.text_source import resource
from mediadesk.models.text_use import arrange

CHUNKS, CHANNELS = 17, 256
BRANCHES = ((2, 2), (3, 1), (5, 0))  # words in the window, its first column


def encoder() -> Callable[[Sequence[str]], Array]:
    """Give what embeds texts as float32 [n, 512], laid out and cut into pieces as ours are.

    All numbers are float32, as torch would keep them: 262 MB of embeddings where ours keeps bytes.
    """
    with np.load(resource("weights.npz"), allow_pickle=False) as file:
        weights = {name: torch.from_numpy(file[name]) for name in file.files}
    table = torch.empty(CHUNKS * len(weights["q1"]), weights["q1"].shape[1])
    for n in range(CHUNKS):
        table[n::CHUNKS] = weights[f"q{n + 1}"] * weights["scale"][n] + weights["lo"][n]
    for name, axis in (("proj", 1), ("proj_b", 0), ("ln_g", 0), ("ln_b", 0)):
        weights[f"all_{name}"] = torch.cat([weights[f"{name}{n}"] for n, _ in BRANCHES], axis)
    words = sentencepiece.SentencePieceProcessor(model_file=str(resource("sp.model")))

    def encode(texts: Sequence[str]) -> Array:
        laid = arrange([[1, *words.encode(text), 2] for text in texts])
        with torch.inference_mode():
            return embedded(weights, table, *map(torch.from_numpy, laid.values())).numpy()

    return encode


def embedded(
    weights: dict[str, Tensor], table: Tensor, ids: Tensor, windows: Tensor, pool: Tensor
) -> Tensor:
    """Embed n texts of t pieces in all: see `mediadesk.models.text_build`."""
    eps = float(weights["eps"])
    seen = functional.embedding(ids, table)
    x = torch.addmm(weights["all_proj_b"], seen, weights["all_proj"])
    x = functional.layer_norm(x, x.shape[1:], weights["all_ln_g"], weights["all_ln_b"], eps)
    parts = [seen]
    for part, (order, first) in zip(x.split(CHANNELS, 1), BRANCHES, strict=True):
        window, own = windows[:, first : first + order], part
        for layer in "12":
            weight, bias = (weights[f"{kind}{layer}_{order}"] for kind in "wb")
            near = functional.embedding(window, functional.pad(own, (0, 0, 0, 1)))
            own = torch.relu(torch.addmm(bias, near.flatten(1), weight)) + own
        parts.append(own)
    x = torch.cat(parts, 1)
    x = functional.layer_norm(x, x.shape[1:], weights["ln_g"], weights["ln_b"], eps)
    x = pool @ x @ weights["cnn_W"] + pool.sum(1, keepdim=True) * weights["cnn_b"]
    first = torch.relu(x @ weights["d0"])
    middle = torch.relu(x @ weights["p1"] + first @ weights["d1"])
    second = torch.relu(middle @ weights["d2"])
    return functional.normalize(torch.tanh(middle @ weights["p3"] + second @ weights["d3"]))
