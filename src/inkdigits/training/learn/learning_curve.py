"""A run's figures, epoch by epoch, as a picture."""

from __future__ import annotations

from pathlib import Path

from inkdigits import files
from inkdigits.errors import MissingExtraError

__all__ = ["Row", "draw_curve"]

Row = dict[str, float]  # an epoch's figures; the keys are the columns of history.csv


def draw_curve(rows: list[Row], path: Path) -> None:
    """Draws loss and error over the epochs as a PNG; raises OutputError."""
    try:
        from matplotlib.figure import Figure
        from matplotlib.ticker import MaxNLocator
    except ModuleNotFoundError as error:
        raise MissingExtraError("matplotlib", "train") from error
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    epochs = [row["epoch"] for row in rows]
    for axes, key, title in ((left, "loss", "loss"), (right, "accuracy", "error, %")):
        for prefix, label in (("", "training (distorted digits)"), ("val_", "held out")):
            values = [row[prefix + key] for row in rows]
            if key == "accuracy":
                values = [100 * (1 - value) for value in values]
            axes.plot(epochs, values, marker="." if len(rows) < 30 else "", label=label)
        if axes.dataLim.y1 > 0:  # without a single error there is nothing to see on a log scale
            axes.set_yscale("log")
        axes.set(xlabel="epoch", title=title)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        axes.grid(alpha=0.3, which="both")
    left.legend()
    with files.replacing(path) as temporary:
        figure.savefig(temporary, dpi=120)
