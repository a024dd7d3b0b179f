"""Inputs of every odd kind, each the same for the same seed and number: for survive.py and the tests."""

import io
import random
import warnings
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from hostile import broken
from PIL import Image, PngImagePlugin

Rng = np.random.Generator
EXPECTS = ("auto", "auto", "auto", "digit", "number", "page")
SIDES = (1, 2, 7, 8, 9, 16, 28, 40, 64, 100, 200, 400, 700, 1100, 1600)
LARGE = (3000, 4000)  # pixels high and wide, as of a phone's camera; one input in fifty


class Odd(NamedTuple):
    """One input.

    Attributes:
        name: what is odd about it.
        source: what a reader is given.
        expect: what it is said to hold.
    """

    name: str
    source: Any
    expect: str


def odd_input(seed: int, number: int) -> Odd:
    """Returns the input of this number; every tenth is no picture at all, a third are broken or odd files."""
    rng = np.random.default_rng([seed, number])
    expect = str(rng.choice(EXPECTS))
    kind = number % 10
    if kind == 0:
        name, source = _odd_object(rng)
    elif kind in (1, 2):
        name, source = broken(random.Random(int(rng.integers(2**32))))  # noqa: S311 - no secret
    elif kind in (3, 4):
        name, source = odd_file(rng)
    elif kind == 5:
        name, source = _odd_array(rng)
    else:
        name, source = odd_picture(rng)
    return Odd(name, source, expect)


