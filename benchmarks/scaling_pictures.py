"""Made cells and made sheets in folders, for benchmarks/scaling.py: the most of them hard links."""

import os
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from tables import KINDS, drawn

from inkdigits.data.datasets import data_dir
from inkdigits.data.fonts import FOLDER
from inkdigits.training.draw.by_hand import write_by_hand
from inkdigits.training.draw.cell import picture_of
from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.draw.scenes.fonts import FontBook
from inkdigits.training.draw.scenes.maker import Maker
from inkdigits.training.draw.scribe import Scribe
from inkdigits.training.draw.texts import random_text
from inkdigits.training.learn.writers import hands_of, strokes_file

__all__ = ["make_cells", "make_sheets", "megapixels", "only"]

SEED = 31
DIGIT = (16.0, 44.0)  # pixels; height of a digit in a cell, smallest and largest
A_FOLDER = 1000  # files, so that no folder is slow


def make_cells(folder: Path, count: int, distinct: int) -> int:
    """Writes numbers by held-out writers in photographed cells; returns how many are distinct."""
    hands = hands_of(strokes_file(), held=True, digit_height=HEIGHT)
    rng = np.random.default_rng(SEED)
    made = []
    for number in range(min(count, distinct)):
        ink = write_by_hand(random_text(rng), hands.hand(rng), rng)
        height = round(float(np.exp(rng.uniform(*np.log(DIGIT)))))
        picture, _ = picture_of(ink.ink, ink.ink, height, rng, edges=ink.edges)
        made.append(_write(folder, number, ".png", picture))
    _repeat(folder, made, count)
    return len(made)


def make_sheets(folder: Path, count: int, distinct: int) -> int:
    """Writes photos of mark sheets, tables of all kinds of lines in turn; returns how many are distinct."""
    fonts = FontBook.of_folder(data_dir() / FOLDER) if (data_dir() / FOLDER).is_dir() else FontBook()
    hands = hands_of(strokes_file(), held=True, digit_height=HEIGHT)
    maker = Maker(Scribe(None, hands, by_hand=1.0, signs=0.1), fonts)
    made = []
    for number in range(min(count, distinct)):
        scene = drawn(KINDS[number % len(KINDS)], maker, np.random.default_rng((SEED, number)))
        picture = scene.picture if scene.picture.ndim == 2 else scene.picture[..., ::-1]
        made.append(_write(folder, number, ".jpg", picture))
    _repeat(folder, made, count)
    return len(made)


def megapixels(folder: Path, count: int) -> list[float]:
    """Returns the sizes of the first so many pictures of a folder, the smallest first."""
    sizes = []
    for path in sorted(folder.rglob("*.*"))[:count]:
        with Image.open(path) as picture:
            sizes.append(picture.width * picture.height / 1e6)
    return sorted(sizes)


def only(folder: Path, some: Path, count: int) -> Path:
    """Returns a folder with the first so many pictures of another, linked."""
    for path in sorted(folder.rglob("*.*"))[:count]:
        link = some / path.relative_to(folder)
        link.parent.mkdir(parents=True, exist_ok=True)
        os.link(path, link)
    return some


def _place(folder: Path, number: int, ending: str) -> Path:
    path = folder / f"{number // A_FOLDER:04}" / f"{number:06}{ending}"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _write(folder: Path, number: int, ending: str, picture: np.ndarray) -> Path:
    path = _place(folder, number, ending)
    cv2.imwrite(str(path), picture)
    return path


def _repeat(folder: Path, made: list[Path], count: int) -> None:
    for number in range(len(made), count):
        first = made[number % len(made)]
        os.link(first, _place(folder, number, first.suffix))
