"""Draws the pictures of this folder: digits from the project's own pen on paper of its own.

Usage: python examples/make.py [FOLDER]
"""

import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from inkdigits.training.pen import write_digit

Colour = tuple[int, int, int]


def light(height: int, width: int, paper: Colour, shade: float, rng: np.random.Generator) -> np.ndarray:
    """Paper of one colour, darker towards a corner, with a little grain: float (H, W, 3), 0..255."""
    down, across = np.mgrid[0:height, 0:width]
    fall = 1 - shade * (down / height * 0.6 + across / width * 0.4)
    grain = rng.normal(0, 2.0, (height, width, 1))
    return np.array(paper) * fall[:, :, None] + grain


def put(
    page: np.ndarray, digit: np.ndarray, x: int, y: int, size: int, *, ink: Colour, strength: float
) -> None:
    """Writes a digit onto a page, its sheet scaled to ``size`` pixels with its corner at (x, y)."""
    sheet = cv2.resize(digit, (size, size), interpolation=cv2.INTER_AREA if size < 96 else cv2.INTER_CUBIC)
    left, top = max(0, x), max(0, y)
    sheet = sheet[top - y : page.shape[0] - y, left - x : page.shape[1] - x]
    cover = (strength * sheet / 255.0)[:, :, None]
    region = page[top : top + sheet.shape[0], left : left + sheet.shape[1]]
    region += cover * (np.array(ink) - region)


def rule(
    page: np.ndarray, start: tuple[int, int], end: tuple[int, int], colour: Colour, wide: int = 1
) -> None:
    """Draws a printed line."""
    cv2.line(page, start, end, colour, wide, cv2.LINE_AA)


def pencil(rng: np.random.Generator) -> np.ndarray:
    """Thin pencil on white, off the middle."""
    page = light(320, 240, (250, 249, 246), 0.05, rng)
    put(page, write_digit("0", rng), 60, 90, 150, ink=(90, 90, 95), strength=0.55)
    return page


def ruled(value: str, seed: int) -> Callable[[np.random.Generator], np.ndarray]:
    """Blue ink on ruled paper."""

    def draw(_: np.random.Generator) -> np.ndarray:
        rng = np.random.default_rng(seed)
        page = light(180, 150, (246, 246, 240), 0.12, rng)
        for y in (22, 152):
            rule(page, (0, y), (150, y + 1), (150, 175, 215))
        put(page, write_digit(value, rng), 8, 20, 135, ink=(35, 55, 150), strength=0.9)
        return page

    return draw


def note(rng: np.random.Generator) -> np.ndarray:
    """A thick marker on a yellow note in a lamp's light."""
    page = light(260, 260, (250, 225, 110), 0.55, rng)
    put(
        page, cv2.dilate(write_digit("2", rng), np.ones((6, 6))), 30, 25, 210, ink=(25, 20, 25), strength=0.95
    )
    return page


def box(rng: np.random.Generator) -> np.ndarray:
    """A form's box, the digit close to its edge."""
    page = light(90, 80, (238, 240, 236), 0.08, rng)
    for start, end in (((3, 0), (3, 90)), ((76, 0), (76, 90)), ((0, 4), (80, 4)), ((0, 85), (80, 85))):
        rule(page, start, end, (70, 110, 90), 2)
    put(page, write_digit("3", rng), 2, 8, 76, ink=(30, 30, 60), strength=0.9)
    return page


def board(rng: np.random.Generator) -> np.ndarray:
    """Chalk on a blackboard."""
    page = light(200, 200, (46, 66, 56), 0.3, rng)
    put(page, write_digit("4", rng), 30, 25, 150, ink=(235, 235, 225), strength=0.85)
    return page


def photo(rng: np.random.Generator) -> np.ndarray:
    """A phone's photo with the shadow of the phone."""
    page = light(420, 560, (205, 196, 182), 0.35, rng)
    cv2.fillPoly(
        shadow := np.ones(page.shape[:2]), [np.array([[380, 0], [560, 0], [560, 420], [250, 420]])], 0.62
    )
    page *= cv2.GaussianBlur(shadow, (0, 0), 18)[:, :, None]
    put(page, write_digit("5", rng), 170, 100, 220, ink=(40, 42, 60), strength=0.85)
    return page + rng.normal(0, 4, page.shape)


def small(rng: np.random.Generator) -> np.ndarray:
    """A digit of 20 pixels from a low-resolution scan."""
    page = light(24, 20, (232, 232, 232), 0.0, rng)
    put(page, write_digit("6", rng), -2, 0, 24, ink=(60, 60, 60), strength=1.0)
    return page


def register(rng: np.random.Generator) -> np.ndarray:
    """An old register: brown paper, the neighbouring digits cut off at the border."""
    page = light(110, 92, (205, 178, 140), 0.2, rng)
    put(page, write_digit("3", rng), -66, 8, 96, ink=(70, 45, 30), strength=0.85)
    put(page, write_digit("1", rng), 62, 8, 96, ink=(70, 45, 30), strength=0.85)
    put(page, write_digit("8", rng), -2, 6, 96, ink=(70, 45, 30), strength=0.9)
    rule(page, (0, 102), (92, 101), (120, 95, 70))
    return page


def carbon(rng: np.random.Generator) -> np.ndarray:
    """A faint carbon copy."""
    page = light(160, 140, (222, 214, 218), 0.1, rng) + rng.normal(0, 3, (160, 140, 1))
    put(page, write_digit("9", rng), 10, 18, 120, ink=(120, 110, 165), strength=0.6)
    return page


PICTURES: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
    "0-pencil.png": pencil,
    "1-ruled-paper.jpg": ruled("1", 12),
    "2-marker-on-note.jpg": note,
    "3-form-box.png": box,
    "4-blackboard.webp": board,
    "5-photo-with-shadow.jpg": photo,
    "6-small.gif": small,
    "7-barred.jpg": ruled("7", 5),
    "8-register.jpg": register,
    "9-carbon-copy.tif": carbon,
}
SEEDS = {"3-form-box.png": 2, "5-photo-with-shadow.jpg": 3}


def main() -> None:
    """Draws every picture."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for name, draw in PICTURES.items():
        page = draw(np.random.default_rng(SEEDS.get(name, 1)))
        picture = Image.fromarray(np.clip(page, 0, 255).astype(np.uint8))
        options = {"quality": 82} if name.endswith((".jpg", ".webp")) else {}
        if name == "0-pencil.png":
            picture = picture.convert("L")
        if name.endswith(".tif"):
            picture, options = picture.convert("L"), {"compression": "tiff_lzw"}
        picture.save(folder / name, **options)


if __name__ == "__main__":
    main()
