"""The ratios of a benchmark as a picture."""

from __future__ import annotations

from pathlib import Path

from inkdigits.errors import ConfigError, MissingExtraError
from inkdigits.files import replacing
from inkdigits.training.judge.benchmark import Figure

__all__ = ["check_ending", "draw"]

_ENDINGS = (".png", ".svg")


def draw(figures: list[Figure], path: Path) -> None:
    """Draws the ratios as bars on a log scale, the baseline as a line at 1.

    Args:
        figures: at least one.
        path: ends in .png or .svg.

    Raises:
        ConfigError: another ending.
        OutputError: the file cannot be written.
    """
    check_ending(path)
    try:
        from matplotlib.figure import Figure as Canvas
    except ModuleNotFoundError as error:
        raise MissingExtraError("matplotlib", "train") from error
    canvas = Canvas(figsize=(7, 0.9 + 0.5 * len(figures)), layout="constrained")
    axes = canvas.subplots()
    places = range(len(figures))
    faster = ["#1f6fb2" if figure.ratio <= 1 else "#c2410c" for figure in figures]
    bars = axes.barh(places, [figure.ratio for figure in figures], color=faster, height=0.6)
    axes.bar_label(bars, [f" {figure.ratio:.3g}" for figure in figures])
    axes.axvline(1, color="#16202c", linewidth=1)
    axes.set_xscale("log")
    axes.set_yticks(list(places), [figure.name for figure in figures])
    axes.invert_yaxis()
    axes.margins(x=0.15)
    axes.set_xlabel("time, as a share of the baseline's in the same run")
    axes.spines[["top", "right"]].set_visible(False)
    with replacing(path) as temporary:
        canvas.savefig(temporary, dpi=120)


def check_ending(path: Path) -> None:
    """Raises ConfigError when a chart cannot be drawn into a file of this name."""
    if path.suffix.lower() not in _ENDINGS:
        raise ConfigError(f"--chart got {path}; expected a file ending in {' or '.join(_ENDINGS)}")
