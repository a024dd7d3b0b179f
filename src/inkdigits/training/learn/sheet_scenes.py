"""Scenes as they look once the reader has found the sheet in them, cut it out and straightened it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from inkdigits.picture.sheet import find_sheet
from inkdigits.readings import Box
from inkdigits.training.draw.scene import Scene

__all__ = ["straightened"]

Floats = NDArray[np.float64]

CORNERS = 0.7  # of a box's side that a turned mark adds to the other one; strokes seldom reach its corners
LEAST = 0.35  # of a turned box's sides that are left at least


def straightened(scene: Scene) -> Scene:
    """Returns a scene as the reader goes on with it: the sheet alone, its sides level; as it is without one.

    Args:
        scene: a picture and its truth.
    """
    sheet = find_sheet(scene.picture)
    if sheet is None:
        return scene
    to_sheet = np.asarray(np.linalg.inv(sheet.to_source), np.float64)
    height, width = sheet.picture.shape[:2]
    middle = _moved(np.array([width / 2, height / 2]), sheet.to_source)
    angle = np.radians(scene.turn)
    first = _moved(middle, to_sheet)
    second = _moved(middle + np.array((np.cos(angle), np.sin(angle))), to_sheet)
    turn = float(np.degrees(np.arctan2(second[1] - first[1], second[0] - first[0]))) % 360
    by = np.radians(scene.turn - turn)
    marks = tuple(replace(mark, box=_box(mark.box, to_sheet, float(by))) for mark in scene.marks)
    return Scene(sheet.picture, marks, scene.kind, turn)


def _box(box: Box, to_sheet: Floats, by: float) -> Box:
    """Returns the box of a mark that is turned back by an angle: its own has grown by being turned."""
    middle = np.array([box.x + box.width / 2, box.y + box.height / 2])
    steps = np.stack([_moved(middle + step, to_sheet) - _moved(middle, to_sheet) for step in np.eye(2)])
    scale = abs(float(np.linalg.det(steps))) ** 0.5
    along, across = abs(np.cos(by)), CORNERS * abs(np.sin(by))
    if abs(np.sin(by)) > abs(np.cos(by)):  # by more than 45°, which a sheet is not
        along, across = 1.0, 0.0
    share = along * along - across * across
    width = max(LEAST * box.width, (along * box.width - across * box.height) / share)
    height = max(LEAST * box.height, (along * box.height - across * box.width) / share)
    x, y = _moved(middle, to_sheet)
    size = max(1, round(scale * width)), max(1, round(scale * height))
    return Box(round(x - size[0] / 2), round(y - size[1] / 2), *size)


def _moved(place: Floats, homography: Floats) -> Floats:
    x, y, z = homography @ (place[0], place[1], 1.0)
    return np.array((x / z, y / z))
