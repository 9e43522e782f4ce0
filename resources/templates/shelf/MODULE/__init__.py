"""Adds a row to “For you”: the best of what fits into a break."""

from collections.abc import Sequence

from mediadesk.api import Context, ShelfDraft, ShelfMaker, ShelfRequest, hookimpl


class ShortOnes:
    """Keeps the order of the request, which is best first."""

    name = "NAME"

    def __init__(self, context: Context) -> None:
        self._context = context

    def shelves(self, request: ShelfRequest) -> Sequence[ShelfDraft]:
        """Give one shelf, or none where less than three items are short enough."""
        minutes: int = self._context.settings["minutes"]
        short = [item.id for item in request.items if 0 < item.duration < minutes * 60]
        if len(short) < 3:
            return ()
        return (
            ShelfDraft(
                id="short",
                title=self._context.text("Under {minutes} minutes").format(minutes=minutes),
                items=tuple(short[:20]),
                reason=self._context.text("Short enough for a break"),
            ),
        )


@hookimpl
def shelves(context: Context) -> list[ShelfMaker]:
    """Hand over what this plugin has."""
    return [ShortOnes(context)]
