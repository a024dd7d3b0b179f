"""Draws the pictures of this folder: digits and numbers from the project's own pen on paper of its own.

Usage: python examples/make.py [FOLDER]

A file's name begins with what is written, up to the first hyphen; what is written on a page is in a text file
beside it. Numbers and pages are in the subfolder ``numbers``.

The same seeds give the same pictures with one version of the pen alone; redrawn with a later one they show
other writers, so look at them and at README.md before they replace what is here.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from inkdigits.training.draw.digit import write_digit
from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.draw.number import write_number

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


def put_number(
    page: np.ndarray, text: str, x: int, base: int, size: int, *, ink: Colour, strength: float, hand: int
) -> None:
    """Writes a number onto a page, digits ``size`` pixels high, from x on and down to about ``base``.

    The same ``hand`` is the same writer.
    """
    number = write_number(text, None, np.random.default_rng(hand)).ink
    scale = size / HEIGHT
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    sheet = cv2.resize(number, None, fx=scale, fy=scale, interpolation=way)
    cover = (strength * sheet / 255.0)[:, :, None]
    top = base - sheet.shape[0] + (size // 6 if "," in text else 0)
    region = page[top : top + sheet.shape[0], x : x + sheet.shape[1]]
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


def cell(rng: np.random.Generator) -> np.ndarray:
    """A cell cut from a form, with a decimal comma."""
    page = light(84, 214, (233, 236, 232), 0.1, rng)
    for start, end in (((0, 5), (214, 7)), ((0, 77), (214, 78)), ((6, 0), (5, 84)), ((207, 0), (206, 84))):
        rule(page, start, end, (120, 148, 138), 2)
    put_number(page, "12,5", 46, 64, 44, ink=(38, 48, 128), strength=0.85, hand=HANDS["12.5-form-cell.png"])
    return page


def snapshot(rng: np.random.Generator) -> np.ndarray:
    """A phone's photo, from the side, of a number on ruled paper; the hand's shadow lies on it."""
    page = light(520, 760, (226, 222, 210), 0.0, rng)
    for y in range(38, 520, 62):
        rule(page, (0, y), (760, y), (148, 168, 200), 2)
    rule(page, (96, 0), (96, 520), (206, 130, 130), 2)
    put_number(page, "2407", 236, 281, 78, ink=(36, 40, 92), strength=0.9, hand=HANDS["2407-photo.jpg"])
    corners = np.float32([[0, 0], [760, 0], [760, 520], [0, 520]])
    seen = np.float32([[-60, -30], [730, -95], [860, 470], [-25, 560]])
    page = cv2.warpPerspective(
        page, cv2.getPerspectiveTransform(corners, seen), (640, 420), borderMode=cv2.BORDER_REPLICATE
    )
    shadow = np.ones(page.shape[:2])
    cv2.fillPoly(shadow, [np.array([[395, 420], [470, 210], [520, 165], [640, 140], [640, 420]])], 0.6)
    page *= cv2.GaussianBlur(shadow, (0, 0), 14)[:, :, None]
    down, across = np.mgrid[0:420, 0:640]
    page *= (1.02 - 0.22 * (down / 420) * (1 - across / 640))[:, :, None]
    return cv2.GaussianBlur(page, (0, 0), 0.8) + rng.normal(0, 3, page.shape)


def ruled_list(rng: np.random.Generator) -> np.ndarray:
    """A page with a list of numbers, scanned a little askew."""
    page = light(820, 600, (247, 246, 241), 0.06, rng)
    for y in range(70, 820, 62):
        rule(page, (0, y), (600, y), (164, 186, 216), 2)
    rule(page, (70, 0), (70, 820), (220, 150, 150), 2)
    for row, line in enumerate(LIST.splitlines()):
        for column, text in enumerate(line.split()):
            x = 118 + 245 * column + int(rng.integers(-14, 15))
            base = 132 + 62 * row - int(rng.integers(0, 5))
            put_number(page, text, x, base, 36, ink=(40, 44, 58), strength=0.88, hand=HANDS[LIST_NAME])
    matrix = cv2.getRotationMatrix2D((300, 410), 1.2, 1.0)
    return cv2.warpAffine(page, matrix, (600, 820), borderMode=cv2.BORDER_REPLICATE)


LIST_NAME = "page-ruled-list.jpg"
LIST = """\
14 206
8,5 391
127 60
33 4,25
950 18
72 1106
6,3 247
415 89
58 730
1024 9,7
"""
HANDS = {"12.5-form-cell.png": 58, "2407-photo.jpg": 18, LIST_NAME: 48}  # seeds of their writers

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
    "numbers/12.5-form-cell.png": cell,
    "numbers/2407-photo.jpg": snapshot,
    f"numbers/{LIST_NAME}": ruled_list,
}
SEEDS = {"5-photo-with-shadow.jpg": 3}


def main() -> None:
    """Draws every picture."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    (folder / "numbers").mkdir(exist_ok=True)
    written = (folder / "numbers" / LIST_NAME).with_suffix(".txt")
    written.write_text(LIST.replace(",", "."), encoding="utf-8", newline="\n")
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
