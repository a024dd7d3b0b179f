"""Pairs of digits that touch: how many are read, both digits right.

Usage: python benchmarks/touching.py [--pairs N] [--json FILE]

Two digits of writers of whom no model has learned side by side, pushed together until their ink overlaps by a
pixel or two, dark on light paper; seeded. Pairs that would have to slide into each other by more than a third
of the narrower digit before they touch are drawn again: there one is written over the other. The interval is
Clopper-Pearson, 95 %.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from held_digits import held_digits

import inkdigits
from inkdigits.measure.intervals import clopper_pearson

SEED = 21
SOLID = 100  # ink value of 255; darker pixels touch
DEEPEST = 1 / 3  # of the narrower digit's width; how far the digits may reach into each other
MARGIN = 8  # pixels of paper around the pair


def tight(digit: np.ndarray) -> np.ndarray:
    """Returns the digit cut to its ink."""
    rows, columns = np.flatnonzero(digit.any(axis=1)), np.flatnonzero(digit.any(axis=0))
    return digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def joined(left: np.ndarray, right: np.ndarray, rng: np.random.Generator) -> np.ndarray | None:
    """Returns both digits in contact, at slightly different heights: uint8 (H, W), 255 = ink.

    None when they touch only once one is written over the other.
    """
    shift = int(rng.integers(-2, 3))
    height = max(left.shape[0], right.shape[0]) + abs(shift)
    sheets = []
    for digit, drop in ((left, max(0, -shift)), (right, max(0, shift))):
        sheet = np.zeros((height, digit.shape[1]), np.uint8)
        top = min(drop + (height - abs(shift) - digit.shape[0]) // 2, height - digit.shape[0])
        sheet[top : top + digit.shape[0]] = digit
        sheets.append(sheet)
    first, second = sheets
    deepest = int(DEEPEST * min(first.shape[1], second.shape[1]))
    for both in range(1, deepest + 1):  # columns that they share
        start = first.shape[1] - both
        if ((first[:, start:] > SOLID) & (second[:, :both] > SOLID)).any():
            break
    else:
        return None
    pair = np.zeros((height, max(first.shape[1], start + second.shape[1])), np.uint8)
    pair[:, : first.shape[1]] = first
    place = pair[:, start : start + second.shape[1]]
    np.maximum(place, second, out=place)
    return np.pad(pair, MARGIN)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=2000, metavar="N", help="how many pairs (2000)")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    args = parser.parse_args()
    images, values = held_digits()
    reader = inkdigits.Reader()
    rng = np.random.default_rng(SEED)
    right = pairs = 0
    while pairs < args.pairs:
        one, other = (int(index) for index in rng.integers(0, len(values), 2))
        pair = joined(tight(images[one]), tight(images[other]), rng)
        if pair is None:
            continue
        pairs += 1
        reading = reader.read(255 - pair, expect="number")
        right += reading.text == f"{values[one]}{values[other]}"
    low, high = clopper_pearson(right, args.pairs)
    print(f"pairs read {right / args.pairs:.2%}  ({low:.2%} to {high:.2%}, n = {args.pairs})")
    if args.json:
        args.json.write_text(json.dumps({"benchmark": "touching", "right": right, "n": args.pairs}))


if __name__ == "__main__":
    main()
