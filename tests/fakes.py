"""Readers whose models are fakes, and what they are given to read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from conftest import draw_digit

from inkdigits import spec
from inkdigits.reader import Reader
from inkdigits.recognition.bundle import SHIPPED, Kind, load
from inkdigits.recognition.engine import Engine, FakeDigitEngine, FakeNumberEngine
from inkdigits.recognition.model import Model


class SeenEngine:
    """Answers with logits that a function gives for each image, and keeps what it was asked."""

    def __init__(self, answer):
        self.answer, self.calls = answer, []

    def logits(self, images: np.ndarray) -> np.ndarray:
        self.calls.append(images)
        return np.stack([self.answer(image) for image in images]).astype(np.float32)


def fake(value: int = 7, logit: float = 9.0, numbers=None, **options) -> Reader:
    return reader_with(FakeDigitEngine(value, logit, spec.DIGITS), numbers, **options)


def reader_with(digits=None, numbers=None, **options) -> Reader:
    """Returns a reader whose shipped bundles are computed by these engines, the digits' with ten logits."""
    return Reader(
        None if digits is None else model_of("digit", digits, spec.DIGITS),
        None if numbers is None else Model.shipped("number", numbers),
        **options,
    )


def model_of(kind: Kind, engine: Engine, labels: str) -> Model:
    """Returns a model that answers these labels, whatever the shipped one knows."""
    bundle = load(SHIPPED[kind])
    return Model(replace(bundle, metadata={**bundle.metadata, "labels": labels}), engine)


def logits(**of_digit: float) -> np.ndarray:
    """Returns a row of logits: ``logits(d3=5)`` has 5 for the digit 3 and 0 for the others."""
    row = np.zeros(10)
    for name, value in of_digit.items():
        row[int(name[1:])] = value
    return row


class Spells(FakeNumberEngine):
    """Keeps how wide the batches were that it was asked."""

    def __init__(self, text: str, logit: float = 12.0):
        super().__init__(text, logit)
        self.widths: list[int] = []

    def logits(self, images: np.ndarray) -> np.ndarray:
        self.widths.append(images.shape[2])
        return super().logits(images)


def row_of(*digits: int) -> np.ndarray:
    """Returns digits written side by side, uint8 (120, 90 each)."""
    return np.hstack([draw_digit(digit, 120)[:, 15:105] for digit in digits])


def page_of(rows: int) -> np.ndarray:
    """Returns rows of two numbers each."""
    row = np.hstack([row_of(1, 4), np.full((120, 300), 245, np.uint8), row_of(7, 4)])
    gap = np.full((60, row.shape[1]), 245, np.uint8)
    return np.vstack([gap, *[part for _ in range(rows) for part in (row, gap)]])
