"""Tags videos of winter, of the sea and of the mountains, by what is seen in them."""

from collections.abc import Mapping, Sequence

from mediadesk.api import Feature, Run, Tagger, hookimpl

_SEEN = {
    "winter": {"ski", "snowmobile", "snowplow", "bobsleigh", "dog sled", "polar bear"},
    "seaside": {"beach", "sandbar", "breakwater", "pier", "lighthouse", "snorkel", "promontory"},
    "mountains": {"mountain", "valley", "cliff", "volcano", "mountain bike", "Alpine ibex"},
}


class Outdoors:
    """Adds up the shares of the pictures in which something typical is seen."""

    name = "NAME"
    version = 1  # raise it when the results change
    model = None

    def tag(
        self, features: Sequence[Mapping[str, Feature]], run: Run
    ) -> Sequence[Mapping[str, float]]:
        """Give label → confidence; each item's features are there by their extractor's name."""
        return [self._tags(own["keyframes"]) if "keyframes" in own else {} for own in features]

    def _tags(self, keyframes: Feature) -> dict[str, float]:
        shares: dict[str, float] = keyframes.data["classes"]
        found = {
            tag: min(1.0, sum(share for name, share in shares.items() if name in typical))
            for tag, typical in _SEEN.items()
        }
        return {tag: round(confidence, 3) for tag, confidence in found.items() if confidence > 0.2}


@hookimpl
def taggers() -> list[Tagger]:
    """Hand over what this plugin has."""
    return [Outdoors()]
