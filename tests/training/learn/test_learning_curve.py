"""learning_curve.py: whatever the figures are, there is a picture of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from matplotlib.figure import Figure

from inkdigits.training.learn.learning_curve import draw_curve
from inkdigits.training.learn.run import COLUMNS


@pytest.mark.parametrize("accuracy", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("epochs", [1, 40])
def test_a_curve_is_drawn_of_any_history(tmp_path: Path, accuracy: float, epochs: int):
    half = dict.fromkeys(COLUMNS, 0.5) | {"accuracy": accuracy, "val_accuracy": accuracy}
    rows = [half | {"epoch": float(epoch)} for epoch in range(1, epochs + 1)]
    draw_curve(rows, tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_epochs_are_whole_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    drawn: list[Figure] = []
    monkeypatch.setattr(Figure, "savefig", lambda self, path, **_: drawn.append(self))
    draw_curve(
        [dict.fromkeys(COLUMNS, 0.5) | {"epoch": float(epoch)} for epoch in (1, 2)], tmp_path / "a.png"
    )
    for axes in drawn[0].axes:
        ticks = axes.get_xticks()
        assert len(ticks)
        assert [float(tick).is_integer() for tick in ticks] == [True] * len(ticks)
