"""Draws the pictures of this folder: the project's pen on paper of its own.

Usage: python tests/previously_misread/make.py [FOLDER]

Each was misread by an earlier version, or by cutting out whatever is darker than the paper. A picture that
a user reports goes into the folder of its label as it is; only the drawn ones have a line here. What is here
was drawn by the pen of its day: a later one writes other digits from the same seeds, never misread.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent))

from scenes import DARK, box, line, page, pen_digit, photo, write

BLUE, RULING, RED, GREEN, BROWN = (35, 55, 150), (110, 120, 150), (220, 120, 120), (70, 110, 90), (70, 45, 30)


def thumbnail(value: int, seed: int) -> np.ndarray:
    """Eight pixels wide, the digit cut at the border."""
    paper = page(9, 8, (235, 235, 235))
    write(paper, pen_digit(value, seed), -1, -1, 11, ink=(40, 40, 40))
    return paper


def between_neighbours(value: int, seed: int) -> np.ndarray:
    """A column of an old register: pieces of the digits on both sides."""
    paper = page(80, 64, (205, 178, 140), 0.2)
    write(paper, pen_digit(5, seed + 1), -46, 6, 66, ink=BROWN, strength=0.85)
    write(paper, pen_digit(2, seed + 2), 46, 8, 66, ink=BROWN, strength=0.85)
    write(paper, pen_digit(value, seed), 0, 6, 66, ink=BROWN, strength=0.9)
    return paper


def on_a_ruling(value: int, seed: int) -> np.ndarray:
    """The digit's foot crosses a printed line."""
    paper = page(90, 80, (246, 246, 240), 0.1)
    line(paper, (0, 68), (80, 69), RULING, 2)
    write(paper, pen_digit(value, seed), 4, 6, 76, ink=BLUE, strength=0.9)
    return paper


def underlined(value: int, seed: int) -> np.ndarray:
    """The writer's own line below the digit, in the same pen."""
    paper = page(80, 70)
    write(paper, pen_digit(value, seed), 0, 0, 70, ink=BLUE)
    line(paper, (4, 66), (66, 65), BLUE, 2)
    return paper


def beside_a_margin(value: int, seed: int) -> np.ndarray:
    """A red margin line to the left."""
    paper = page(80, 60, (246, 246, 240))
    line(paper, (8, 0), (8, 80), RED)
    write(paper, pen_digit(value, seed), 0, 8, 62, ink=BLUE, strength=0.9)
    return paper


def in_a_box(value: int, seed: int) -> np.ndarray:
    """A form's box that the digit fills."""
    paper = page(72, 64, (238, 240, 236))
    box(paper, GREEN, 2, 5)
    write(paper, pen_digit(value, seed), 0, 4, 66, ink=DARK, strength=0.9)
    return paper


def below_a_line_of_writing(value: int, seed: int) -> np.ndarray:
    """The feet of the digit above reach into the picture."""
    paper = page(76, 60, (246, 246, 240))
    write(paper, pen_digit(3, seed + 3), -2, -42, 62, ink=BLUE)
    write(paper, pen_digit(value, seed), -2, 14, 62, ink=BLUE)
    return paper


def chalk(value: int, seed: int) -> np.ndarray:
    """Light on dark."""
    paper = page(60, 50, (30, 34, 32), 0.4)
    write(paper, pen_digit(value, seed), -4, 2, 56, ink=(230, 230, 225), strength=0.8)
    return paper


def as_bright_as_the_paper(value: int, seed: int) -> np.ndarray:
    """Light blue on orange: in grey, ink and paper are nearly the same."""
    paper = page(60, 50, (235, 140, 60))
    write(paper, pen_digit(value, seed), -3, 0, 58, ink=(110, 170, 250))
    return paper


def pencil_on_a_large_sheet(value: int, seed: int) -> np.ndarray:
    """A thin pencil, a tenth of the picture high and off its middle."""
    paper = page(600, 480, (250, 249, 246), 0.05)
    thin = cv2.erode(pen_digit(value, seed), np.ones((3, 3)))
    write(paper, thin, 260, 340, 60, ink=(120, 120, 125), strength=0.7)
    return paper


def marker_in_a_lamp_s_light(value: int, seed: int) -> np.ndarray:
    """A thick marker on a note that is darker in one corner."""
    paper = page(90, 90, (250, 225, 110), 0.7)
    write(
        paper, cv2.dilate(pen_digit(value, seed), np.ones((5, 5))), 6, 6, 78, ink=(45, 40, 45), strength=0.95
    )
    return paper


def upright_ones(value: int, seed: int) -> np.ndarray:
    """A number whose ones are bars as straight as the edge of a box."""
    text, rng = str(value), np.random.default_rng(seed)
    paper = page(150, 60 + 70 * len(text))
    for place, written in enumerate(text):
        x = 30 + 70 * place
        if written == "1":
            head = x + 32 + int(rng.integers(-3, 6)), int(rng.integers(22, 30))
            line(paper, head, (x + 32, int(rng.integers(112, 122))), DARK, int(rng.integers(6, 10)))
        else:
            write(paper, pen_digit(int(written), seed + place), x - 15, 15, 115)
    return paper


# How it is drawn, what is written, and the seed of the pen.
PICTURES: list[tuple[Callable[[int, int], np.ndarray], int, int]] = [
    (thumbnail, 0, 1),
    (thumbnail, 2, 5),
    (thumbnail, 8, 0),
    (on_a_ruling, 1, 4),
    (on_a_ruling, 7, 9),
    (between_neighbours, 2, 9),
    (underlined, 7, 4),
    (beside_a_margin, 3, 6),
    (in_a_box, 6, 6),
    (below_a_line_of_writing, 6, 6),
    (chalk, 5, 4),
    (as_bright_as_the_paper, 9, 3),
    (pencil_on_a_large_sheet, 4, 3),
    (pencil_on_a_large_sheet, 9, 7),
    (marker_in_a_lamp_s_light, 5, 8),
    (upright_ones, 10, 3),
    (upright_ones, 41, 0),
    (upright_ones, 71, 0),
    (upright_ones, 100, 6),
    (upright_ones, 211, 3),
]


def main() -> None:
    """Draws every picture."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for draw, value, seed in PICTURES:
        path = folder / str(value) / f"{draw.__name__.replace('_', '-')}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(photo(draw(value, seed))).save(path, optimize=True)


if __name__ == "__main__":
    main()
