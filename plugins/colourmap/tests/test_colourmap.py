"""The colour map on colours and clips of which everybody knows what they look like."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from media_factory import clip, song

from mediadesk.api import Feature, PanelRequest, Section, Skip, UnreadableError, testing
from mediadesk.media import GuardedMedia
from mediadesk_colourmap import extractors, oklab, panels
from mediadesk_colourmap.colours import feature
from mediadesk_colourmap.frames import without_bars
from mediadesk_colourmap.names import NAMES, named
from mediadesk_colourmap.palette import dominant

if TYPE_CHECKING:
    from numpy.typing import NDArray

VIDEOS = Path(__file__).parents[4] / "shared/data/media/video"
needs_shared = pytest.mark.skipif(not VIDEOS.is_dir(), reason=f"needs the videos of {VIDEOS}")
PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
CHINESE = PROJECT["tool"]["mediadesk"]["plugin"]["translations"]["zh_CN"]
RED, BLUE, BLACK, WHITE = (200, 30, 30), (30, 60, 200), (0, 0, 0), (255, 255, 255)
TALL, WIDE = (180, 96), (90, 160)
hexes = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


def context(by: str = "hue", **translations: Mapping[str, str]) -> testing.Context:
    return testing.Context(settings={"pictures": 8, "map": by}, **translations)


def plain(colour: tuple[int, int, int], size: tuple[int, int] = WIDE) -> NDArray[Any]:
    return np.full((*size, 3), colour, np.uint8)


def film(path: Path, *pictures: NDArray[Any]) -> Path:
    """Show each picture for a second."""
    return testing.video(path, np.stack(pictures).repeat(10, axis=0))


def analyse(path: Path, duration: float = 0.0) -> Feature:
    (extractor,) = extractors(context())
    sample = extractor.prepare(testing.item(path=path, duration=duration), GuardedMedia())
    (found,) = extractor.encode([sample], testing.no_model)
    return found


def near(colour: str, rgb: tuple[int, int, int], *, within: float = 0.03) -> bool:
    wanted = oklab.from_rgb(np.array(rgb, np.uint8))
    return bool(np.linalg.norm(oklab.from_hex([colour])[0] - wanted) < within)


@pytest.mark.parametrize(
    ("colour", "lab"),
    [
        ("#ffffff", (1.0, 0.0, 0.0)),
        ("#000000", (0.0, 0.0, 0.0)),
        ("#ff0000", (0.62796, 0.22486, 0.12585)),
        ("#00ff00", (0.86644, -0.23389, 0.17950)),
        ("#0000ff", (0.45201, -0.03246, -0.31153)),
    ],
)
def test_oklab_has_its_published_values(colour: str, lab: tuple[float, ...]) -> None:
    assert oklab.from_hex([colour])[0] == pytest.approx(lab, abs=1e-4)


@given(hexes)
def test_a_colour_goes_to_oklab_and_back(colour: str) -> None:
    assert oklab.to_hex(oklab.from_hex([colour])[0]) == colour


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        *((colour, name) for name, colour in NAMES.items()),
        ("#ff0000", "red"),
        ("#00ff00", "green"),
        ("#0000ff", "blue"),
        ("#ffff00", "yellow"),
        ("#ffa500", "orange"),
        ("#ff00ff", "magenta"),
        ("#008080", "turquoise"),
        ("#101010", "black"),
        ("#85b6ec", "light blue"),
        ("#656059", "grey"),
        ("#415268", "dark grey"),
        ("#655a38", "brown"),
    ],
)
def test_a_colour_has_the_name_that_people_give_it(colour: str, name: str) -> None:
    assert named(oklab.from_hex([colour])) == [name]


def test_a_plain_picture_has_one_colour_and_halves_have_two() -> None:
    one = feature(plain(RED)[None]).data
    assert one["colours"] == [["#c81e1e", 1.0]]
    assert one["main"] == "#c81e1e"
    both = np.concatenate([plain(RED), plain(BLUE)], axis=1)[None]
    assert sorted(feature(both).data["colours"]) == [["#1e3cc8", 0.5], ["#c81e1e", 0.5]]


@given(arrays(np.uint8, st.tuples(*[st.integers(1, n) for n in (3, 27, 48)], st.just(3))))
@settings(max_examples=60, deadline=None)
def test_any_pictures_give_a_finite_unit_vector_and_colours_that_can_be_drawn(
    pixels: NDArray[Any],
) -> None:
    found = feature(without_bars(pixels))
    assert found.summary is not None
    assert found.summary.dtype == np.float32
    assert np.linalg.norm(found.summary) == pytest.approx(1, abs=1e-5)
    assert all(0.5 <= confidence <= 1 for confidence in found.tags.values())
    colours = [colour for colour, _ in found.data["colours"]]
    assert found.data["main"] in colours
    assert 1 <= len(colours) <= 6
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in colours)
    assert 0.9 <= sum(share for _, share in found.data["colours"]) <= 1.01
    assert 0 <= found.data["lightness"] <= 1.001
    assert -1 <= found.data["warmth"] <= 1
    assert found.data["hue"] is None or 0 <= found.data["hue"] < 360.1


def test_every_colour_of_the_screen_is_near_to_some_of_the_vector() -> None:
    ends = np.array(np.meshgrid(*[[0, 85, 170, 255]] * 3)).reshape(3, -1).T.astype(np.uint8)
    for one in ends:
        found = feature(np.broadcast_to(one, (1, 2, 2, 3)))
        assert found.summary is not None
        assert found.summary.max() > 0.3


def test_a_little_more_light_changes_little_and_another_colour_everything() -> None:
    red, lighter, blue = (
        feature(plain(colour)[None]).summary for colour in (RED, (210, 40, 40), BLUE)
    )
    assert red is not None
    assert lighter is not None
    assert blue is not None
    assert red @ lighter > 0.9
    assert red @ blue < 0.05


def test_the_same_pixels_give_the_same_colours() -> None:
    lab = oklab.from_rgb(np.random.default_rng(1).integers(0, 256, (5000, 3), dtype=np.uint8))
    first, again = dominant(lab), dominant(lab)
    assert np.array_equal(first[0], again[0])
    assert np.array_equal(first[1], again[1])


@pytest.mark.parametrize(
    ("colour", "tags"),
    [
        (BLACK, {"dark"}),
        (WHITE, {"bright", "black and white"}),
        ((128, 128, 128), {"black and white"}),
        (RED, {"colourful", "warm colours"}),
        (BLUE, {"colourful", "cold colours"}),
        ((40, 110, 40), {"colourful"}),
    ],
)
def test_a_plain_film_has_the_tags_that_it_should(
    tmp_path: Path, colour: tuple[int, int, int], tags: set[str]
) -> None:
    found = analyse(film(tmp_path / "plain.mp4", *[plain(colour)] * 3))
    assert near(found.data["main"], colour)
    assert set(found.tags) == tags


def test_shades_of_grey_are_black_and_white_even_if_tinted_and_one_flower_is_not() -> None:
    ramp = np.linspace(0, 255, 48)[None, None, :, None] * np.ones((2, 27, 48, 3))
    grey = ramp.astype(np.uint8)
    assert feature(grey).data["monochrome"]
    assert feature((ramp * (1, 0.94, 0.86)).astype(np.uint8)).data["monochrome"]
    grey[:, 5:15, 5:15] = (230, 40, 120)
    assert not feature(grey).data["monochrome"]
    assert not feature(plain(BLACK)[None]).data["monochrome"]


def test_the_main_colour_is_the_one_that_stands_out() -> None:
    picture = plain((110, 110, 110))
    picture[:30] = (120, 160, 50)
    data = feature(picture[None]).data
    assert data["colours"][0] == ["#6e6e6e", 0.667]
    assert data["main"] == "#78a032"


def test_black_bars_are_not_counted_and_a_lamp_in_the_night_is_no_film_within_bars(
    tmp_path: Path,
) -> None:
    wide = plain(BLUE)
    wide[:14] = wide[-14:] = 0
    assert len(analyse(film(tmp_path / "wide.mp4", *[wide] * 3)).data["colours"]) == 1
    night = plain(BLACK)
    night[40:48, 80:96] = WHITE
    assert analyse(film(tmp_path / "night.mp4", *[night] * 3)).data["lightness"] < 0.1


def test_all_of_an_upright_video_counts(tmp_path: Path) -> None:
    picture = plain(RED, TALL)
    picture[:90] = BLUE
    upper, lower, *_ = analyse(film(tmp_path / "up.mp4", picture)).data["colours"]
    assert [upper[1], lower[1]] == pytest.approx([0.5, 0.5], abs=0.05)


def test_pictures_come_from_all_over_a_video(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", *[plain(RED)] * 6, *[plain(BLUE)] * 6)
    shares = [share for _, share in analyse(path).data["colours"]]
    assert shares == pytest.approx([0.5, 0.5], abs=0.13)


def test_a_video_with_a_single_key_picture_is_looked_through(tmp_path: Path) -> None:
    pictures = np.stack([plain(RED)] * 15 + [plain(BLUE)] * 15)
    path = testing.video(tmp_path / "one.mp4", pictures, rate=10)
    whole = analyse(path).data["colours"]
    assert {near(colour, RED) or near(colour, BLUE) for colour, _ in whole} == {True}
    assert len(whole) == 2


def test_a_video_of_one_picture_has_its_colours(tmp_path: Path) -> None:
    path = testing.video(tmp_path / "one.mp4", plain(RED)[None])
    assert near(analyse(path).data["main"], RED)


def test_ten_bits_a_channel_are_read(tmp_path: Path) -> None:
    path = tmp_path / "deep.mkv"
    with av.open(path, "w") as container:
        stream = container.add_stream("ffv1", rate=10)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p10le"
        for n in range(5):
            frame = av.VideoFrame.from_ndarray(plain(RED), format="rgb24")
            frame.pts, frame.time_base = n, Fraction(1, 10)
            container.mux(stream.encode(frame.reformat(format="yuv420p10le")))
        container.mux(stream.encode())
    assert near(analyse(path).data["main"], RED)


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm"])
def test_every_container_is_read(tmp_path: Path, suffix: str) -> None:
    found = analyse(clip(tmp_path / f"clip{suffix}", seconds=12, size=(160, 90)))
    assert len(found.data["colours"]) > 1


def test_a_truncated_video_gives_what_is_there(tmp_path: Path) -> None:
    whole = clip(tmp_path / "whole.mkv", seconds=70, size=(160, 90), audio=False).read_bytes()
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole[: len(whole) // 2])
    assert analyse(cut).data["colours"]


def test_what_has_no_picture_is_skipped_and_what_is_damaged_is_told(tmp_path: Path) -> None:
    with pytest.raises(Skip):
        analyse(song(tmp_path / "song.flac"))
    (extractor,) = extractors(context())
    with pytest.raises(Skip):
        extractor.prepare(testing.item(path=None), GuardedMedia())
    damaged = tmp_path / "film.mp4"
    damaged.write_text("not a film")
    with pytest.raises(UnreadableError, match=r"film\.mp4"):
        analyse(damaged)


def test_another_number_of_pictures_has_all_looked_at_anew() -> None:
    (few,) = extractors(testing.Context(settings={"pictures": 4, "map": "hue"}))
    (many,) = extractors(testing.Context(settings={"pictures": 32, "map": "hue"}))
    assert few.version != many.version


@needs_shared
@pytest.mark.parametrize("path", sorted(VIDEOS.glob("*")), ids=lambda path: path.name)
def test_every_real_video_has_colours_and_only_chaplin_is_black_and_white(path: Path) -> None:
    found = analyse(path, duration=5.0)
    assert found.summary is not None
    assert np.linalg.norm(found.summary) == pytest.approx(1, abs=1e-5)
    assert found.data["monochrome"] == ("chaplin" in path.name)


# The page.


def library(*colours: tuple[int, int, int]) -> PanelRequest:
    """Films f0, f1, … in plain colours, and a song."""
    items = [testing.item(id=f"f{n}", title=f"Film {n}") for n in range(len(colours))]
    known = {f"f{n}": feature(plain(colour, (1, 1))[None]).data for n, colour in enumerate(colours)}
    items.append(testing.item(id="song", title="Song"))
    return PanelRequest(items=tuple(items), data={"colours": known}, language="en")


def view(request: PanelRequest, by: str = "hue") -> dict[str, Section]:
    (panel,) = panels(context(by))
    return {section.title: section for section in panel.view(request)}


def places(request: PanelRequest, by: str = "hue") -> list[tuple[float, float]]:
    return [(point.x, point.y) for point in view(request, by)[""].points]


RAINBOW = [(220, 40, 40), (240, 140, 30), (240, 220, 40), (50, 160, 50), (40, 90, 220)]


def test_hues_stand_in_the_order_of_the_rainbow_right_of_the_greys() -> None:
    across = [x for x, _ in places(library(BLACK, (120, 120, 120), *RAINBOW, (150, 60, 200)))]
    assert max(across[:2]) < 0.12
    assert across[2:] == sorted(across[2:])
    assert min(across[2:]) > 0.14
    assert across[-1] - across[2] > 0.5


def test_bright_ones_stand_above_dark_ones() -> None:
    up = [y for _, y in places(library(BLACK, (90, 20, 20), (180, 60, 60), WHITE))]
    assert up == sorted(up)
    assert (up[0], up[-1]) == (0.0, 1.0)


def test_by_warmth_blue_is_left_grey_in_the_middle_and_orange_right() -> None:
    across = [x for x, _ in places(library(BLUE, (120, 120, 120), (240, 140, 30)), "warmth")]
    assert across == pytest.approx([0.0, 0.5, 1.0], abs=0.01)


def test_dots_that_overlap_lie_in_the_same_order_however_files_were_read() -> None:
    asked = library((200, 30, 30), (201, 30, 30), (30, 30, 200))
    turned = replace(asked, items=tuple(reversed(asked.items)))
    (first, *_), (again, *_) = (view(each).values() for each in (asked, turned))
    assert first.points == again.points


@given(st.lists(hexes, min_size=1, max_size=30), st.sampled_from(["hue", "warmth"]))
@settings(deadline=None)
def test_every_colour_has_a_place_on_the_map(colours: list[str], by: str) -> None:
    rgb = [tuple(bytes.fromhex(colour[1:])) for colour in colours]
    for point in view(library(*rgb), by)[""].points:
        assert 0 <= point.x <= 1
        assert 0 <= point.y <= 1
        assert point.colour in colours


def test_the_ends_of_the_library_have_rows_and_what_is_not_analysed_has_no_place() -> None:
    page = view(library(BLACK, WHITE, RED, (128, 128, 128), (60, 90, 120)))
    assert page["Darkest"].items[0] == "f0"
    assert page["Brightest"].items[0] == "f1"
    assert page["Most colourful"].items[0] == "f2"
    assert page["Black and white"].items == ("f1", "f3")
    assert [point.item for point in page[""].points] == ["f0", "f1", "f2", "f3", "f4"]
    assert page[""].points[2].label == "Film 2: red"


def test_a_library_in_colours_has_no_row_of_black_and_white() -> None:
    assert "Black and white" not in view(library(RED, BLUE))


def test_a_library_without_colours_has_no_row_of_the_most_colourful() -> None:
    assert "Most colourful" not in view(library(WHITE, (120, 120, 120)))


def test_the_palette_names_what_share_of_the_library_each_colour_has() -> None:
    palette = view(library(RED, (205, 30, 30), BLUE, BLACK))["Palette of the library"]
    assert palette.columns == ("Colour", "Share", "Videos")
    assert palette.rows == (
        ("red", "50.0%", "2"),
        ("black", "25.0%", "1"),
        ("blue", "25.0%", "1"),
    )


def test_an_empty_library_says_what_to_do() -> None:
    (section,) = view(PanelRequest(items=(), data={"colours": {}}, language="en")).values()
    assert "add a folder" in section.text


def test_the_page_speaks_chinese() -> None:
    (panel,) = panels(context(translations=CHINESE))
    sections = panel.view(library(RED, WHITE))
    assert panel.title == "色彩地图"
    texts = [text for section in sections for text in (section.title, section.text)]
    texts += [point.label.replace("Film", "") for point in sections[0].points]
    texts += [sections[0].x_label, sections[0].y_label, *sections[-1].columns]
    texts += [row[0] for row in sections[-1].rows]
    assert not [text for text in texts if re.search("[a-z]", text)]


def test_every_colour_has_a_chinese_name_of_its_own() -> None:
    assert len({CHINESE[name] for name in NAMES}) == len(NAMES)
