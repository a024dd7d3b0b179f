"""The real hands that a training learns from, and those that it is judged by."""

from __future__ import annotations

from pathlib import Path

from inkdigits.data import strokes as pen_strokes
from inkdigits.data.datasets import data_dir
from inkdigits.data.strokes import held_writers, load_strokes
from inkdigits.training.draw.hands import Hands

__all__ = ["hands_of", "strokes_file"]


def strokes_file() -> Path:
    """Returns where the pen strokes are kept."""
    return pen_strokes.strokes_file(data_dir())


def hands_of(path: Path, *, held: bool, digit_height: int) -> Hands:
    """Returns the writers to learn from, or those that are held out.

    Args:
        path: the file of strokes.
        held: which of the two.
        digit_height: pixels; of the digits that they will write.

    Raises:
        DataError: the file is missing or damaged.
    """
    strokes = load_strokes(path)
    out = held_writers(strokes)
    writers = out if held else {int(writer) for writer in strokes.writers} - out
    return Hands(strokes, writers, digit_height=digit_height)
