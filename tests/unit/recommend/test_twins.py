from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from mediadesk.api import Array, Kind, Moment, unit
from mediadesk.recommend.twins import Pair, better_first, groups, pairs, plain
from mediadesk.store.twins import Candidate
from mediadesk_keyframes.pictures import jpeg


def item(name: str, **more: object) -> Candidate:
    told = {
        "kind": Kind.SONG, "title": name, "duration": 200.0, "year": None, "artist": "",
        "series": "", "season": None, "episode": None, "height": 0, "rate": 1000.0,
        "lossless": False, "available": True, "gone": False,
    }  # fmt: skip
    return Candidate(id=name, **(told | more))  # type: ignore[arg-type]


class Sounds:
    """Vectors of a space: items of the same number have the same pitches, in one kind of sound.

    Those without a number have no sound.
    """

    def __init__(self, **numbers: int) -> None:
        self._numbers = numbers
        random = np.random.default_rng(1)
        kind = unit(random.standard_normal(200) + 0.5)
        pitches = unit(random.standard_normal((50, 192)) + 0.5)
        self._all = unit(np.concatenate([np.tile(kind, (50, 1)), pitches], axis=1))

    def __call__(self, extractor: str, ids: Sequence[str]) -> tuple[Array, Array] | None:
        if extractor != "audio":
            return None
        none = np.zeros(392, np.float32)
        found = [self._all[self._numbers[one]] if one in self._numbers else none for one in ids]
        return np.stack(found).astype(np.float32), self._all.mean(axis=0)

    def moments(self, item: str, extractor: str) -> list[Moment]:
        if extractor != "audio" or item not in self._numbers:
            return []
        return [Moment(start=0, end=3, vector=self._all[self._numbers[item]])]


def found(known: Sequence[Candidate], sounds: Sounds, *apart: str) -> set[str]:
    ordered = sorted(known, key=lambda one: one.duration)
    told = {frozenset(apart)} if apart else set()
    same = pairs(ordered, space=sounds, moments=sounds.moments, apart=told)
    assert [pair.alike for pair in same] == sorted((pair.alike for pair in same), reverse=True)
    return {"".join(sorted((pair.one, pair.other))) for pair in same}


def test_what_sounds_the_same_and_is_as_long_is_the_same() -> None:
    sounds = Sounds(a=1, b=1, c=2, d=1, e=1)
    known = [item("a"), item("b", duration=201.9), item("c"), item("d", duration=250), item("e")]
    assert found(known, sounds) == {"ab", "ae", "be"}
    assert found(known, sounds, "a", "b") == {"ae", "be"}
    short = [item("a", duration=2.5), item("b", duration=2.5)]
    assert found(short, sounds) == set()  # too short to tell
    seconds = [item("a", duration=10), item("b", duration=10.9), item("e", duration=12)]
    assert found(seconds, sounds) == {"ab"}


def test_every_pair_is_found_across_blocks_of_a_long_list() -> None:
    numbers = {f"{n:04}": n % 40 for n in range(1400)}
    sounds = Sounds(**numbers)
    # Twins lie 40 places apart, so that some stand in other blocks; none is as long as a third.
    known = [item(name, duration=150 + 3.0 * (n // 80)) for n, name in enumerate(numbers)]
    same = pairs(known, space=sounds, moments=sounds.moments, apart=set())
    wanted = {(f"{n:04}", f"{n + 40:04}") for n in range(1360) if n // 80 == (n + 40) // 80}
    assert {(pair.one, pair.other) for pair in same} == wanted


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"artist": "Anna"}, {"artist": "ANNA"}, True),
        ({"artist": ""}, {"artist": ""}, False),
        ({"artist": "Anna"}, {"artist": "Ben"}, False),
        ({"artist": "Anna"}, {"artist": "Anna", "duration": 230.0}, False),
        ({"artist": "Anna", "year": 1990}, {"artist": "Anna", "year": 1991}, True),
        ({"artist": "Anna", "year": 1990}, {"artist": "Anna", "year": 2011}, False),
        ({"kind": Kind.FILM}, {"kind": Kind.FILM}, True),
        ({"kind": Kind.CLIP}, {"kind": Kind.CLIP}, False),  # cameras count from 1 each time
        ({"kind": Kind.FILM, "year": 2019}, {"kind": Kind.FILM, "year": 2020}, False),  # tapes
        ({"kind": Kind.FILM}, {"kind": Kind.SONG}, False),
        (
            {"kind": Kind.EPISODE, "series": "Dark", "season": 1, "episode": 2, "title": "Lies"},
            {"kind": Kind.EPISODE, "series": "dark", "season": 1, "episode": 2, "title": "Lügen"},
            True,
        ),
        (
            {"kind": Kind.EPISODE, "series": "Dark", "season": 1, "episode": 2},
            {"kind": Kind.EPISODE, "series": "Dark", "season": 2, "episode": 2},
            False,
        ),
    ],
)
def test_what_is_named_the_same_and_is_as_long_is_the_same(
    one: dict[str, object], other: dict[str, object], same: bool
) -> None:
    known = [
        item("a", **({"title": "The Sea"} | one)),
        item("b", **({"title": "the sea!"} | other)),
    ]
    assert found(known, Sounds()) == ({"ab"} if same else set())


