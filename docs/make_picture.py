"""Draws docs/reading.png, the picture of the README: the digits of examples/ and what is read in them.

Usage: python docs/make_picture.py
"""

from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

import inkdigits
from inkdigits.picture.sources import load

HERE = Path(__file__).parent
COLUMNS = 5
COLOURS = {"ok": "#137a4a", "unsure": "#b26a00"}


def main() -> None:
    """Reads the pictures and draws the sheet."""
    pictures = sorted(HERE.parent.glob("examples/[0-9]-*"))
    reader = inkdigits.Reader()
    rows = -(-len(pictures) // COLUMNS)
    figure = Figure(figsize=(2.1 * COLUMNS, 2.75 * rows), layout="constrained", facecolor="white")
    for axes, path in zip(figure.subplots(rows, COLUMNS).flat, pictures, strict=True):
        reading = reader.read(path)
        colour = COLOURS.get(reading.status, "#b3261e")
        picture = load(path)
        axes.imshow(picture, cmap="gray", vmin=0, vmax=255)
        for number in reading.numbers:
            x, y, width, height = number.box
            axes.add_patch(Rectangle((x, y), width, height, fill=False, edgecolor=colour, linewidth=1.6))
        axes.set_title(reading.text or "–", fontsize=26, fontweight="bold", color=colour)
        sure = f"{int(1000 * reading.confidence) / 10:.1f} %"  # cut, not rounded: nothing is certain
        axes.set_xlabel(f"{sure}  {reading.status}", fontsize=11, color=colour)
        axes.set(xticks=[], yticks=[])
        for spine in axes.spines.values():
            spine.set_color("#c8ccd0")
    figure.savefig(HERE / "reading.png", dpi=80)


if __name__ == "__main__":
    main()
