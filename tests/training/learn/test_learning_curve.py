"""learning_curve.py: whatever the figures are, there is a picture of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from inkdigits.training.learn.learning_curve import draw_curve
from inkdigits.training.learn.run import COLUMNS


@pytest.mark.parametrize("accuracy", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("epochs", [1, 40])
def test_a_curve_is_drawn_of_any_history(tmp_path: Path, accuracy: float, epochs: int):
    half = dict.fromkeys(COLUMNS, 0.5) | {"accuracy": accuracy, "val_accuracy": accuracy}
    rows = [half | {"epoch": float(epoch)} for epoch in range(1, epochs + 1)]
    draw_curve(rows, tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
