"""Papers: plain, lined, squared, and what ages them; all of it drawn before anybody writes."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.training.draw.scenes.grain import noise_tile
from inkdigits.training.draw.scenes.pens import paper_colour, ruling_ink
from inkdigits.training.draw.scenes.sheet import Colour, Pen, Sheet

__all__ = ["Ruled", "new_sheet", "rule", "shine_through"]


@dataclass(frozen=True, slots=True)
class Ruled:
    """How paper is ruled.

    Attributes:
        pitch: pixels from line to line; None on plain paper.
        first: row of the first line.
        side: pixels from one upright line to the next; None where there are none.
    """

    pitch: float | None = None
    first: float = 0.0
    side: float | None = None


def new_sheet(
    height: float, width: float, digit: float, rng: np.random.Generator, *, colour: Colour | None = None
) -> Sheet:
    """Returns an empty sheet, its paper a little uneven."""
    sheet = Sheet(max(8, round(height)), max(8, round(width)), digit, colour or paper_colour(rng))
    if rng.random() < 0.4:
        strength = rng.uniform(0.5, 5)
        small = noise_tile(3)[: max(2, sheet.height // 40 + 2), : max(2, sheet.width // 40 + 2)]
        small = np.roll(small, int(rng.integers(512)), axis=0) * np.float32(strength)
        clouds = cv2.resize(small, (sheet.width, sheet.height), interpolation=cv2.INTER_CUBIC)
        changed = cv2.add(sheet.picture, cv2.merge([clouds] * 3), dtype=cv2.CV_8U)
        sheet.picture[:] = np.asarray(changed, np.uint8)
    return sheet


def rule(sheet: Sheet, rng: np.random.Generator, *, kind: str | None = None) -> Ruled:
    """Rules a sheet: "plain", "lined" or "squared" paper, or any.

    Returns:
        How it is ruled; who writes keeps to it, or not.
    """
    kind = kind or str(rng.choice(("plain", "lined", "squared"), p=(0.4, 0.35, 0.25)))
    digit, pen = sheet.digit, ruling_ink(rng)
    thick = float(np.exp(rng.uniform(np.log(0.5), np.log(max(1.0, digit / 20)))))
    tilt = rng.normal(0, 0.003)
    if kind == "lined":
        pitch = digit * float(np.exp(rng.uniform(np.log(1.25), np.log(2.6))))
        first = rng.uniform(0.3, 1.5) * pitch
        for y in np.arange(first, sheet.height, pitch):
            sheet.line((0, y), (sheet.width, y + tilt * sheet.width), pen, thick)
        if rng.random() < 0.3:
            x = rng.choice((rng.uniform(0.02, 0.15), rng.uniform(0.9, 0.98))) * sheet.width
            margin = Pen((215, 80, 90), rng.uniform(0.4, 0.9)) if rng.random() < 0.7 else pen
            sheet.line((x, 0), (x - tilt * sheet.height, sheet.height), margin, thick)
        return Ruled(pitch, first)
    if kind == "squared":
        side = digit * float(np.exp(rng.uniform(np.log(0.4), np.log(1.7))))
        first, left = rng.uniform(0, side, 2)
        for y in np.arange(first, sheet.height, side):
            sheet.line((0, y), (sheet.width, y + tilt * sheet.width), pen, thick)
        for x in np.arange(left, sheet.width, side):
            sheet.line((x, 0), (x - tilt * sheet.height, sheet.height), pen, thick)
        rows = max(1, round(rng.uniform(1.4, 2.4) * digit / side))
        return Ruled(rows * side, first, side)
    return Ruled()


def shine_through(sheet: Sheet, rng: np.random.Generator) -> None:
    """Lets the ink of the sheet's other side shine through: call it before anything is written.

    What shines through is the sheet's own picture of an earlier state, mirrored; so it is called once the
    other side is drawn upon the sheet.
    """
    back = sheet.picture[:, ::-1]
    blurred = cv2.GaussianBlur(np.ascontiguousarray(back), (0, 0), max(0.6, 0.04 * sheet.digit))
    paper = np.median(sheet.picture.reshape(-1, 3)[::97], axis=0)
    share = rng.uniform(0.05, 0.35)
    faint = paper + (np.asarray(blurred, np.float32) - paper) * np.float32(share)
    sheet.picture[:] = faint
    sheet.marks.clear()
    sheet.numbers = 0
