"""What a finder is told: the marks of each window become what each place should answer, in Keras operations.

Windows travel with their lists of marks; the maps are made where the network is, of whatever backend.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from inkdigits import spec
from inkdigits.find import maps
from inkdigits.training.learn import finder_data as known
from inkdigits.training.learn.backend import keras
from inkdigits.training.learn.finder_data import COLUMNS, Window
from inkdigits.training.learn.task import Batch

__all__ = ["MOST", "finder_loss", "pack"]

MOST = 112  # marks of a window; more than there is room for at the working height
REACH = (0.12, 0.8), (0.12, 1.2)  # of a mark's width and height, and pixels more: how far around its middle
NEAR = 0.6  # of the height of that hill; places above it tell size, class and neighbour as the middle does
OTHERS = (
    0.5  # weight of the middles of marks that are no characters of a number: nobody knows how many a word has
)
SIZE, OFFSET, NAME, LINK, NEXT, TURN = 1.0, 0.5, 1.0, 0.5, 0.5, 0.3  # weights beside that of the middles
FAR = 1e3  # farther than anything
SOFT = 0.05  # differences up to here weigh less


def pack(windows: Sequence[Window]) -> Batch:
    """Puts windows of one size into one array.

    Returns:
        uint8 (N, S, S); and float32 (N, 112, 12): the marks of each as its window has them, then zeros.
    """
    targets = np.zeros((len(windows), MOST, COLUMNS), np.float32)
    for row, window in zip(targets, windows, strict=True):
        marks = window.marks[:MOST]
        row[: len(marks)] = marks
    return np.stack([window.image for window in windows]), targets


def finder_loss(targets: Any, answers: Any) -> Any:
    """Returns the loss of a batch, a mean over its marks.

    Where a middle is: focal loss with less weight beside it (Zhou, Wang and Krähenbühl, "Objects as Points",
    2019). There and close by: what the mark is, how large, where exactly, what follows it, how it is turned.

    Args:
        targets: float32 (N, 112, 12) of :func:`pack`.
        answers: float32 (N, H / 4, W / 4, 2 x answers) of the network.
    """
    ops = keras().ops
    labels = len(spec.NUMBER_LABELS)
    rows, columns = ops.shape(answers)[1], spec.FRAMES_A_COLUMN * ops.shape(answers)[2]
    places = rows * columns
    told = ops.reshape(ops.cast(answers, "float32"), (-1, places, maps.FIELDS + labels))
    down = (ops.arange(rows, dtype="float32") + 0.5) * spec.FINDER_ROWS
    across = (ops.arange(columns, dtype="float32") + 0.5) * spec.FINDER_COLUMNS

    def hill(axis: int, side: int, centres: Any) -> Any:
        share, least = REACH[axis]
        away = (centres - targets[:, :, axis, None]) / (share * targets[:, :, side, None] + least)
        return 0.5 * away * away  # (N, marks, centres)

    there = ops.cast(targets[:, :, known.WIDTH] > 0, "float32")
    high = hill(1, known.HEIGHT, down) + FAR * (1 - there)[:, :, None]
    wide = hill(0, known.WIDTH, across)
    away = ops.reshape(high[:, :, :, None] + wide[:, :, None, :], (-1, MOST, places))
    owner = ops.argmin(away, axis=1)
    near = ops.exp(-ops.min(away, axis=1))  # (N, places), 1 at a middle
    mark = ops.take_along_axis(targets, ops.cast(owner, "int32")[:, :, None], axis=1)
    x = ops.reshape(ops.broadcast_to(across[None, :], (rows, columns)), (1, places))
    y = ops.reshape(ops.broadcast_to(down[:, None], (rows, columns)), (1, places))
    right, below = mark[..., known.X] - x, mark[..., known.Y] - y
    within = (ops.abs(right) <= spec.FINDER_COLUMNS / 2) & (ops.abs(below) <= spec.FINDER_ROWS / 2)
    middle = ops.cast(within & (mark[..., known.WIDTH] > 0), "float32")

    def mean(values: Any, weights: Any) -> Any:
        return ops.sum(values * weights) / ops.maximum(ops.sum(weights), 1.0)

    other = ops.cast(mark[..., known.LABEL] == spec.NUMBER_LABELS.index(spec.OTHER), "float32")
    logit = told[..., maps.CENTRE]
    chance = ops.sigmoid(logit)
    hit = (1 - chance) ** 2 * ops.softplus(-logit) * middle * (1 - (1 - OTHERS) * other)
    false = (1 - near) ** 4 * chance**2 * ops.softplus(logit) * (1 - middle)
    loss = ops.sum(hit + false) / ops.maximum(ops.sum(middle), 1.0)

    around = ops.maximum(middle, ops.cast(near > NEAR, "float32") * near)
    named = around * mark[..., known.NAMED]

    def apart(field: int, expected: Any) -> Any:
        difference = ops.abs(told[..., field] - expected)
        return ops.where(difference < SOFT, 0.5 * difference**2 / SOFT, difference - 0.5 * SOFT)

    sizes = ops.log(ops.maximum(mark[..., known.WIDTH : known.HEIGHT + 1], 1.0) / spec.FINDER_HEIGHT)
    loss += SIZE * mean(apart(maps.WIDTH, sizes[..., 0]) + apart(maps.HEIGHT, sizes[..., 1]), around)
    offsets = apart(maps.RIGHT, right / maps.OFFSET_UNIT) + apart(maps.DOWN, below / maps.OFFSET_UNIT)
    loss += OFFSET * mean(offsets, around)
    wrong = ops.sparse_categorical_crossentropy(
        ops.cast(mark[..., known.LABEL], "int32"), told[..., maps.FIELDS :], from_logits=True
    )
    loss += NAME * mean(wrong, named)
    linked = around * mark[..., known.LINKED]
    follows = mark[..., known.LINK]
    doubt = ops.softplus(told[..., maps.LINK]) - follows * told[..., maps.LINK]
    loss += LINK * mean(doubt, linked)
    steps = mark[..., known.NEXT_X : known.NEXT_Y + 1] / spec.FINDER_HEIGHT
    to_next = apart(maps.NEXT_RIGHT, steps[..., 0]) + apart(maps.NEXT_DOWN, steps[..., 1])
    loss += NEXT * mean(to_next, linked * follows)
    turn = (told[..., maps.SINE] - mark[..., known.SINE]) ** 2
    turn += (told[..., maps.COSINE] - mark[..., known.COSINE]) ** 2
    known_turn = around * (mark[..., known.SINE] ** 2 + mark[..., known.COSINE] ** 2)
    return loss + TURN * mean(turn, known_turn)
