"""Sheets that lie askew: those of a folder as they are, turned, and photographed on a desk at the same turns.

Usage: python benchmarks/turned.py [--data FOLDER] [--turns DEGREES…] [--json FILE]

Turned sheets are turned on white, whole; photographed ones are laid on a desk by the project's camera, from a
side, with its light, blur and grain, seeded. Both are read with ``auto``. Given are the share of the written
numbers that are read right and in order, of the sure ones those that are wrong or not there, and the
rows that are whole.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from finder import measured

import inkdigits
from inkdigits.data.datasets import load_dataset
from inkdigits.picture.sources import load
from inkdigits.training.draw.desk import on_desk

SEED = 16
TURNS = (0.0, 90.0, 180.0, 270.0, 5.0, 30.0)
PHOTO = 3000  # pixels; longer side of a photo, of which a sheet takes most


def turned(picture: np.ndarray, degrees: float) -> np.ndarray:
    """Returns a picture turned clockwise, whole, on white."""
    if degrees % 90 == 0:
        return np.ascontiguousarray(np.rot90(picture, -int(degrees // 90)))
    height, width = picture.shape[:2]
    side = int(np.hypot(height, width))
    way = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1)
    way[:, 2] += (side - width) / 2, (side - height) / 2
    return cv2.warpAffine(picture, way, (side, side), borderValue=(255,) * 3)


def photographed(picture: np.ndarray, degrees: float, rng: np.random.Generator) -> np.ndarray:
    """Returns a photo of a sheet on a desk, uint8 (H, W)."""
    grey = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    paper = float(np.percentile(grey, 90))
    ink = np.clip(1 - grey.astype(np.float32) / paper, 0, 1)
    return on_desk(ink, PHOTO, rng, turn=degrees).picture


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="real/pages_sheets", help="the sheets (real/pages_sheets)")
    parser.add_argument("--turns", type=float, nargs="+", default=TURNS, metavar="DEGREES")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    asked = parser.parse_args()
    sheets = load_dataset(asked.data, "test")
    pictures = [load(image) for image in sheets.images]
    reader = inkdigits.Reader(threads=None)
    out: list[dict[str, float | str]] = []
    print(f"{len(pictures)} sheets\n{'':18}{'degrees':>8}{'right':>9}{'sure wrong':>12}{'rows whole':>12}")
    for name in ("turned", "photographed"):
        for degrees in asked.turns:
            rng = np.random.default_rng((SEED, round(degrees)))
            shown = [
                turned(each, degrees) if name == "turned" else photographed(each, degrees, rng)
                for each in pictures
            ]
            figures = measured(reader, replace(sheets, images=shown), "auto")
            out.append({"how": name, "degrees": degrees, **figures})
            told = "".join(
                f"{100 * figures[key]:{wide}.2f} %"
                for key, wide in (("right", 7), ("sure wrong", 10), ("rows whole", 10))
            )
            print(f"{name:18}{degrees:8.0f}{told}", flush=True)
    if asked.json:
        asked.json.write_text(json.dumps(out, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
