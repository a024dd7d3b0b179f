"""Ink image → where the digit is: the likely crops of one digit, lines and neighbours left out.

A picture that holds one clean digit has one candidate. Where a ruling or a neighbour may touch the
digit there are several, and the model's confidence decides between them in ``reader.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.find.border_lines import without_edges
from inkdigits.find.cuts import cuts
from inkdigits.ink.parts import Part, find_parts, slant_of
from inkdigits.readings import Box

__all__ = ["Candidate", "digit_candidates"]

Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to cut the digit out.

    Attributes:
        ink: uint8 (H, W), 255 = ink; everything that is not the digit is 0.
        box: where ``ink`` stands in the ink image, in its pixels.
        prior: log of how likely this cut is before the model looks at it; 0 for the likeliest.
    """

    ink: Image
    box: Box
    prior: float


def digit_candidates(ink: Image) -> list[Candidate]:
    """Returns the likely crops of the one digit in an ink image, the likeliest first.

    Args:
        ink: uint8 (H, W), 255 = ink.

    Returns:
        One to ``spec.MAX_CANDIDATES`` candidates; none when there is no ink.
    """
    clear = without_edges(ink)
    candidates = _of_image(clear)
    if clear is not ink:  # what was taken for a line may have been a stroke
        candidates += [replace(way, prior=way.prior + spec.PRIOR_WITH_LINES) for way in _of_image(ink)]
    unique: dict[tuple[Box, int], Candidate] = {}
    for candidate in sorted(candidates, key=lambda way: -way.prior):
        unique.setdefault((candidate.box, int(candidate.ink.sum(dtype=np.int64))), candidate)
    return list(unique.values())[: spec.MAX_CANDIDATES]


def _of_image(ink: Image) -> list[Candidate]:
    slant = slant_of(ink)
    labels, parts = find_parts(ink, slant)
    height, width = ink.shape
    if not parts:
        return []
    weights = {part.label: _weight(part, width, height) for part in parts}
    main = max(parts, key=lambda part: weights[part.label])
    own = _grown(main, parts, width, height)
    inner = [part for part in parts if part.area >= spec.SPECK_SHARE * main.area]
    inner = [part for part in inner if part in own or not _is_point(part, main.top, main.bottom)]
    alone = len(inner) > len(own) and _stands_alone(inner, width, height)
    candidates = [_crop(ink, labels, own, spec.PRIOR_PART_OF_ALONE if alone else 0.0)]
    if len(inner) > len(own):
        crowded = any(_at_side(part, width) for part in inner)
        prior = spec.PRIOR_ALL_AT_SIDE if crowded else spec.PRIOR_ALL
        candidates.append(_crop(ink, labels, inner, 0.0 if alone else prior))
    if len(own) > 1:
        complete = _stands_alone(own, width, height)
        prior = spec.PRIOR_PART_OF_ALONE if complete else spec.PRIOR_MAIN_ALONE
        candidates.append(_crop(ink, labels, [main], prior))
    # Each stroke of a digit is a good 1; where nothing else is in sight, none stands for itself.
    apart = spec.PRIOR_PART_OF_ALONE if alone else 0.0
    for other in parts:
        share = weights[other.label] / weights[main.label]
        if other not in own and share >= spec.OTHER_MAIN_LEAST:
            prior = spec.PRIOR_OTHER_MAIN + spec.OTHER_MAIN_COST * float(np.log(share)) + apart
            candidates.append(_crop(ink, labels, _grown(other, parts, width, height), prior))
    first = candidates[0]
    for cut, cost in cuts(first.ink, slant, width / 2 - first.box.x, touches=_touches(first.box, width)):
        candidates.append(_largest(cut, first.box, slant, spec.PRIOR_CUT - spec.CUT_COST * cost))
    return candidates


def _weight(part: Part, width: int, height: int) -> float:
    """Says how much a part looks like the digit that the picture is about: large and in the middle."""
    off = (part.left + part.width / 2) / width - 0.5
    off_down = (part.top + part.height / 2) / height - 0.5
    central = np.exp(-(off**2) / (2 * 0.2**2) - (off_down**2) / (2 * 0.35**2))
    size = max(part.height, 0.6 * part.width) * np.sqrt(part.area)
    return float(size * central)


