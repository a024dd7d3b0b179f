"""A sheet of paper photographed on a desk: at any turn, from any side, near and far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.training.draw.camera import PAGE_CAMERA, Camera, photograph

__all__ = ["Shot", "on_desk"]

Image = NDArray[np.uint8]
Strength = NDArray[np.float32]  # (H, W), 0 = no ink, 1 = full ink

TILT = 0.09  # of the photo's sides; how far a corner is from where it would be from right above
FILLED = (0.72, 0.94)  # of the photo's side that the sheet takes


@dataclass(frozen=True, eq=False)
class Shot:
    """A photo of a sheet.

    Attributes:
        picture: uint8 (H, W) grey.
        to_photo: float64 (3, 3), the homography that takes a place of the sheet to the photo's.
    """

    picture: Image
    to_photo: NDArray[np.float64]


def on_desk(
    ink: Strength,
    side: int,
    rng: np.random.Generator,
    *,
    turn: float | None = None,
    tilt: float = TILT,
    camera: Camera = PAGE_CAMERA,
) -> Shot:
    """Lays a sheet on a desk and takes a picture of it.

    Args:
        ink: float32 (H, W), 0 = no ink, 1 = full ink.
        side: pixels; the longer side of the photo.
        rng: the source of all chance.
        turn: degrees by which the sheet is turned, None for any.
        tilt: how far the corners stray, as a share of the photo's sides.
        camera: how the picture comes out.
    """
    height, width = ink.shape
    photo = (side, round(side * 0.75)) if height >= width else (round(side * 0.75), side)
    turn = rng.uniform(0, 360) if turn is None else turn
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    angle = np.deg2rad(turn)
    turned = (corners - (width / 2, height / 2)) @ np.array(
        [[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]
    )
    if np.ptp(turned[:, 0]) > np.ptp(turned[:, 1]):  # the phone is held as the sheet lies
        photo = (min(photo), max(photo))
    else:
        photo = (max(photo), min(photo))
    room = np.array((photo[1], photo[0])) * rng.uniform(*FILLED)
    turned *= min(room[0] / np.ptp(turned[:, 0]), room[1] / np.ptp(turned[:, 1])) / (1 + tilt)
    turned += rng.uniform(-tilt, tilt, (4, 2)) * np.ptp(turned, axis=0) / 2
    free = np.array((photo[1], photo[0])) - np.ptp(turned, axis=0)
    turned += rng.uniform(0.1, 0.9, 2) * free - turned.min(axis=0)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), turned.astype(np.float32))
    size = (photo[1], photo[0])
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))
    if scale < 0.9:  # a lens means over what lies in one pixel
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), 0.4 / scale), np.float32)
    flat: Any = cv2.warpPerspective(ink, matrix, size, flags=cv2.INTER_LINEAR)
    sheet: Any = cv2.warpPerspective(np.ones(ink.shape, np.float32), matrix, size, flags=cv2.INTER_LINEAR)
    picture = photograph(np.asarray(flat, np.float32), 24, camera, rng).astype(np.float32)
    desk = _desk(photo, rng)
    shadow: Any = cv2.GaussianBlur(sheet, (0, 0), 6)
    desk *= 1 - 0.35 * np.asarray(shadow, np.float32)
    mixed = sheet * picture + (1 - sheet) * desk
    return Shot(np.clip(mixed, 0, 255).astype(np.uint8), np.asarray(matrix, np.float64))


def _desk(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """Returns a desk with its grain, grey levels, float32 (H, W)."""
    level, along = rng.uniform(25, 150), rng.random() < 0.6
    coarse = rng.normal(0, 1, (max(2, shape[0] // (60 if along else 6)), max(2, shape[1] // 5))).astype(
        np.float32
    )
    grain: Any = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    fine = rng.normal(0, rng.uniform(1, 4), shape).astype(np.float32)
    return np.asarray(np.float32(level) + np.float32(rng.uniform(2, 14)) * grain + fine, np.float32)
