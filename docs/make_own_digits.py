"""Draws the two folders of docs/own_digits.md: 300 digits of one writer to learn from, 200 to measure on.

Usage: python docs/make_own_digits.py FOLDER
"""

import csv
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from inkdigits.training.draw.writer import Writer, write_character

SIDE, HEIGHT = 110, 60  # pixels; of a picture and of its digit
PAPER = 235
# (name, how many, seed)
FOLDERS = (("my_digits", 300, 7), ("later", 200, 8))
# A 7 with two bars, a 0 like a box, a 1 with a foot and a bar: the strokes as in pen_styles.py.
SEVEN = (
    ((0.0, 0.05), (1.0, 0.0), (1.0, 0.0), (0.4, 1.0)),
    ((0.15, 0.45), (0.95, 0.42)),
    ((0.1, 0.62), (0.9, 0.58)),
)
NOUGHT = (((0, 0), (0, 0), (1, 0), (1, 0), (1, 1), (1, 1), (0, 1), (0, 1), (0, 0)),)
ONE = ((0.1, 0.5), (0.5, 0.0), (0.5, 0.0), (0.5, 1.0)), ((0.0, 1.0), (1.0, 1.0)), ((0.2, 0.5), (0.8, 0.5))
OWN = {"7": (1, 0.7, SEVEN), "0": (1, 0.8, NOUGHT), "1": (1, 0.7, ONE)}


def draw(value: str, writer: Writer, rng: np.random.Generator) -> np.ndarray:
    """Returns a picture of one digit on grey paper, uint8 (110, 110)."""
    ink = write_character(value, writer, HEIGHT, rng)
    height, width = ink.shape
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    picture = np.full((SIDE, SIDE), float(PAPER))
    picture[top : top + height, left : left + width] -= (ink * 0.75).astype(np.uint8)
    return np.clip(picture + rng.normal(0, 4, picture.shape), 0, 255).astype(np.uint8)


def main() -> None:
    """Writes both folders."""
    writer = Writer.random(np.random.default_rng(3))
    writer = replace(writer, habits={**writer.habits, **OWN}, slant=0.1, pen=0.1)
    for name, count, seed in FOLDERS:
        folder, rng = Path(sys.argv[1]) / name, np.random.default_rng(seed)
        (folder / "images").mkdir(parents=True)
        with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as stream:
            table = csv.writer(stream)
            table.writerow(("file", "label"))
            for index in range(count):
                value, file = str(index % 10), f"images/{index:03d}.png"
                cv2.imwrite(str(folder / file), draw(value, writer, rng))
                table.writerow((file, value))


if __name__ == "__main__":
    main()
