"""The plugin that reads pictures, installed with all it needs as anybody's, over written clips."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import library_factory
import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPen

from mediadesk import settings
from mediadesk.api import UserError, testing
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import ItemPage
from mediadesk.host.package.pack import pack
from mediadesk.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

SOURCE = Path(__file__).parents[3] / "plugins/ocr"
WHEELS = Path(sys.prefix) / "wheels"
pytestmark = pytest.mark.skipif(
    not any(WHEELS.glob("rapidocr-*.whl")),
    reason=f"needs rapidocr and its libraries in “{WHEELS}”: packaging/test.sh puts them there",
)
Text = tuple[str, float, float, int]  # what, its middle in shares of the picture, its pixels
ENGLISH = (
    "The ship leaves the harbour at dawn.",
    "We sailed for nine days without wind.",
    "Then the storm came from the north.",
    "Welcome home, said the captain.",
)
CHINESE = (
    "清晨，船离开了港口。",
    "我们航行了九天，没有风。",
    "后来暴风雨从北方来了。",
    "欢迎回家，船长说。",
)


def drawn(picture: NDArray[np.uint8], texts: Sequence[Text]) -> NDArray[np.uint8]:
    """Write on a picture [h, w, 3] RGB, white with black edges, as subtitles are burned in."""
    height, width = picture.shape[:2]
    image = QImage(picture.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for text, x, y, pixels in texts:
        font = QFont("DejaVu Sans" if text.isascii() else "WenQuanYi Micro Hei")
        font.setPixelSize(pixels)
        path = QPainterPath()
        path.addText(0, 0, font, text)
        box: QRectF = path.boundingRect()
        path.translate(x * width - box.center().x(), y * height - box.center().y())
        painter.strokePath(path, QPen(QColor("black"), 4, Qt.PenStyle.SolidLine))
        painter.fillPath(path, QColor("white"))
    painter.end()
    pixels_of: Any = image.constBits()
    return np.array(pixels_of).reshape(height, width, 4)[..., 2::-1].copy()


def scene(seed: int) -> NDArray[np.uint8]:
    """Give a picture 640 × 360 of soft colours and grain, as behind subtitles."""
    random = np.random.default_rng(seed)
    coarse = random.uniform(30, 200, (5, 8, 3))
    wide = np.kron(coarse, np.ones((72, 80, 1)))
    blurred = sum(np.roll(wide, n, axis) for n in range(-24, 25, 6) for axis in (0, 1)) / 18
    return (blurred + random.normal(0, 6, wide.shape)).clip(0, 255).astype(np.uint8)


def video(path: Path, pictures: Sequence[NDArray[np.uint8]], *, seconds: int) -> Path:
    """Show each picture for so long, two frames a second."""
    return testing.video(path, np.stack(pictures).repeat(2 * seconds, axis=0), rate=2)


def subtitled(path: Path, lines: Sequence[Sequence[str]], *, logo: str = "") -> Path:
    """Write a video with these lines of subtitles, four seconds each, and a clock above."""
    pictures = []
    for n, own in enumerate(lines):
        texts = [(text, 0.5, 0.92 - 0.1 * m, 28) for m, text in enumerate(reversed(own))]
        corner = [(logo, 0.1, 0.08, 22), (f"12:0{n}:4{n}", 0.9, 0.08, 20)]
        pictures.append(drawn(scene(n), [*texts, *(each for each in corner if each[0])]))
    return video(path, pictures, seconds=4)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory, qapp: object) -> Path:
    folder = tmp_path_factory.mktemp("films")
    subtitled(folder / "Voyage.mp4", [[line] for line in ENGLISH], logo="LAKE TV")
    subtitled(folder / "Both.mkv", list(zip(CHINESE, ENGLISH, strict=True)))
    black = np.zeros((360, 640, 3), np.uint8)
    card = drawn(black, [("The Second Voyage", 0.5, 0.3, 40), ("第二次航行", 0.5, 0.45, 40)])
    sign = drawn(scene(9), [("Harbour Street", 0.5, 0.2, 30)])  # above where subtitles stand
    video(folder / "Cards.mp4", [*(scene(n) for n in range(7)), card, sign], seconds=20)
    video(folder / "Mute.mp4", [scene(n) for n in range(3)], seconds=2)
    subtitled(folder / "Told.mp4", [[line] for line in ENGLISH[:2]])
    library_factory.subtitles(folder / "Told.srt", "Somebody wrote this down.", "All of it.")
    whole = (folder / "Both.mkv").read_bytes()
    (folder / "Broken.mkv").write_bytes(whole[: len(whole) // 2])
    library_factory.rest(*folder.iterdir())
    return folder


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, films: Path) -> Iterator[Engine]:
    """An engine whose plugin has read the films; pictures and sound are left alone."""
    folder = tmp_path_factory.mktemp("reader")
    places = library_factory.places(folder / "data", tmp_path_factory.getbasetemp())
    settings.save(places.settings, Settings(disabled_plugins=("keyframes", "audio", "episodes")))
    opened = Engine(places)
    plan = opened.plan_plugin(str(pack(SOURCE, folder / "packed")), wheelhouse=str(WHEELS))
    assert [grant.permission for grant in plan.permissions] == ["read-media"]
    plugin = opened.install_plugin(plan.token)
    assert (plugin.state, plugin.problem) == ("ready", None)
    opened.set_plugin("ocr", {"pictures": 12})
    opened.add_folder(str(films))
    opened.analyze(wait=True)
    yield opened
    opened.close()


def page(engine: Engine, film: Path) -> ItemPage:
    return engine.item(str(film))


def job(page: ItemPage) -> tuple[str, str]:
    (own,) = (job for job in page.jobs if job.extractor == "ocr")
    return own.state, own.problem or ""


def test_burned_in_subtitles_are_read_once_each_without_the_logo_and_the_clock(
    engine: Engine, films: Path
) -> None:
    found = page(engine, films / "Voyage.mp4")
    assert job(found) == ("done", "")
    assert [passage.text for passage in found.passages] == list(ENGLISH)
    for n, passage in enumerate(found.passages):
        assert 4 * n <= passage.start < passage.end <= 4 * (n + 1)
    assert list(found.languages) == ["en"]


def test_two_languages_at_once_are_told_both(engine: Engine, films: Path) -> None:
    found = page(engine, films / "Both.mkv")
    both = [f"{first} {second}" for first, second in zip(CHINESE, ENGLISH, strict=True)]
    assert [passage.text for passage in found.passages] == both
    assert set(found.languages) == {"zh", "en"}


def test_what_is_read_is_understood_as_subtitles_are(engine: Engine, films: Path) -> None:
    found = page(engine, films / "Voyage.mp4")
    assert {quote.text for quote in found.summary} <= set(ENGLISH)
    assert len(found.summary) == 3
    assert "ships" in found.tags
    (nearest, *_) = found.similar
    assert nearest.title == "Both"
    assert {each.extractor for each in found.passages} == {"ocr"}


def test_a_title_card_is_read_wherever_it_stands_and_other_pictures_below_only(
    engine: Engine, films: Path
) -> None:
    (card,) = page(engine, films / "Cards.mp4").passages
    assert card.text == "The Second Voyage 第二次航行"
    assert 140 <= card.start < card.end <= 160


def test_videos_without_text_or_with_subtitles_are_skipped(engine: Engine, films: Path) -> None:
    mute, told = (page(engine, films / f"{name}.mp4") for name in ("Mute", "Told"))
    assert job(mute) == ("skipped", "nothing is written in its pictures")
    assert job(told) == ("skipped", "it has subtitles")
    assert {each.extractor for each in told.passages} == {"subtitles"}


def test_of_a_broken_video_the_rest_is_read_and_the_item_says_so(
    engine: Engine, films: Path
) -> None:
    found = page(engine, films / "Broken.mkv")
    state, problem = job(found)
    assert state == "done"
    assert "can't be decoded" in problem
    assert 1 <= len(found.passages) < len(ENGLISH)
    assert found.passages[0].text == f"{CHINESE[0]} {ENGLISH[0]}"


def test_without_its_libraries_it_is_not_installed(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="rapidocr"):
        engine.plan_plugin(str(pack(SOURCE, tmp_path)))


def test_it_keeps_within_its_limits_and_makes_no_fault(engine: Engine) -> None:
    plugin = engine.plugin("ocr")
    assert not plugin.faults
    assert 0 < plugin.peak_memory < 1024 << 20