def odd_picture(rng: Rng) -> tuple[str, np.ndarray]:
    """Returns a picture, uint8 (H, W) or (H, W, 3), and what is odd about it."""
    height, width = (int(side) for side in rng.choice(SIDES, 2))
    if rng.random() < 0.02:
        height, width = LARGE
    elif rng.random() < 0.1:
        height, width = (int(rng.integers(1, 40)), 12_000)[:: int(rng.choice((1, -1)))]
    drawer = DRAWERS[int(rng.integers(len(DRAWERS)))]
    paper = np.full((height, width), int(rng.integers(150, 256)), np.uint8)
    drawer(paper, rng)
    picture = paper if rng.random() < 0.7 else 255 - paper
    if rng.random() < 0.3:
        picture = np.clip(picture + rng.normal(0, rng.uniform(1, 40), picture.shape), 0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        picture = np.stack([picture, picture[::-1], picture], axis=-1)
    return f"{drawer.__name__.strip('_')} {height}x{width}", np.ascontiguousarray(picture)


def _blank(paper: np.ndarray, rng: Rng) -> None:
    if rng.random() < 0.5:
        paper[:] = np.linspace(0, 255, paper.shape[1]).astype(np.uint8)


def _noise(paper: np.ndarray, rng: Rng) -> None:
    paper[:] = rng.integers(0, 256, paper.shape)


def _specks(paper: np.ndarray, rng: Rng) -> None:
    paper[rng.random(paper.shape) < rng.choice((0.001, 0.01, 0.05, 0.2, 0.5))] = 20


def _noise_strip(paper: np.ndarray, rng: Rng) -> None:
    start = int(rng.integers(max(1, paper.shape[0] - 10)))
    strip = paper[start : start + 12]
    strip[:] = rng.integers(0, 256, strip.shape)


def _edge_box(paper: np.ndarray, rng: Rng) -> None:
    """A box on an edge or in a corner, often with something in it."""
    height, width = paper.shape
    x, y = (int(rng.choice((-5, 0, 1, side // 2, side - 3))) for side in (width, height))
    end = (x + int(rng.integers(1, width + 1)), y + int(rng.integers(1, height + 1)))
    cv2.rectangle(paper, (x, y), end, 30, int(rng.integers(1, 9)))
    if rng.random() < 0.5:
        _words(paper, rng)


def _boxes(paper: np.ndarray, rng: Rng) -> None:
    for _ in range(int(rng.integers(1, 300))):
        x, y = (int(rng.integers(-20, side + 20)) for side in paper.shape[::-1])
        end = (x + int(rng.integers(3, 80)), y + int(rng.integers(3, 80)))
        cv2.rectangle(paper, (x, y), end, 30, int(rng.choice((-1, 1, 2, 3))))


def _grid(paper: np.ndarray, rng: Rng) -> None:
    step, thick = int(rng.integers(2, 60)), int(rng.integers(1, 4))
    for line in range(0, paper.shape[0], step):
        paper[line : line + thick] = 40
    if rng.random() < 0.7:
        for line in range(0, paper.shape[1], step):
            paper[:, line : line + thick] = 40


def _barcode(paper: np.ndarray, rng: Rng) -> None:
    width = paper.shape[1]
    paper[:, np.repeat(rng.random(width) < 0.5, int(rng.integers(1, 12)))[:width]] = 10


def _matrix_code(paper: np.ndarray, rng: Rng) -> None:
    side = int(rng.integers(2, 20))
    bits = rng.random((paper.shape[0] // side + 1, paper.shape[1] // side + 1)) < 0.5
    paper[np.kron(bits, np.ones((side, side), bool))[: paper.shape[0], : paper.shape[1]]] = 10


def _words(paper: np.ndarray, rng: Rng) -> None:
    scale = float(rng.uniform(0.2, 3))
    alphabet = list("0123456789abcXYZ.,-+/:%?!§$ IlO|")
    for line in range(int(20 * scale), paper.shape[0] + 20, max(6, int(rng.uniform(20, 90) * scale))):
        text = "".join(rng.choice(alphabet, int(rng.integers(1, 60))))
        at = (int(rng.integers(-10, 30)), line)
        cv2.putText(paper, text, at, cv2.FONT_HERSHEY_SIMPLEX, scale, 20, max(1, int(2 * scale)))


def _lines(paper: np.ndarray, rng: Rng) -> None:
    for _ in range(int(rng.integers(1, 400))):
        start, end = ([int(rng.integers(side)) for side in paper.shape[::-1]] for _ in range(2))
        cv2.line(paper, start, end, int(rng.integers(120)), int(rng.integers(1, 6)))


def _rings(paper: np.ndarray, rng: Rng) -> None:
    centre = [int(rng.integers(side)) for side in paper.shape[::-1]]
    for radius in range(2, max(paper.shape), int(rng.integers(3, 30))):
        cv2.circle(paper, centre, radius, 30, int(rng.integers(1, 4)))


def _dots(paper: np.ndarray, rng: Rng) -> None:
    step, radius = int(rng.integers(3, 40)), int(rng.integers(1, 12))
    for y in range(0, paper.shape[0], step):
        for x in range(0, min(paper.shape[1], 3000), step):
            cv2.circle(paper, (x, y), radius, 30, -1)


def _ones(paper: np.ndarray, rng: Rng) -> None:
    """Upright strokes, more of them than a page has numbers."""
    step, height = int(rng.integers(4, 30)), int(rng.integers(8, 40))
    for y in range(0, paper.shape[0] - height, height + 6):
        paper[y : y + height, :: max(3, step)] = 20
        paper[y : y + height, 1 :: max(3, step)] = 20


def _labyrinth(paper: np.ndarray, rng: Rng) -> None:
    side = int(rng.integers(4, 24))
    for y in range(0, paper.shape[0], side):
        for x in range(0, min(paper.shape[1], 4000), side):
            ends = ((x, y), (x + side, y + side)) if rng.random() < 0.5 else ((x + side, y), (x, y + side))
            cv2.line(paper, *ends, 20, 2)


def _blob(paper: np.ndarray, rng: Rng) -> None:
    paper[rng.random() < 0.5 :, : int(rng.integers(paper.shape[1] + 1))] = 20
    cv2.ellipse(paper, (paper.shape[1] // 2, paper.shape[0] // 2), (9, 4), 30, 0, 300, 240, 2)


DRAWERS = (
    *(_blank, _noise, _specks, _noise_strip, _edge_box, _boxes, _grid, _barcode, _matrix_code),
    *(_words, _lines, _rings, _dots, _ones, _labyrinth, _blob),
)


def odd_file(rng: Rng) -> tuple[str, bytes]:
    """Returns the bytes of a picture file that is sound, in a form that few programs write."""
    name, pixels = odd_picture(rng)
    image = Image.fromarray(pixels[:2000, :2000])
    form = str(rng.choice(("PNG", "JPEG", "TIFF", "GIF", "WEBP", "BMP")))
    modes = {
        "PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
        "JPEG": ("L", "RGB", "CMYK"),
        "TIFF": ("1", "L", "P", "RGB", "RGBA", "CMYK", "F", "LAB", "YCbCr", "I;16"),
        "GIF": ("1", "L", "P"),
        "WEBP": ("RGB", "RGBA"),
        "BMP": ("1", "L", "P", "RGB"),
    }[form]
    mode = str(rng.choice(modes))
    if mode == "LAB":  # made of RGB alone
        image = image.convert("RGB")
    image = image.convert("L").convert("I").convert("I;16") if mode == "I;16" else image.convert(mode)
    exif = image.getexif()
    exif[0x0112] = int(rng.integers(0, 12))  # how it is turned; 1 to 8 are known
    options: dict[str, Any] = {"exif": exif} if form in ("PNG", "JPEG", "TIFF", "WEBP") else {}
    if form in ("TIFF", "GIF", "PNG") and rng.random() < 0.3:
        options |= {"save_all": True, "append_images": [image.resize((9, 9))] * int(rng.integers(1, 9))}
    if form == "PNG" and rng.random() < 0.3:
        notes = PngImagePlugin.PngInfo()
        notes.add_text("a" * 70, "b" * int(rng.integers(2_000_000)), zip=True)
        options["pnginfo"] = notes
    if rng.random() < 0.2 and form in ("PNG", "JPEG", "TIFF", "WEBP"):
        options["icc_profile"] = rng.bytes(300)
    if rng.random() < 0.3:
        options["dpi"] = (int(rng.integers(1, 5000)), 1)
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's, of what is written; what is read is another matter
        image.save(file, form, **options)
    return f"{form} {mode}: {name}", file.getvalue()


def _odd_array(rng: Rng) -> tuple[str, np.ndarray]:
    """Returns an array that is a picture in an unusual form, or none."""
    side = int(rng.integers(8, 120))
    grey = np.full((side, side), 240, np.uint8)
    cv2.putText(grey, "7", (2, side - 3), cv2.FONT_HERSHEY_SIMPLEX, side / 30, 20, 2)
    forms = {
        "uint16": grey.astype(np.uint16) * 257,
        "big-endian uint16": (grey.astype(np.uint16) * 257).astype(">u2"),
        "bool": grey < 100,
        "float": grey / 255,
        "float16": (grey / 255).astype(np.float16),
        "float over 1": grey.astype(float),
        "nan": np.where(grey < 100, np.nan, 1.0),
        "infinite": np.where(grey < 100, np.inf, 1.0),
        "int64": grey.astype(np.int64),
        "complex": grey.astype(complex),
        "object": grey.astype(object),
        "text": grey.astype(str),
        "masked": np.ma.masked_less(grey, 100),
        "reversed": grey[::-1, ::-1],
        "every third": np.repeat(grey, 3, axis=1)[:, ::3],
        "Fortran's order": np.asfortranarray(np.dstack([grey] * 3)),
        "no pixels": grey[:0],
        "no columns": grey[:, :0],
        "a line": grey[0],
        "a number": np.array(7),
        "one channel": grey[:, :, None],
        "two channels": np.dstack([grey] * 2),
        "four channels": np.dstack([grey] * 4),
        "channels first": np.stack([grey] * 3),
        "seven channels": np.dstack([grey] * 7),
        "four axes": grey[None, None],
        "huge by broadcasting": np.broadcast_to(grey[:1, :1], (200_000, 200_000)),
        "dates": grey.astype("datetime64[s]"),
        "records": np.zeros((9, 9), [("r", "u1"), ("g", "u1")]),
    }
    name = str(rng.choice(list(forms)))
    return f"array {name}", forms[name]


def _odd_object(rng: Rng) -> tuple[str, Any]:
    """Returns something that is no picture, or one in a wrapping that few use."""
    image = Image.new("RGB", (40, 40), "white")
    closed = io.BytesIO(b"x")
    closed.close()
    sound = io.BytesIO()
    image.save(sound, "PNG")
    objects = {
        "None": None,
        "an int": 7,
        "a list": [[0, 255], [255, 0]],
        "a dict": {"a": 1},
        "no bytes": b"",
        "a path without a file": "no/such/file.png",
        "an empty path": "",
        "a null in a path": "a\0b.png",
        "a long path": "a" * 5000,
        "a folder": str(Path(__file__).parent),
        "a device": "/dev/null",
        "an endless device": "/dev/zero",
        "an address": "https://example.org/a.png",
        "half of a letter": "\udcff.png",
        "a closed file": closed,
        "text as a file": io.StringIO("abc"),
        "an open file": io.BytesIO(sound.getvalue()),
        "a memoryview": memoryview(sound.getvalue()),
        "a bytearray": bytearray(sound.getvalue()),
        **{f"Pillow {mode}": image.convert(mode) for mode in ("1", "L", "P", "RGBA", "CMYK", "HSV", "YCbCr")},
        "Pillow I": image.convert("I"),
        "Pillow F": image.convert("F"),
        "Pillow of no pixel": Image.new("L", (0, 9)),
        "Pillow very large": Image.new("1", (20_000, 20_000)),
        "a class": Image.Image,
        "a generator": (part for part in (b"a", b"b")),
    }
    name = str(rng.choice(list(objects)))
    return name, objects[name]