def _is_point(part: Part, top: int, bottom: int) -> bool:
    """Tells a full stop or comma: small, compact and low."""
    size = bottom - top
    compact = max(part.width, part.height) < 0.3 * size and part.width < 2.5 * part.height
    return compact and part.top > top + 0.55 * size


def _at_side(part: Part, width: int) -> bool:
    """Tells what may belong to a neighbour; in a tight crop every stroke reaches the sides."""
    return width > spec.SMALL_SIDE and (part.left <= 1 or part.right >= width - 1)


def _at_end(part: Part, height: int) -> bool:
    """Tells what may belong to the line above or below."""
    return height > spec.SMALL_SIDE and (part.top <= 1 or part.bottom >= height - 1)


def _stands_alone(parts: list[Part], width: int, height: int) -> bool:
    """Tells one digit in several strokes: together no wider than high, and away from the borders."""
    wide = max(part.last for part in parts) - min(part.first for part in parts)
    high = max(part.bottom for part in parts) - min(part.top for part in parts)
    cut = any(_at_side(part, width) or _at_end(part, height) for part in parts)
    return wide <= high and not cut


def _touches(box: Box, width: int) -> bool:
    return box.x <= 1 or box.x + box.width >= width - 1


def _grown(main: Part, parts: list[Part], width: int, height: int) -> list[Part]:
    """Adds to the main part what belongs to the same digit: the bar of a 5, a broken stroke.

    Left and right are compared as if the writing stood upright, so a neighbour that leans over the
    digit is still beside it.
    """
    own = [main]
    first, last, top, bottom = main.first, main.last, main.top, main.bottom
    for part in sorted((part for part in parts if part is not main), key=lambda part: -part.area):
        if part.area < spec.SPECK_SHARE * main.area or _is_point(part, top, bottom):
            continue
        overlap = min(last, part.last) - max(first, part.first)
        shared = overlap / max(1.0, min(part.last - part.first, last - first))
        reach = spec.JOIN_REACH * max(bottom - top, last - first)
        gap = max(part.top - bottom, top - part.bottom, 0)
        beyond = gap > 0 and _at_end(part, height)  # a piece of the line above or below
        above = shared > 0.5 and gap <= reach and not beyond
        # The bar of a 5 or 7 that stands apart: flat, high, and close.
        flat = part.right - part.left > 1.5 * part.height and part.bottom < top + 0.4 * (bottom - top)
        bar = flat and not beyond and shared > -0.4 and gap <= reach and not _at_side(part, width)
        # A digit in two halves, like a 4 whose stem stands apart.
        half = shared > -0.15 and part.height > 0.5 * (bottom - top) and not _at_side(part, width)
        if above or bar or (half and part.area > 0.15 * main.area):
            own.append(part)
            first, last = min(first, part.first), max(last, part.last)
            top, bottom = min(top, part.top), max(bottom, part.bottom)
    return own


def _crop(ink: Image, labels: NDArray[np.int32], own: list[Part], prior: float) -> Candidate:
    """Cuts out the given parts with their soft edges, and nothing else."""
    height, width = ink.shape
    left, right = max(0, min(part.left for part in own) - 1), min(width, max(part.right for part in own) + 1)
    top, bottom = max(0, min(part.top for part in own) - 1), min(height, max(part.bottom for part in own) + 1)
    wanted = np.zeros(int(labels.max()) + 1, np.uint8)  # one entry a label: 1 for those to keep
    wanted[[part.label for part in own]] = 1
    mask = wanted[labels[top:bottom, left:right]]
    soft = cv2.dilate(mask, np.ones((3, 3), np.uint8)) > 0  # the soft edge lies outside the solid part
    return Candidate(ink[top:bottom, left:right] * soft, Box(left, top, right - left, bottom - top), prior)


def _largest(cut: Image, box: Box, slant: float, prior: float) -> Candidate:
    """Keeps the largest piece of a cut and what belongs to it."""
    labels, parts = find_parts(cut, slant)
    if not parts:
        return Candidate(cut, box, prior)
    main = max(parts, key=lambda part: part.area)
    inner = _crop(cut, labels, _grown(main, parts, cut.shape[1], cut.shape[0]), prior)
    place = Box(box.x + inner.box.x, box.y + inner.box.y, inner.box.width, inner.box.height)
    return replace(inner, box=place)
