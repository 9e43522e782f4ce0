"""What the made-up engine says to the player."""

# ruff: noqa: ARG002 - the signatures are the real engine's

from mediadesk.engine.messages import Change, ChapterView, ItemView, Sitting, Track
from mediadesk.play.queue import QueueState


class FakePlaying:
    """The verbs of `Playing`, and what was told by them; a mixin of the fake client."""

    items: dict[str, ItemView]
    last_audio: Track | None = None
    last_subtitle: Track | None = None
    last_speed = 1.0
    series: tuple[str, ...] = ()  # the ids of items that follow each other
    kept_queue = QueueState()

    def sit_down(self, name: str, *, profile: str | None = None) -> Sitting:
        item = self._item(name)  # type: ignore[attr-defined]
        place = self.series.index(name) + 1 if name in self.series else len(self.series)
        page = self.item(name)  # type: ignore[attr-defined]
        return Sitting(
            item=item,
            path=str(item.path) if item.available else "",
            start=item.resume_s,
            seen_from=0.9 * item.duration_s,
            chapters=tuple(
                ChapterView(start=share * item.duration_s, title=title)
                for share, title in ((0, "The gate"), (0.4, "The clearing"), (0.8, "The way home"))
            ),
            moments=page.moments,
            spans=page.spans,
            subtitles=(f"/media/{item.title}.en.srt",),
            audio=self.last_audio,
            subtitle=self.last_subtitle,
            speed=self.last_speed,
            following=self.items[self.series[place]] if place < len(self.series) else None,
        )

    def choose_audio(self, name: str, track: Track, *, profile: str | None = None) -> None:
        self._item(name)  # type: ignore[attr-defined]

    def choose_subtitle(self, name: str, track: Track, *, profile: str | None = None) -> None:
        self._item(name)  # type: ignore[attr-defined]

    def choose_speed(self, name: str, speed: float, *, profile: str | None = None) -> None:
        self._item(name)  # type: ignore[attr-defined]

    def queue(self, *, profile: str | None = None) -> QueueState:
        return self.kept_queue

    def keep_queue(self, state: QueueState, *, profile: str | None = None) -> None:
        self.kept_queue = state

    def dismiss(self, name: str, *, profile: str | None = None) -> Change:
        item = self._item(name)  # type: ignore[attr-defined]
        says = f"Removed “{item.title}” from Continue"
        return Change(id="dismissed", at=0.0, says=says, items=1)

    def playing(self, *, on: bool) -> None:
        pass
