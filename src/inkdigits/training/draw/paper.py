"""Ink put on paper and photographed or scanned: what a picture of a number has beside the number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.readings import Box
from inkdigits.training.draw.glyphs import HEIGHT

__all__ = ["picture_of"]

Image = NDArray[np.uint8]
Grey = NDArray[np.float32]  # 0 = no ink, 1 = full ink, before paper and camera


def picture_of(
    ink: Image, mates: Image, height: int, rng: np.random.Generator, *, low: float = -0.12
) -> tuple[Image, Box]:
    """Puts a number into a cell, on ruled or on plain paper, and takes a picture of it.

    Args:
        ink: uint8 (H, W), 255 = ink, of one number.
        mates: uint8 (H, W), 255 = ink, of another number, pieces of which may reach into the picture.
        height: pixels of the picture; of one digit of the number.
        rng: the source of all chance.
        low: how far below the number a ruling is at least, in heights of a digit; one that runs through a
            point would hide it.

    Returns:
        uint8 (H, W) grey picture, and the place of the number's ink in it.
    """
    scale = height / HEIGHT
    small = _scaled(ink, scale)
    tall, long = small.shape
    roomy = rng.random() < 0.4
    above, below = (rng.uniform(0.05, 1.1 if roomy else 0.45, 2) * height).astype(int)
    left, right = (rng.uniform(0.0, 2.5 if roomy else 0.6, 2) * height).astype(int)
    beside = rng.random() < 0.14  # older ink stands behind the number, wiped out or on the other side
    if beside:
        right = int(rng.uniform(0.8, 2.5) * height)
    if rng.random() < 0.06:  # the picture's border goes through the ink
        above = int(-rng.uniform(0, 0.12) * height)
    cell = np.zeros((tall + max(above, 0) + below, long + left + right), np.float32)
    source = small[max(0, -above) :]
    top = max(above, 0)
    cell[top : top + source.shape[0], left : left + long] = source
    cell = cell[: tall + above + below] if above < 0 else cell
    box = Box(left, top, long, min(source.shape[0], cell.shape[0] - top))
    cell *= _uneven(cell.shape, rng)
    if beside:
        _remains(cell, _scaled(mates, scale), box, height, rng)
    elif rng.random() < 0.15:
        _ghost(cell, _scaled(mates, scale), rng)
    if rng.random() < 0.2:
        _neighbour(cell, _scaled(mates, scale), box, height, rng)
    if rng.random() < 0.15:
        _specks(cell, height, rng)
    lines = _lines(cell.shape, box, height, low, rng)
    return _photo(np.maximum(cell, lines), height, rng), box


def _scaled(ink: Image, scale: float) -> Grey:
    size = (max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized: Any = cv2.resize(ink, size, interpolation=way)
    return np.clip(resized.astype(np.float32) / np.float32(255), 0, 1)


def _uneven(shape: tuple[int, ...], rng: np.random.Generator) -> Grey:
    """Returns how much ink the pen gives at each place: a dry pen and a soft pencil give it unevenly."""
    if rng.random() < 0.5:
        return np.ones(shape, np.float32)
    coarse = rng.normal(1, rng.uniform(0.05, 0.3), (max(2, shape[0] // 4), max(2, shape[1] // 4)))
    field: Any = cv2.resize(coarse.astype(np.float32), (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.clip(field, 0.35, 1.0)


def _ghost(cell: Grey, mate: Grey, rng: np.random.Generator) -> None:
    """Lets ink of the other side of the paper shine through, mirrored."""
    height, width = cell.shape
    mirrored = mate[:, ::-1]
    top, left = int(rng.uniform(-0.3, 0.7) * height), int(rng.uniform(0.0, 0.9) * width)
    place = cell[max(0, top) :, left:]
    piece = mirrored[max(0, -top) :][: place.shape[0], : place.shape[1]]
    place = place[: piece.shape[0], : piece.shape[1]]
    np.maximum(place, piece * np.float32(rng.uniform(0.08, 0.5)), out=place)


def _remains(cell: Grey, mate: Grey, box: Box, tall: int, rng: np.random.Generator) -> None:
    """Leaves weak and blurred ink behind the number, in its line."""
    piece = mate[:, ::-1] if rng.random() < 0.4 else mate
    piece = np.asarray(cv2.GaussianBlur(piece, (0, 0), rng.uniform(0.02, 0.1) * tall), np.float32)
    left = box.x + box.width + int(rng.uniform(0.05, 0.6) * tall)
    top = max(0, box.y + int(rng.normal(0, 0.25) * tall))
    place = cell[top:, left:]
    piece = piece[: place.shape[0], : place.shape[1]]
    place = place[: piece.shape[0], : piece.shape[1]]
    np.maximum(place, piece * np.float32(rng.uniform(0.1, 0.6)), out=place)


def _neighbour(cell: Grey, mate: Grey, box: Box, tall: int, rng: np.random.Generator) -> None:
    """Lets a piece of the number in the row above or below, or of the one beside, reach into the picture."""
    height, width = cell.shape
    side = rng.random()
    if side < 0.75:  # above or below
        room = box.y if side < 0.4 else height - box.y - box.height
        seen = min(int(rng.uniform(0.3, 1.0) * room), mate.shape[0])
        if seen < 2:
            return
        shift = int(rng.integers(0, max(1, width - 4)))
        piece = mate[-seen:] if side < 0.4 else mate[:seen]
        rows = slice(0, seen) if side < 0.4 else slice(height - seen, height)
    else:
        room = width - box.x - box.width
        seen = int(min(rng.uniform(0.2, 0.6) * room, rng.uniform(0.1, 0.35) * tall))
        if seen < 2:
            return
        shift, piece = width - seen, mate
        rows = slice(max(0, box.y), max(0, box.y) + mate.shape[0])
    place = cell[rows, shift:]
    piece = piece[: place.shape[0], : place.shape[1]]
    place = place[: piece.shape[0], : piece.shape[1]]
    np.maximum(place, piece * rng.uniform(0.5, 1.0), out=place)


def _lines(shape: tuple[int, ...], box: Box, digit: int, low: float, rng: np.random.Generator) -> Grey:
    """Draws box edges, rulings, folds and grids."""
    height, width = shape
    sheet = np.zeros((height, width), np.float32)

    def line(start: tuple[float, float], stop: tuple[float, float], ink: float, thick: int) -> None:
        fixed = [(round(x * 16), round(y * 16)) for x, y in (start, stop)]
        layer: Any = np.zeros((height, width), np.uint8)
        cv2.line(layer, fixed[0], fixed[1], (255,), thick, cv2.LINE_AA, shift=4)
        np.maximum(sheet, layer.astype(np.float32) * np.float32(ink / 255), out=sheet)

    tilt = rng.normal(0, 0.008)
    if rng.random() < (0.25 if low > 0 else 0.35):  # a point would pass for a piece of a ruling
        _ruled(line, shape, box, digit, rng, low=low)
    elif rng.random() < 0.5:
        _edges(line, shape, tilt, digit, rng)
    if rng.random() < 0.25:  # the line that is written on, or through
        foot = max(low * digit, rng.normal(0.02, 0.1) * box.height)
        y = box.y + (box.height + foot if rng.random() < 0.8 else rng.uniform(0, 0.8) * box.height)
        line((0, y), (width, y + tilt * width), rng.uniform(0.1, 0.9), int(rng.integers(1, 2 + digit // 24)))
    if rng.random() < 0.25:  # a fold, the shade of print on the back
        for _ in range(int(rng.integers(1, 5))):
            ink, thick = rng.uniform(0.03, 0.3), int(rng.integers(1, 2 + digit // 3))
            if rng.random() < 0.6:
                y = rng.uniform(0, height)
                line((0, y), (width, y + tilt * width), ink, thick)
            else:
                x = rng.uniform(0, width)
                line((x, 0), (x + tilt * height, height), ink, thick)
    if rng.random() < 0.04:  # squared paper
        step = rng.uniform(0.25, 0.6) * digit
        for y in np.arange(rng.uniform(0, step), height, step):
            line((0, y), (width, y), rng.uniform(0.1, 0.3), 1)
        for x in np.arange(rng.uniform(0, step), width, step):
            line((x, 0), (x, height), rng.uniform(0.1, 0.3), 1)
    return sheet


def _ruled(
    line: Callable[..., None],
    shape: tuple[int, ...],
    box: Box,
    digit: int,
    rng: np.random.Generator,
    *,
    low: float,
) -> None:
    """Draws the rulings between which a number is written, as a camera sees them that is held askew."""
    width = shape[1]
    ink, thick = rng.uniform(0.25, 1.1), int(rng.integers(1, 2 + digit // 14))
    for y, way, least in ((box.y, -1, -0.12), (box.y + box.height, 1, low)):
        if rng.random() < 0.9:
            far = y + way * rng.uniform(least, 0.5) * digit
            rise = rng.normal(0, 0.03) * width
            line((0, far - rise / 2), (width, far + rise / 2), ink * rng.uniform(0.6, 1), thick)
    if rng.random() < 0.15:  # the margin
        x = rng.choice((rng.uniform(0, 0.5) * digit, width - rng.uniform(0, 0.5) * digit))
        line((x, 0), (x + rng.normal(0, 0.05) * shape[0], shape[0]), ink, thick)


def _specks(cell: Grey, digit: int, rng: np.random.Generator) -> None:
    """Drops dirt, which is no point."""
    for _ in range(int(rng.integers(1, 6))):
        x, y = int(rng.integers(0, cell.shape[1])), int(rng.integers(0, cell.shape[0]))
        size = max(1, round(rng.uniform(0.02, 0.07) * digit))
        place = cell[y : y + size, x : x + max(1, round(size * rng.uniform(0.5, 2)))]
        np.maximum(place, np.float32(rng.uniform(0.15, 0.7)), out=place)


def _edges(
    line: Callable[..., None], shape: tuple[int, ...], tilt: float, digit: int, rng: np.random.Generator
) -> None:
    """Draws the box of a form, cut out along its edges: some of the four."""
    height, width = shape
    ink, thick = rng.uniform(0.15, 1.3), int(rng.integers(1, 1 + max(2, digit // 10)))
    top, bottom, left, right = rng.uniform(0, 0.2 * digit, 4)
    drawn = rng.random(4) < (0.75, 0.75, 0.6, 0.75)
    sides = (
        ((0, top), (width, top + tilt * width)),
        ((0, height - 1 - bottom), (width, height - 1 - bottom + tilt * width)),
        ((left, 0), (left - tilt * height, height)),
        ((width - 1 - right, 0), (width - 1 - right - tilt * height, height)),
    )
    for side, there in zip(sides, drawn, strict=True):
        if there:
            line(*side, ink, thick)


def _photo(ink: Grey, digit: int, rng: np.random.Generator) -> Image:
    """Turns ink into grey levels: paper, light, blur, grain, compression."""
    height, width = ink.shape
    paper = rng.uniform(90, 250)
    depth = np.exp(rng.uniform(np.log(18), np.log(0.9 * paper)))
    light = rng.normal(0, 0.06, 2)
    ramp_y = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None]
    ramp_x = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None]
    shade = np.float32(1) + np.float32(light[0]) * ramp_y + np.float32(light[1]) * ramp_x
    blur = rng.uniform(0.0, min(1.3, 0.07 * digit))
    if blur > 0.3:
        ink = cv2.GaussianBlur(ink, (0, 0), blur).astype(np.float32)
    grey = paper * shade - depth * np.clip(ink, 0, 1.3)
    grain = rng.uniform(0, 0.09) * depth
    if rng.random() < 0.6:
        noise = rng.normal(0, 1, ink.shape).astype(np.float32)
        if rng.random() < 0.5:
            noise = 2 * cv2.GaussianBlur(noise, (0, 0), 0.8)
        grey = grey + grain * noise
    if rng.random() < 0.15:  # stains, and a table that is not quite white
        clouds = rng.normal(0, 1, (max(2, height // 12), max(2, width // 12))).astype(np.float32)
        grey = grey + np.float32(rng.uniform(0, 0.15) * depth) * cv2.resize(
            clouds, (width, height), interpolation=cv2.INTER_CUBIC
        )
    picture: Any = np.clip(grey, 0, 255).astype(np.uint8)
    if rng.random() < 0.25 and digit >= 12:  # cut out of a smaller picture and enlarged
        share = rng.uniform(0.6, 0.95)
        small = max(1, round(width * share)), max(1, round(height * share))
        picture = cv2.resize(picture, small, interpolation=cv2.INTER_AREA)
        picture = cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR)
    if rng.random() < 0.6:
        quality = int(rng.integers(30, 96))
        packed = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, quality))[1]
        picture = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
    if rng.random() < 0.05:
        picture = 255 - picture  # chalk, and screens in the dark
    return picture