def test_a_name_is_not_believed_where_the_sound_says_otherwise() -> None:
    known = [item(name, title="Intro", artist="Anna") for name in "ab"]
    assert found(known, Sounds(a=1, b=1)) == {"ab"}
    assert found(known, Sounds(a=1, b=2)) == set()


def test_two_tracks_of_one_album_are_not_the_same_however_alike() -> None:
    def tracks(**more: object) -> list[Candidate]:
        told = {"title": "Interlude", "artist": "Anna", "album": "Sea"} | more
        return [item(name, **told, track=n) for n, name in enumerate("ab")]

    assert found(tracks(), Sounds()) == set()
    assert found(tracks(), Sounds(a=1, b=1)) == set()
    assert found(tracks(album=""), Sounds()) == {"ab"}, "of no album the numbers say nothing"


def test_two_episodes_of_one_series_are_not_the_same_however_alike() -> None:
    picture = jpeg(np.random.default_rng(1).integers(0, 255, (64, 64, 3), dtype=np.uint8))
    own = np.eye(8, dtype=np.float32)[0]

    def space(extractor: str, ids: Sequence[str]) -> tuple[Array, Array] | None:
        held = np.tile(own, (len(ids), 1)), np.zeros(8, np.float32)
        return held if extractor == "keyframes" else None

    def moments(_item: str, _extractor: str) -> list[Moment]:
        return [Moment(start=n, end=n, vector=own, image=picture) for n in range(5)]

    def pairs_of(*numbers: tuple[str, int | None, int | None]) -> set[str]:
        told = [
            item(name, kind=Kind.EPISODE, series=series, season=season, episode=episode)
            for name, (series, season, episode) in zip("abc", numbers, strict=False)
        ]
        same = pairs(told, space=space, moments=moments, apart=set())
        return {pair.one + pair.other for pair in same}

    assert pairs_of(("Dark", 1, 1), ("dark", 1, 2), ("Dark", 2, 1)) == set()
    assert pairs_of(("Dark", 1, 1), ("Dark", 1, 1)) == {"ab"}
    assert pairs_of(("Dark", 1, 1), ("Lost", 1, 2)) == {"ab"}, "one may be named wrongly"
    assert pairs_of(("Dark", 1, 1), ("Dark", None, None)) == {"ab"}


def test_noise_changes_the_kind_of_sound_but_not_what_it_is() -> None:
    class Noisy(Sounds):
        def __call__(self, extractor: str, ids: Sequence[str]) -> tuple[Array, Array] | None:
            held = super().__call__(extractor, ids)
            if held is not None:
                for place, name in enumerate(ids):
                    held[0][place] = self._noisy(name, held[0][place])
            return held

        def moments(self, item: str, extractor: str) -> list[Moment]:
            return [
                replace(each, vector=self._noisy(item, each.vector))
                for each in super().moments(item, extractor)
                if each.vector is not None
            ]

        def _noisy(self, name: str, vector: Array) -> Array:
            other = unit(np.random.default_rng(ord(name)).standard_normal(200))
            return np.concatenate([other * np.sqrt(0.5), vector[200:]]).astype(np.float32)

    assert found([item(name) for name in "abc"], Noisy(a=1, b=1, c=2)) == {"ab"}


