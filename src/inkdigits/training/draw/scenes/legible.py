"""Whether a person could read a scene: ink that nobody sees teaches nothing but to guess."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.readings import Box
from inkdigits.training.draw.scene import NONE, Scene

__all__ = ["contrast", "is_legible"]

FAINTEST = 7.0  # grey levels between ink and paper; the noise of a bad picture reaches half of it
LOST = 0.2  # of the digits that are looked at; a scene that hides more of them is none to learn from
LOOKED_AT = 15  # digits of a scene; spread over it
AROUND = 4  # pixels of paper around a digit


def is_legible(scene: Scene) -> bool:
    """Tells whether nearly all digits of a scene stand out from their paper; without digits it is."""
    boxes = [mark.box for mark in scene.marks if mark.number != NONE and mark.label.isdigit()]
    if not boxes:
        return True
    places = np.linspace(0, len(boxes) - 1, min(len(boxes), LOOKED_AT)).astype(int).tolist()
    levels = [contrast(scene.picture, boxes[place]) for place in places]
    return float(np.mean(np.array(levels) < FAINTEST)) <= LOST


def contrast(picture: NDArray[np.uint8], box: Box) -> float:
    """Returns by how many grey levels ink in a box differs from the paper around it, noise taken out.

    Args:
        picture: uint8 (H, W) or (H, W, 3).
        box: of the ink.
    """
    top, left = max(0, box.y - AROUND), max(0, box.x - AROUND)
    piece = picture[top : box.y + box.height + AROUND, left : box.x + box.width + AROUND]
    if piece.size == 0:
        return 0.0
    if piece.ndim == 3:
        piece = cv2.cvtColor(piece, cv2.COLOR_RGB2GRAY)
    soft = np.asarray(cv2.blur(piece, (3, 3)), np.float32)
    inside = soft[box.y - top if box.y > 0 else 0 :, box.x - left if box.x > 0 else 0 :]
    inside = inside[: max(1, box.height), : max(1, box.width)]
    low, high = np.percentile(inside, (6, 94))
    paper = float(np.median(soft))
    return float(max(paper - low, high - paper))
