"""Writes the golden references: pictures that this file draws and the model inputs that they give today.

Usage: python tests/golden/make.py [FOLDER]

A change that moves a pixel makes the tests fail that compare with them. If it is meant, raise
PREPROCESSING in spec.py, train again, and run this.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np

from inkdigits import spec
from inkdigits.recognition.normalize import normalize_digit
from inkdigits.recognition.prepare import digit_inputs, number_inputs, page_inputs

NAME = "references.npz"

# Points (x, y) of the strokes, in a box of 1 x 1.
TWO = [[(0.1, 0.25), (0.3, 0.02), (0.75, 0.05), (0.85, 0.3), (0.5, 0.65), (0.05, 0.97), (0.95, 0.95)]]
FOUR = [[(0.3, 0.0), (0.05, 0.6), (0.95, 0.6)], [(0.7, 0.15), (0.6, 1.0)]]
FIVE = [
    [(0.3, 0.05), (0.2, 0.45), (0.7, 0.45), (0.85, 0.75), (0.5, 0.98), (0.1, 0.9)],
    [(0.3, 0.05), (0.9, 0.0)],
]
SEVEN = [[(0.05, 0.05), (0.9, 0.0), (0.4, 1.0)]]
ONE = [[(0.55, 0.0), (0.45, 1.0)]]


def ink(
    strokes: list, height: int, width: int, thick: int, margin: int, *, strength: int = 255
) -> np.ndarray:
    """Returns strokes as ink: uint8 (H, W), 255 = ink."""
    out = np.zeros((height, width), np.uint8)
    scale = np.array((width - 1 - 2 * margin, height - 1 - 2 * margin))
    for stroke in strokes:
        points = np.rint((np.array(stroke) * scale + margin) * 16).astype(np.int32)
        cv2.polylines(out, [points], False, strength, thick, cv2.LINE_AA, 4)
    return out


def inks() -> dict[str, tuple[np.ndarray, float]]:
    """Returns what ``normalize_digit`` is asked: ink and squeeze by name."""
    small = ink(FIVE, 20, 14, 2, 1)
    mnist = np.zeros((28, 28), np.uint8)
    mnist[4:24, 7:21] = small
    return {
        "already in the convention": (mnist, 1.0),
        "large": (ink(SEVEN, 300, 240, 24, 40), 1.0),
        "pencil of one pixel": (ink(FOUR, 400, 300, 1, 30), 1.0),
        "narrow": (ink(ONE, 120, 60, 9, 12), 1.0),
        "wide": (ink(TWO, 50, 150, 8, 8), 1.0),
        "of ten pixels": (ink(FOUR, 10, 8, 1, 0), 1.0),
        "faint": (ink(TWO, 90, 70, 7, 8, strength=90), 1.0),
        "heavy on one side": (
            np.maximum(ink(ONE, 100, 100, 4, 10), np.tri(100, 100, -70, np.uint8) * 255),
            1.0,
        ),
        "stretched to a square": (ink(TWO, 28, 28, 3, 1), spec.SQUEEZE),
    }


def pictures() -> dict[str, np.ndarray]:
    """Returns what ``digit_inputs`` is asked: pictures by name."""
    rng = np.random.default_rng(1)
    white = 245 - 0.8 * ink(TWO, 80, 60, 6, 14)
    ruled = 240 - np.maximum(0.7 * ink(FIVE, 90, 80, 6, 18), 0)
    ruled[80:82] = 150
    down, across = np.mgrid[0:110, 0:90]
    lamp = (230 - 0.7 * ink(FOUR, 110, 90, 7, 20)) * (1 - 0.4 * down / 110 - 0.2 * across / 90)
    neighbours = ink(SEVEN, 90, 80, 6, 20)
    neighbours[:, :9], neighbours[:, -9:] = ink(TWO, 90, 60, 6, 18)[:, -22:-13], ink(ONE, 90, 9, 5, 3)
    blue = np.array((250, 225, 110)) - (ink(TWO, 100, 90, 8, 22) / 255)[..., None] * np.array((220, 165, -40))
    return {
        "dark on white": white,
        "on a ruling": ruled,
        "in a lamp's light with grain": lamp + rng.normal(0, 2, lamp.shape),
        "between neighbours": 235 - 0.75 * neighbours,
        "blue on yellow": blue,
        "chalk": 50 + 0.7 * ink(FIVE, 120, 100, 9, 24),
        "of ten pixels": 240 - 0.8 * ink(SEVEN, 12, 10, 1, 1),
        "in a large scan": 250 - 0.6 * ink(FOUR, 900, 800, 5, 300),
    }


def row(height: int, gap: int, *, climb: int = 0) -> np.ndarray:
    """Returns the number 254.71 as ink, each digit ``climb`` pixels above the one before."""
    digits = [ink(one, height, round(0.6 * height), 3, 2) for one in (TWO, FIVE, FOUR, SEVEN, ONE)]
    room = abs(climb) * len(digits)
    out = np.zeros((height + room, len(digits) * (digits[0].shape[1] + gap)), np.uint8)
    for index, digit in enumerate(digits):
        top = room - climb * index if climb > 0 else -climb * index
        left = index * (digit.shape[1] + gap)
        out[top : top + height, left : left + digit.shape[1]] = digit
        if index == 2:
            out[top + height - 5 : top + height - 1, left + digit.shape[1] : left + digit.shape[1] + 4] = 255
    return out


def numbers() -> dict[str, np.ndarray]:
    """Returns what ``number_inputs`` is asked: pictures by name."""
    plain = np.pad(row(24, 6), 12)
    height, width = plain.shape
    cell = 235 - 0.5 * plain
    cell[1:3], cell[-3:-1], cell[:, -4:-2] = 120, 120, 120
    ruled = 240 - 0.7 * plain
    for left in range(width):
        for top in (6 + left // 40, height - 12 + left // 40):
            ruled[top : top + 2, left] = 130
    return {
        "in a form cell": cell,
        "between leaning rulings": ruled,
        "faint with grain": 210 - 0.12 * plain + np.random.default_rng(2).normal(0, 2, plain.shape),
        "climbing": 240 - 0.8 * np.pad(row(24, 6, climb=7), 12),
        "chalk": 40 + 0.7 * plain,
        "of ten pixels": 240 - 0.8 * np.pad(row(10, 3), 4),
        "in a large scan": 250 - 0.6 * np.pad(np.kron(row(24, 6), np.ones((8, 8), np.uint8)), 90),
    }


def pages() -> dict[str, np.ndarray]:
    """Returns what ``page_inputs`` is asked: pictures by name."""
    page = np.zeros((500, 420), np.uint8)
    for index in range(5):
        number = row(26, 4)
        page[60 + 80 * index :, 60:][: number.shape[0], : number.shape[1]] = number
        page[60 + 80 * index + 28] = 150
    turn = cv2.getRotationMatrix2D((210, 250), 6, 1.0)
    turned = np.asarray(cv2.warpAffine(page, turn, (420, 500)))
    return {"ruled": 240 - 0.7 * page, "turned": 240 - 0.7 * turned}


def references() -> dict[str, np.ndarray]:
    """Returns all sources and what they give, by name."""
    out: dict[str, np.ndarray] = {
        f"version/{kind}": np.array(version) for kind, version in spec.PREPROCESSING.items()
    }
    for name, (source, squeeze) in inks().items():
        out[f"normalize/{name}/source"] = source
        out[f"normalize/{name}/squeeze"] = np.array(squeeze)
        out[f"normalize/{name}/expected"] = normalize_digit(source, squeeze)
    for name, drawn in pictures().items():
        picture = out[f"prepare/{name}/source"] = picture_of(drawn)
        out[f"prepare/{name}/expected"] = digit_inputs(picture)[0].image
    for name, drawn in numbers().items():
        picture = out[f"number/{name}/source"] = picture_of(drawn)
        out[f"number/{name}/expected"] = number_inputs(picture)[0].image
    for name, drawn in pages().items():
        picture = out[f"page/{name}/source"] = picture_of(drawn)
        out[f"page/{name}/expected"] = page_inputs(picture)[-1][0].image
    return out


def picture_of(drawn: np.ndarray) -> np.ndarray:
    """Returns grey levels as a picture holds them."""
    return np.clip(np.rint(drawn), 0, 255).astype(np.uint8)


def main() -> None:
    """Writes the references into a folder, by default the one of this file."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    np.savez_compressed(folder / NAME, **references())


if __name__ == "__main__":
    main()
