"""Says in Why that an item is by an artist of whom you like something."""

from collections.abc import Sequence

from mediadesk.api import Context, Explainer, ExplainRequest, hookimpl


class SameArtist:
    """Names the best liked item of the same artist."""

    name = "NAME"

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence

    def explain(self, request: ExplainRequest) -> Sequence[str]:
        """Give one sentence, or none."""
        artist = request.item.artist
        same = [
            liked
            for liked in request.history
            if artist and liked.value > 0 and liked.item.artist.casefold() == artist.casefold()
        ]
        if not same:
            return ()
        best = max(same, key=lambda liked: liked.value)
        return (self._sentence.format(artist=artist, title=best.item.title),)


@hookimpl
def explainers(context: Context) -> list[Explainer]:
    """Hand over what this plugin has."""
    return [SameArtist(context.text("By {artist}, like “{title}”, which you liked"))]
