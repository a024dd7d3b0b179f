"""What pen and composer make, as a sheet to look at beside a real set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from inkdigits import spec
from inkdigits.data.datasets import Dataset
from inkdigits.files import replacing
from inkdigits.picture.sources import load
from inkdigits.training.draw.digit import write_digit
from inkdigits.training.draw.glyphs import Glyphs
from inkdigits.training.draw.hands import Hands
from inkdigits.training.draw.scene import NONE, Scene
from inkdigits.training.draw.scenes.fonts import FontBook
from inkdigits.training.draw.scenes.make import make_scene
from inkdigits.training.draw.scribe import Scribe
from inkdigits.training.learn.number_data import scene_of

__all__ = [
    "Group",
    "Shown",
    "contact_sheet",
    "made_digits",
    "made_numbers",
    "made_scenes",
    "save_sheet",
    "taken_from",
]

Picture = NDArray[np.uint8]

TILES = {"digits": (64, 64), "numbers": (150, 50), "scenes": (360, 300)}
"""Width and height that a picture may take, pixels."""
COLUMNS = {"digits": 10, "numbers": 5, "scenes": 3}  # of one group
GAP = 6  # pixels between tiles
TEXT = 13  # pixels; height of the letters below a tile
TITLE = 18  # pixels; of those above a group
SIGNED = 0.35  # of the numbers by real hands; dates, times, sums, shares
BETWEEN = 30  # pixels between two groups
PAPER, FRAME, WORDS = (255, 255, 255), (225, 225, 225), (40, 40, 40)
READ, PASSED = (215, 30, 30), (20, 140, 60)  # boxes of what is a number's, and of other marks


@dataclass(frozen=True, eq=False)
class Shown:
    """A picture and what is written on it.

    Attributes:
        picture: uint8 (H, W) grey or (H, W, 3) RGB.
        text: the label.
    """

    picture: Picture
    text: str


@dataclass(frozen=True, eq=False)
class Group:
    """Pictures of one origin.

    Attributes:
        title: what stands above them.
        shown: the pictures, in the order of reading.
    """

    title: str
    shown: list[Shown]


def made_digits(count: int, seed: int, hands: Hands | None = None) -> list[Shown]:
    """Returns digits as the project's own pen writes them, or real hands: each value as often, on white."""
    rng = np.random.default_rng(seed)
    values = [spec.DIGITS[index % len(spec.DIGITS)] for index in range(count)]
    return [Shown(255 - write_digit(value, rng, hands), value) for value in values]


def made_numbers(count: int, seed: int, glyphs: Glyphs | None, hands: Hands | None = None) -> list[Shown]:
    """Returns numbers as they are composed and put on paper to be learned from.

    Args:
        count: how many.
        seed: the same seed makes the same numbers.
        glyphs: real digits to compose from; None for the pen alone.
        hands: real writers who write all of them, dates, times and sums among them; None for nobody.
    """
    rng = np.random.default_rng(seed)
    scribe = Scribe(glyphs) if hands is None else Scribe(glyphs, hands, by_hand=1.0, signs=SIGNED)
    before = scribe.write(rng)
    out: list[Shown] = []
    for _ in range(count):
        written = scribe.write(rng)
        picture, _ = scene_of(written, before, rng)
        out.append(Shown(picture, written.text))
        before = written
    return out


def made_scenes(
    count: int, seed: int, scribe: Scribe, fonts: FontBook, *, boxes: bool = False
) -> list[Shown]:
    """Returns scenes as finders learn from them, of all kinds in their shares.

    Args:
        count: how many.
        seed: the same seed makes the same scenes.
        scribe: the digits and the hands that write them.
        fonts: for print.
        boxes: whether each mark has its box drawn around it, those of numbers in red.
    """
    rng = np.random.default_rng(seed)
    scenes = [make_scene(scribe, fonts, rng) for _ in range(count)]
    return [Shown(_boxed(scene) if boxes else scene.picture, scene.kind) for scene in scenes]


def _boxed(scene: Scene) -> Picture:
    picture = Image.fromarray(scene.picture).convert("RGB")
    draw = ImageDraw.Draw(picture)
    for mark in scene.marks:
        corner = (mark.box.x + mark.box.width, mark.box.y + mark.box.height)
        colour = PASSED if mark.number == NONE else READ
        draw.rectangle((mark.box.x - 1, mark.box.y - 1, *corner), outline=colour)
    return np.asarray(picture)


def taken_from(dataset: Dataset, count: int, seed: int) -> list[Shown]:
    """Returns pictures of a data set, drawn by chance; all when it has no more than ``count``.

    Raises:
        SourceError: a picture cannot be read.
    """
    chosen = np.random.default_rng(seed).permutation(len(dataset))[:count].tolist()
    out: list[Shown] = []
    for index in chosen:
        picture = load(dataset.images[index])
        # MNIST's convention has light ink; all others stand on the sheet as they are.
        out.append(Shown(255 - picture if dataset.normalised else picture, dataset.labels[index]))
    return out


def contact_sheet(groups: Iterable[Group], kind: str) -> Picture:
    """Draws groups side by side, each picture with its text below it.

    Args:
        groups: what is shown, from left to right.
        kind: "digits", "numbers" or "scenes"; decides the tiles' size and how many stand in a row.

    Returns:
        uint8 (H, W, 3) RGB.
    """
    (wide, high), columns = TILES[kind], COLUMNS[kind]
    shown = list(groups)
    across, down = wide + GAP, high + TEXT + 2 * GAP
    group_width = columns * across
    rows = max((-(-len(group.shown) // columns) for group in shown), default=0)
    size = (
        2 * GAP + len(shown) * (group_width + BETWEEN) - BETWEEN,
        2 * GAP + TITLE + GAP + rows * down,
    )
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    title_font, font = ImageFont.load_default(TITLE), ImageFont.load_default(TEXT)
    for number, group in enumerate(shown):
        left = GAP + number * (group_width + BETWEEN)
        draw.text((left, GAP), _printable(group.title, 6 * wide), WORDS, title_font)
        for index, one in enumerate(group.shown):
            x = left + (index % columns) * across
            y = 2 * GAP + TITLE + GAP + (index // columns) * down
            tile = Image.fromarray(one.picture).convert("RGB")
            if kind != "scenes" or tile.width > wide or tile.height > high:  # else as large as it is sent
                tile = ImageOps.contain(tile, (wide, high))
            corner = (x + (wide - tile.width) // 2, y + (high - tile.height) // 2)
            draw.rectangle((x - 1, y - 1, x + wide, y + high), outline=FRAME)
            sheet.paste(tile, corner)
            draw.text((x + wide / 2, y + high + 2), _printable(one.text, wide), WORDS, font, anchor="ma")
    return np.asarray(sheet)


def save_sheet(path: Path, sheet: Picture) -> None:
    """Writes a sheet as PNG, whole or not at all; raises OutputError."""
    with replacing(path) as temporary:
        Image.fromarray(sheet).save(temporary, "PNG")


def _printable(text: str, width: int) -> str:
    """Returns what the font has signs for, and no more than about fits into ``width`` pixels."""
    most = max(1, width // (TEXT // 2))
    plain = text.encode("ascii", "replace").decode()
    return plain if len(plain) <= most else plain[: max(1, most - 2)] + ".."
