"""Who made a file and where, as NFO files, tags and cameras tell it."""

from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st
from media_factory import clip, song

from mediadesk.library import metadata, nfo, people, tags
from mediadesk.library.probe import probe

_FILM = """<movie><title>Amélie</title>
<actor><name>Audrey Tautou</name><role>Amélie</role></actor><actor><name> Rufus </name></actor>
<actor><role>nobody</role></actor>
<director>Jean-Pierre Jeunet</director><credits>Guillaume Laurant / Jean-Pierre Jeunet</credits>
<country>France</country><country>Germany</country><studio>Canal+</studio>
<set><name>Paris</name></set></movie>"""


def test_a_film_names_its_people_places_and_studio_in_the_order_of_billing() -> None:
    read = nfo.parse(_FILM.encode())
    assert read.credits == {
        "director": ("Jean-Pierre Jeunet",),
        "writer": ("Guillaume Laurant", "Jean-Pierre Jeunet"),
        "actor": ("Audrey Tautou", "Rufus"),
        "studio": ("Canal+",),
        "country": ("France", "Germany"),
    }
    again = nfo.parse(nfo.written(_FILM.encode(), nfo.Nfo(title="Amelie")))
    assert again.credits == read.credits, "writing leaves them as they are"


def test_an_episode_has_its_guests_before_the_people_of_its_series(tmp_path: Path) -> None:
    (tmp_path / "tvshow.nfo").write_text(
        "<tvshow><title>Sea</title><actor><name>Ann</name></actor><studio>S</studio></tvshow>"
    )
    episode = tmp_path / "Sea S01E02.mkv"
    episode.with_suffix(".nfo").write_text(
        "<episodedetails><title>Pilot</title><director>Cy</director>"
        "<actor><name>Guest</name></actor><actor><name>Ann</name></actor></episodedetails>"
    )
    said = metadata.gather(episode, {}, video=True, seconds=0)["sidecar"]["credits"]
    assert said == {"director": ("Cy",), "actor": ("Guest", "Ann"), "studio": ("S",)}


def test_the_tags_of_a_song_tell_who_composed_it_and_who_plays_together(tmp_path: Path) -> None:
    for ending in (".mp3", ".flac", ".m4a"):
        path = song(tmp_path / f"a{ending}", seconds=0.2)
        assert "credits" not in tags.read(path)
        opened = tags._opener()(path)
        opened.performers = ["Ann", "Ben"]
        opened.composers = ["Clara Schumann", "Clara Schumann"]
        opened.label = "Wergo"
        opened.save()
        assert tags.read(path)["credits"] == {
            "performer": ("Ann", "Ben"), "composer": ("Clara Schumann",), "label": ("Wergo",)
        }, ending  # fmt: skip


def test_a_camera_tells_where_a_video_was_taken(tmp_path: Path) -> None:
    whole = clip(tmp_path / "a.mp4", seconds=1)
    path = tmp_path / "b.mp4"
    with av.open(whole) as read, av.open(path, "w") as made:
        made.metadata["location"] = "+27.5916+086.5640+8850/"
        made.metadata["composer"] = "Ann"
        streams = {stream: made.add_stream_from_template(stream) for stream in read.streams}
        for packet in read.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream]
                made.mux(packet)
    with av.open(path) as container:
        tagged = probe(container, video=True).tags
    said = metadata.gather(path, tagged, video=True, seconds=1)["embedded"]["credits"]
    assert said == {"composer": ("Ann",), "location": ("27.59° N, 86.56° E",)}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("-33.8568+151.2153/", "33.86° S, 151.22° E"),
        ("+40.6892-074.0445+010.000/", "40.69° N, 74.04° W"),
        ("+00.0000+000.0000/", ""),
        ("+99.0000+000.0000/", ""),
        ("  Lisbon ", "Lisbon"),
        ("", ""),
    ],
)
def test_a_point_on_the_map_is_named_by_its_degrees(text: str, place: str) -> None:
    assert people.where(text) == place


@given(st.dictionaries(st.sampled_from(["director", "actor", "location", "x"]), st.text()))
def test_whatever_stands_in_tags_gives_short_names_in_one_line(tagged: dict[str, str]) -> None:
    for names in people.of_tags(tagged).values():
        assert 0 < len(names) <= 50
        for name in names:
            assert 0 < len(name) <= 200
            assert name == " ".join(name.split())
