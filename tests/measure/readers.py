"""Readers of a few lines that stand in for a model."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from inkdigits.errors import SourceError
from inkdigits.readings import Box, Number, Reading, Status


class NameReader:
    """Reads what the name of a picture says, a word a number; "error" cannot be read, "empty" has no ink.

    A word that begins with "unsure" is less sure than the others. A row ends at "_".
    """

    max_error = number_max_error = 0.5

    def __init__(self) -> None:
        self.expected: list[str] = []
        self.inputs: list[np.ndarray] = []

    def classify(self, images: np.ndarray) -> np.ndarray:
        raise AssertionError("pictures have to be read")

    def see(self, source: Path, expect: str = "auto") -> tuple[Reading, tuple[np.ndarray, ...]]:
        self.expected.append(expect)
        if source.stem == "error":
            raise SourceError(f"{source}: no picture")
        if source.stem == "empty":
            return Reading(str(source), "empty"), ()
        words = source.stem.replace("_", " ").split()
        texts = [word.removeprefix("unsure") for word in words]
        confidences = [0.25 if word.startswith("unsure") else 0.9 for word in words]
        statuses: list[Status] = ["ok" if confidence >= 0.5 else "unsure" for confidence in confidences]
        numbers = tuple(
            Number(text, confidence, Box(0, 0, 1, 1), status=status)
            for text, confidence, status in zip(texts, confidences, statuses, strict=True)
        )
        inputs = tuple(np.full((32, 8), len(self.inputs) + n, np.uint8) for n in range(len(numbers)))
        self.inputs += inputs
        text = source.stem.replace("unsure", "").replace("_", "\n")
        status = "unsure" if "unsure" in statuses else "ok"
        return Reading(str(source), status, text, min(confidences), numbers), inputs
