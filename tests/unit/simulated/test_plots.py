from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from simulated.measuring import Measured
from simulated.people import GROUP, NAMES
from simulated.plots import draw

PANEL = Measured(
    day=1, who="", ndcg=0.5, ranking=0.6, popularity=0.4, chance=0.3, left=0.9, whole=0.7,
    tried=0.1, long_tail=0.2, floor=0.2, untouched=0.8, shown=0.5, played=0.1, wrong=0,
)  # fmt: skip


@pytest.mark.usefixtures("qapp")
def test_all_four_plots_are_drawn(tmp_path: Path) -> None:
    runs = [
        [
            replace(PANEL, day=day, who=who, ndcg=0.4 + 0.1 * run)
            for day in range(1, 8)
            for who in ([GROUP] if day == 6 else NAMES)
        ]
        for run in range(3)
    ]
    draw(runs, tmp_path / "month.png")
    picture = QImage(str(tmp_path / "month.png"))
    assert (picture.width(), picture.height()) == (1440, 900)
    for left in (0, 720):
        for top in (0, 450):
            part = picture.copy(left, top, 720, 450)
            colours = {part.pixel(x, y) for x in range(0, 720, 3) for y in range(0, 450, 3)}
            assert len(colours) > 20
