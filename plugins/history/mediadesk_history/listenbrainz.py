"""ListenBrainz: the JSON lines of its export, and the JSON of its interface."""

from collections.abc import Iterator, Sequence

import msgspec

from mediadesk.api import EventKind, UnreadableError, Watched
from mediadesk_history import entries, files


class _Track(msgspec.Struct):
    track_name: str
    artist_name: str = ""


class _Listen(msgspec.Struct):
    listened_at: float
    track_metadata: _Track


class _Payload(msgspec.Struct):
    listens: list[msgspec.Raw]


class _Page(msgspec.Struct):
    payload: _Payload


_LISTEN = msgspec.json.Decoder(_Listen, strict=False)


class ListenBrainz:
    """Takes each listen as heard; its likes name no songs, only numbers."""

    name = "listenbrainz"
    title = "ListenBrainz"
    patterns = ("*.jsonl", "*.json")

    def read(self, name: str, content: bytes) -> Sequence[Watched]:
        if files.own_name(name).startswith(("feedback", "pinned_recording")):
            if not content.strip():
                return []
            raise UnreadableError(
                f"“{name}” names no songs, only their numbers: what counts is the folder “listens”."
            )
        listens = entries.typed(name, _listens(name, content), _LISTEN.decode)
        return entries.each(name, listens, _heard)


def _listens(name: str, content: bytes) -> Sequence[msgspec.Raw | bytes]:
    if name.lower().endswith(".jsonl"):
        return [line for line in content.splitlines() if line.strip()]
    found = files.json(name, content, _Page | list[msgspec.Raw])  # type: ignore[arg-type]
    return found.payload.listens if isinstance(found, _Page) else found


def _heard(listen: _Listen) -> Iterator[Watched]:
    track = listen.track_metadata
    yield Watched(
        title=track.track_name,
        artist=track.artist_name,
        kind=EventKind.FINISHED,
        at=max(listen.listened_at, 0.0),
    )