@pytest.mark.parametrize(("alike", "same"), [(0.92, True), (0.8, False)])
def test_what_one_voice_reads_sounds_much_alike_but_is_not_the_same(
    alike: float, same: bool
) -> None:
    first, second, kind = np.eye(392)[[200, 201, 0]]
    pitches = {"a": first, "b": alike * first + np.sqrt(1 - alike**2) * second}
    vectors = {name: unit(kind + own).astype(np.float32) for name, own in pitches.items()}

    def space(extractor: str, ids: Sequence[str]) -> tuple[Array, Array] | None:
        if extractor != "audio":
            return None
        return np.stack([vectors[name] for name in ids]), np.zeros(392, np.float32)

    def moments(name: str, extractor: str) -> list[Moment]:
        return [Moment(start=0, end=3, vector=vectors[name])]

    known = [item(name, kind=Kind.AUDIOBOOK) for name in "ab"]
    got = pairs(known, space=space, moments=moments, apart=set())
    assert [pair.alike for pair in got] == ([pytest.approx(alike, abs=1e-3)] if same else [])


def test_what_has_no_sound_takes_the_place_of_none_that_has() -> None:
    first, second, *_ = np.eye(392, dtype=np.float32)[200:]
    vectors = {"x": first, "y": unit(first + 0.3 * second)}

    def space(extractor: str, ids: Sequence[str]) -> tuple[Array, Array] | None:
        none = np.zeros(392, np.float32)
        held = np.stack([vectors.get(name, none) for name in ids])
        return (held, 0.1 * second) if extractor == "audio" else None

    def moments(name: str, extractor: str) -> list[Moment]:
        return [Moment(start=0, end=3, vector=vectors[name])] if name in vectors else []

    known = [item(name) for name in "abcdefghixy"]
    same = pairs(known, space=space, moments=moments, apart=set(), most=3)
    assert [(pair.one, pair.other) for pair in same] == [("x", "y")]


def test_a_library_that_is_being_made_anew_is_looked_through_as_far_as_it_is() -> None:
    class Half(Sounds):
        def moments(self, item: str, extractor: str) -> list[Moment]:
            old = super().moments(item, extractor)
            return [replace(each, vector=np.ones(200, np.float32)) for each in old]

    named = [item(name, title="The Sea", artist="Anna") for name in "ab"]
    assert found([*named, item("c"), item("d")], Half(a=1, b=2, c=3, d=3)) == {"ab"}


def test_a_copy_is_found_behind_others_that_are_nearer_as_a_whole() -> None:
    """Grain moves the vector of a video: others of its theme are nearer, but not the same."""
    random = np.random.default_rng(2)
    base, away = unit(random.standard_normal((2, 392)).astype(np.float32))
    wholes = {f"{n:02}": unit(base + 0.02 * random.standard_normal(392)) for n in range(12)}
    wholes |= {"copy": unit(base + 0.5 * away), "orig": base}
    wholes |= {f"x{n}": unit(random.standard_normal(392)) for n in range(30)}
    own = {name: unit(random.standard_normal(392)) for name in wholes}
    own["copy"] = own["orig"]
    middle = np.mean(list(wholes.values()), axis=0)

    def space(extractor: str, ids: Sequence[str]) -> tuple[Array, Array] | None:
        if extractor != "audio":
            return None
        return np.stack([wholes[name] for name in ids]).astype(np.float32), middle

    def moments(name: str, extractor: str) -> list[Moment]:
        return [Moment(start=0, end=3, vector=own[name])]

    known = [item(name) for name in ("orig", *(name for name in wholes if name != "orig"))]
    same = pairs(known, space=space, moments=moments, apart=set())
    assert [{pair.one, pair.other} for pair in same] == [{"orig", "copy"}]


class Films:
    """Films of pictures; what one sees in them is as unlike as their pictures are."""

    def __init__(self, **films: Sequence[tuple[float, Array]]) -> None:
        self._films = films
        self._common = unit(np.ones(48, np.float32))

    def __call__(self, extractor: str, ids: Sequence[str]) -> tuple[Array, Array] | None:
        if extractor != "keyframes":
            return None
        return np.tile(self._common, (len(ids), 1)), np.zeros(48, np.float32)

    def moments(self, item: str, extractor: str) -> list[Moment]:
        if extractor != "keyframes":
            return []
        return [
            Moment(start=second, end=second + 1, image=jpeg(shown), vector=seen(shown))
            for second, shown in self._films[item]
        ]

    def found(self) -> list[Pair]:
        known = [item(name, kind=Kind.FILM, duration=5000.0) for name in sorted(self._films)]
        return pairs(known, space=self, moments=self.moments, apart=set())


