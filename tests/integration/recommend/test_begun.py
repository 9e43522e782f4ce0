from __future__ import annotations

from recommend_factory import NOW, Made, save

from mediadesk.api import Kind
from mediadesk.recommend.begun import begun
from mediadesk.recommend.profile import State
from mediadesk.recommend.standing import Standing
from mediadesk.store import Store


def test_songs_are_not_gone_on_with_whether_their_kind_is_known_already_or_not(
    store: Store,
) -> None:
    made = [
        Made(number=n, theme=0, vectors={}, kind=kind)
        for n, kind in enumerate((Kind.FILM, Kind.SONG, Kind.EPISODE))
    ]
    save(store, made)
    film, song, episode = (each.id for each in made)
    states = Standing(
        {each.id: State(played_at=NOW - n, progress=0.5, value=0.2) for n, each in enumerate(made)}
    )
    kinds = {film: Kind.FILM, song: Kind.SONG}
    for known in ({}, kinds, {**kinds, episode: Kind.EPISODE}):
        assert begun(store.read(), states, known, NOW) == [film, episode]
