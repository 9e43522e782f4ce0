"""Reads the lines of text in a picture, by the detection and recognition of PaddleOCR."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.api import Array
from mediadesk_ocr.languages import is_wide

if TYPE_CHECKING:
    from rapidocr import RapidOCR

_LONGEST_SIDE = 960  # pixels in which lines are looked for: enough for the smallest that is legible
_SURE = 0.75  # what is no text gets less
_FEWEST = 3  # letters of a line; one of Chinese, Japanese or Korean says as much as two
_NO_SPACE = re.compile(r"(?<=[a-zÀ-ɏ][,;!?])(?=[A-Za-zÀ-ɏ])")  # often overlooked after a comma


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text as it was read, `score` of 0..1, and its middle in shares of the picture.

    `height` is a share of the picture's, too.
    """

    text: str
    score: float
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The lines of one picture, of which the share `top` from above was left out."""

    top: float
    lines: tuple[Line, ...]


def page(picture: Array, *, top: float = 0.0) -> Page:
    """Read uint8 [h, w, 3] RGB from the share `top` of its height on.

    What has no letter at all, such as clocks, scores and dates, is left out, and so is what is cut
    by the upper edge.
    """
    height, width = picture.shape[:2]
    begin = int(top * height)
    found = _engine()(np.ascontiguousarray(picture[begin:, :, ::-1]))
    if not found.txts:
        return Page(top=top, lines=())
    boxes = np.asarray(found.boxes, dtype=float)
    read = []
    for text, score, box in zip(found.txts, found.scores, boxes, strict=True):
        (left, upper), (right, lower) = box.min(axis=0), box.max(axis=0)
        if score >= _SURE and (begin == 0 or upper > 1) and is_text(text):
            read.append(
                Line(
                    text=_NO_SPACE.sub(" ", " ".join(text.split())),
                    score=float(score),
                    x=float(left + right) / 2 / width,
                    y=(begin + float(upper + lower) / 2) / height,
                    height=float(lower - upper) / height,
                )
            )
    return Page(top=top, lines=tuple(read))


def is_text(text: str) -> bool:
    """Tell whether a line can say anything: it has letters, and more than one or two of them."""
    return sum(1 + is_wide(sign) for sign in text if sign.isalpha()) >= _FEWEST


@cache
def _engine() -> RapidOCR:
    """Load the models that rapidocr brings; for this process alone, and on one core."""
    import cv2
    from rapidocr import RapidOCR

    cv2.setNumThreads(1)
    runtime = "EngineConfig.onnxruntime"
    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.text_score": _SURE,
            "Global.use_cls": False,  # nothing is upside down: pictures are turned before
            "Det.limit_type": "max",  # by default the short side is made at least 736: 20 × dearer
            "Det.limit_side_len": _LONGEST_SIDE,
            f"{runtime}.intra_op_num_threads": 1,
            f"{runtime}.inter_op_num_threads": 1,
        }
    )
