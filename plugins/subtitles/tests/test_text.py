"""The text extractor on titles, descriptions and the lyrics of real songs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import library_factory
import mutagen.id3
import mutagen.mp4
import numpy as np
import pytest
from media_factory import song
from mutagen.flac import FLAC
from mutagen.oggopus import OggOpus

from mediadesk.api import SURE, Item, Kind, Run, Sample, Skip, UnreadableError, unit
from mediadesk.engine import inside
from mediadesk.extract.batch import checked
from mediadesk.extract.understanding import derive
from mediadesk.media import GuardedMedia
from mediadesk.models import Models
from mediadesk.understand import FEATURE
from mediadesk_subtitles import Text
from mediadesk_subtitles.titles import has_words

text, media = Text(), GuardedMedia()
WORDS = "[Chorus]\nThe river runs down to the sea\n♪ and carries me home ♪\n\nRain on the water"
LRC = (
    "[ar:Somebody]\n[offset:+500]\n[00:10.50][00:40.50]The river runs down to the sea\n"
    "[00:15.00]<00:15.20>and carries me home\n[01:20]雨落在水面上\n[01:20]Rain on the water\n"
    "[99:99:99\nno time\n"
)
SUNG = "The river runs down to the sea and carries me home Rain on the water"
ITEM = Item(
    id="x",
    kind=Kind.SONG,
    title="Moonlight Sonata",
    path=None,
    artist="Ludwig van Beethoven",
    genres=("Classical", "Piano"),
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    models = Models(library_factory.models(tmp_path_factory.getbasetemp()))
    yield models.runner(text.model)
    models.close()


def test_what_is_known_in_words_becomes_one_text(run: Run) -> None:
    sample = text.prepare(ITEM, media)
    assert sample.texts == ("Moonlight Sonata. Ludwig van Beethoven. Classical, Piano",)
    scrambled = text.prepare(replace(ITEM, title="9f86d081884c"), media)
    assert scrambled.texts == ("Ludwig van Beethoven. Classical, Piano",)
    for feature in text.encode([sample, scrambled], run):
        assert feature.summary is not None
        assert feature.summary.shape == (512,)
        assert feature.moments == ()


def test_a_series_is_told_unless_the_title_does() -> None:
    item = Item(id="x", kind=Kind.EPISODE, title="The Dock", path=None, series="Harbour")
    assert text.prepare(item, media).texts == ("The Dock. Harbour",)
    titled = replace(item, title="Harbour S01E02 The Dock")
    assert text.prepare(titled, media).texts == ("Harbour S01E02 The Dock",)


def test_keywords_are_words_but_not_without_end() -> None:
    words = tuple(f"word {n}" for n in range(200))
    item = replace(ITEM, artist="", genres=("Crime",), keywords=("bank", "Paris"))
    assert text.prepare(item, media).texts == ("Moonlight Sonata. Crime. bank, Paris",)
    plot = replace(ITEM, keywords=words, description="They rob a bank.")
    assert text.prepare(plot, media).texts[0].endswith("word 19. They rob a bank.")


def test_a_long_description_is_read_on_in_further_texts(run: Run) -> None:
    plot = " ".join(f"In chapter {n} the ship sails on." for n in range(200))
    sample = text.prepare(replace(ITEM, kind=Kind.FILM, description=plot), media)
    assert len(sample.texts) == 5
    assert all(len(each) <= 500 for each in sample.texts)
    (feature,) = text.encode([sample], run)
    assert feature.summary is not None
    assert np.linalg.norm(feature.summary) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".opus", ".m4a"])
def test_the_lyrics_in_the_tags_of_a_song_are_read(tmp_path: Path, suffix: str) -> None:
    path = with_lyrics(song(tmp_path / f"song{suffix}", seconds=1), WORDS)
    sample = text.prepare(replace(ITEM, path=path), media)
    assert sample.texts[1:] == (SUNG,)
    assert sample.times == ()
    assert sample.data["lyric_passages"] == 1


def test_lyrics_with_times_become_moments(tmp_path: Path, run: Run) -> None:
    beside = tmp_path / "song.lrc"
    beside.write_bytes(LRC.encode("utf-16"))
    inside = with_lyrics(song(tmp_path / "inside.mp3", seconds=1), LRC)
    mute = Item(id="y", kind=Kind.SONG, title="Track 01", path=inside)
    for item in (replace(ITEM, sidecars=(beside,)), mute):
        (feature,) = text.encode([text.prepare(item, media)], run)
        assert [(each.start, each.end, each.text) for each in feature.moments] == [
            (10.0, 24.5, "The river runs down to the sea and carries me home"),
            (40.0, 50.0, "The river runs down to the sea"),
            (79.5, 89.5, "雨落在水面上 Rain on the water"),
        ]
        for moment in feature.moments:
            assert moment.vector is not None
            assert feature.summary is not None
            assert moment.vector @ feature.summary > 0.2


def test_lyrics_draw_a_song_near_to_what_it_is_about(tmp_path: Path, run: Run) -> None:
    path = with_lyrics(song(tmp_path / "song.flac", seconds=1), WORDS)
    plain, sung = text.encode(
        [text.prepare(ITEM, media), text.prepare(replace(ITEM, path=path), media)], run
    )
    about = run({"text": np.array(["水和河流的歌"], dtype=object)})["embedding"][0]
    assert plain.summary is not None
    assert sung.summary is not None
    assert sung.summary @ about > plain.summary @ about + 0.05
    assert sung.summary @ plain.summary > 0.6
    assert sung.data["language"] == "en"


def test_a_language_that_is_hard_to_tell_is_no_fact(tmp_path: Path, run: Run) -> None:
    known = [
        told_by(tmp_path / f"{name}.mp3", words, run)
        for name, words in (("few", "La la la"), ("more", WORDS), ("chinese", "雨落在水面上"))
    ]
    few, more, chinese = (next(iter(each.values())) for each in known)
    assert few < SURE < more <= 1
    assert list(known[2]) == ["zh"]
    assert 0.99 < chinese <= 1


def told_by(path: Path, words: str, run: Run) -> dict[str, float]:
    """Give what the item page tells of the languages of a song with these lyrics."""
    item = replace(ITEM, path=with_lyrics(song(path, seconds=1), words))
    (feature,) = checked("text", text.encode([text.prepare(item, media)], run), 1)
    known = {"text": feature}
    return inside.languages(known | {FEATURE: derive(known, {}, item)})


def test_what_can_not_be_read_leaves_the_title(tmp_path: Path) -> None:
    broken = tmp_path / "song.lrc"
    broken.write_bytes(bytes(range(256)) * 4)
    cut = song(tmp_path / "cut.mp3", seconds=1)
    cut.write_bytes(b"\0" * 500)
    sample = text.prepare(replace(ITEM, path=cut, sidecars=(broken,)), media)
    assert len(sample.texts) == 1
    assert "song.lrc" in sample.problem


def test_a_song_that_went_away_is_read_when_it_is_back(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        text.prepare(replace(ITEM, path=tmp_path / "gone.mp3"), media)


@pytest.mark.parametrize(
    "title",
    [
        "9f86d081884c7d65",
        "20190713_141503",
        "IMG_2041",
        "VID-0012",
        "Track 03",
        "deadbeef",
        "",
        "—",
    ],
)
def test_titles_that_say_nothing_are_skipped(title: str) -> None:
    assert not has_words(title)
    with pytest.raises(Skip):
        text.prepare(Item(id="x", kind=Kind.CLIP, title=title, path=None), media)


@pytest.mark.parametrize("title", ["Blade Runner 2049", "大闹天宫", "Amélie", "Track and field"])
def test_titles_that_say_something_are_kept(title: str) -> None:
    assert has_words(title)


def with_lyrics(path: Path, words: str) -> Path:
    """Write lyrics into the tags of a song, as players do."""
    match path.suffix:
        case ".mp3":
            tags = mutagen.id3.ID3(path)
            tags.add(mutagen.id3.USLT(encoding=3, lang="eng", desc="", text=words))
            tags.save(path)
        case ".m4a":
            atoms = mutagen.mp4.MP4(path)
            atoms["\xa9lyr"] = [words]
            atoms.save()
        case ending:
            comments = {".flac": FLAC, ".opus": OggOpus}[ending](path)
            comments["LYRICS" if ending == ".flac" else "UNSYNCEDLYRICS"] = words
            comments.save()
    return path


def test_what_is_said_in_short_counts_as_much_as_all_the_rest(run: Run) -> None:
    texts = ("A film about trees", *(f"The {word} sails." for word in ("ship", "boat", "raft")))
    (feature,) = text.encode([Sample(texts=texts)], run)
    vectors = run({"text": np.array(texts, dtype=object)})["embedding"]
    rest = unit(vectors[1:].mean(axis=0))
    assert feature.summary is not None
    assert feature.summary @ vectors[0] == pytest.approx(feature.summary @ rest, abs=1e-3)
