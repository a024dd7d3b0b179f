"""Writes the golden references: pictures that this file draws and the model inputs that they give today.

Usage: python tests/golden/make.py [FOLDER]

A change that moves a pixel makes the tests fail that compare with them. If it is meant, raise
PREPROCESSING_VERSION in spec.py, train again, and run this.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np

from inkdigits import spec
from inkdigits.normalize import normalize_digit
from inkdigits.prepare import digit_inputs

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


def references() -> dict[str, np.ndarray]:
    """Returns all sources and what they give, by name."""
    out: dict[str, np.ndarray] = {"version": np.array(spec.PREPROCESSING_VERSION)}
    for name, (source, squeeze) in inks().items():
        out[f"normalize/{name}/source"] = source
        out[f"normalize/{name}/squeeze"] = np.array(squeeze)
        out[f"normalize/{name}/expected"] = normalize_digit(source, squeeze)
    for name, drawn in pictures().items():
        picture = np.clip(np.rint(drawn), 0, 255).astype(np.uint8)
        out[f"prepare/{name}/source"] = picture
        out[f"prepare/{name}/expected"] = digit_inputs(picture)[0].image
    return out


def main() -> None:
    """Writes the references into a folder, by default the one of this file."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    np.savez_compressed(folder / NAME, **references())


if __name__ == "__main__":
    main()