def seen(picture: Array) -> Array:
    """Give what stands in for a network's vector of a picture."""
    cells = picture[: picture.shape[0] // 6 * 6].reshape(6, -1, 8, 40, 3).mean(axis=(1, 3, 4))
    vector: Array = unit(cells.ravel() - cells.mean()).astype(np.float32)
    return vector


def picture(seed: int, height: int = 180) -> Array:
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    whole: Array = coarse.repeat(30, 0).repeat(40, 1)[:height]
    return whole


def barred(inside: Array) -> Array:
    """Put black bars above and below a picture."""
    bar = np.zeros((36, inside.shape[1], 3), np.uint8)
    return np.concatenate([bar, inside, bar])


@pytest.mark.parametrize(
    ("agreeing", "of", "same"),
    [
        (16, 16, True),
        (4, 16, True),
        (3, 16, False),
        (6, 24, True),
        (5, 24, False),
        (3, 8, False),
    ],
)
def test_a_film_is_known_by_a_quarter_of_its_pictures(agreeing: int, of: int, same: bool) -> None:
    """Two encodings have other key frames."""
    one = [(300.0 * n, picture(n)) for n in range(of)]
    alike = {round(n) for n in np.linspace(0, of - 1, agreeing)}
    other = [(300.0 * n + 2.5, picture(n if n in alike else 100 + n)) for n in range(of)]
    late = [(300.0 * n + 100, picture(n)) for n in range(of)]
    films = Films(a=one, b=other, c=late)
    assert [{pair.one, pair.other} for pair in films.found()] == ([{"a", "b"}] if same else [])
    assert all(0.9 < pair.alike <= 1 for pair in films.found())


def test_episodes_that_begin_and_end_alike_are_not_the_same() -> None:
    shared = {0, 1, 2, 11, 12, 13}
    one = [(18.0 * n, picture(n)) for n in range(14)]
    other = [(18.0 * n, picture(n if n in shared else 100 + n)) for n in range(14)]
    assert Films(a=one, b=other).found() == []


def test_black_bars_make_nothing_alike_and_hide_no_copy() -> None:
    whole = [(300.0 * n, picture(n, 108)) for n in range(8)]
    copy = [(second, barred(shown)) for second, shown in whole]
    dark = [(300.0 * n, barred(picture(50 + n, 108) // 3)) for n in range(8)]
    darker = [(300.0 * n, barred(picture(80 + n, 108) // 3)) for n in range(8)]
    found = Films(a=whole, b=copy, c=dark, d=darker).found()
    assert [{pair.one, pair.other} for pair in found] == [{"a", "b"}]


def test_pairs_that_share_an_item_stand_together() -> None:
    made = [Pair(one=a, other=b, alike=1, why="") for a, b in ("ab", "cd", "be", "de", "xy")]
    together = [
        {name for pair in group for name in (pair.one, pair.other)} for group in groups(made)
    ]
    assert together == [set("abcde"), set("xy")]


@pytest.mark.parametrize(
    ("better", "why"),
    [
        ({"gone": False, "height": 10}, "gone"),
        ({"height": 1080}, "1080 lines instead of 720"),
        ({"lossless": True, "rate": 1.0}, "lossless"),
        ({"rate": 4000.0}, "32 kbit/s instead of 8"),
    ],
)
def test_the_better_file_comes_first(better: dict[str, object], why: str) -> None:
    usual: dict[str, object] = {"height": 720, "gone": "gone" in better}
    ordered, said = better_first([item("a", **usual), item("b", **(usual | better))])
    assert [one.id for one in ordered] == ["b", "a"]
    assert why in said
    assert better_first([item("a"), item("b")])[1] == ""


def test_names_are_compared_without_what_people_write_differently() -> None:
    assert plain("The Sea – Pt. 2") == plain("the sea, pt 2") == "theseapt2"
    assert plain("海 と") == "海と"
