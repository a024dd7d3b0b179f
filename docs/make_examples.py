"""Draws docs/reading.png and writes the first block of README.md: what is read in examples/.

Usage: python docs/make_examples.py

The picture holds, as a note of its file, what was read when it was drawn, so that a test notices when another
model or other pictures ship.
"""

import contextlib
import hashlib
import io
import json
import re
from pathlib import Path
from typing import Any

import inkdigits
from inkdigits.cli import main as command_line
from inkdigits.picture.sources import load

ROOT = Path(__file__).parent.parent
PICTURE = Path(__file__).with_name("reading.png")
README = ROOT / "README.md"
NOTE = "readings"  # the key of the note in the picture's file
COLUMNS = 5
COLOURS = {"ok": "#137a4a", "unsure": "#b26a00"}
BLOCK = re.compile(r"(?<=^```console\n\$ inkdigits read examples\n).*?(?=^```)", re.MULTILINE | re.DOTALL)
SHOWN = 2  # rows of the README's block at its start, and at its end
LONGEST = 60  # characters of a text there; the rest is left out


def pictures() -> list[Path]:
    """Returns the files that the picture shows."""
    return sorted(ROOT.glob("examples/[0-9]-*"))


def readings() -> list[dict[str, Any]]:
    """Returns what is read in each of them today, with a hash of the file."""
    reader = inkdigits.Reader()
    return [
        {
            "name": path.name,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "text": reading.text,
            "status": reading.status,
            "confidence": round(reading.confidence, 4),
            "boxes": [list(number.box) for number in reading.numbers],
        }
        for path, reading in zip(pictures(), reader.read_many(pictures()), strict=True)
    ]


def block() -> str:
    """Returns the rows that the README shows of ``inkdigits read examples``."""
    printed = io.StringIO()
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(printed):
        command_line(["read", "examples"])
    rows = [_cut(row) for row in printed.getvalue().splitlines()]
    return "\n".join([*rows[:SHOWN], "…", *rows[-SHOWN:]]) + "\n"


def _cut(row: str) -> str:
    """Returns a row of the text format with a long text ended by …, at the end of a line of the page."""
    name, text, sure = re.fullmatch(r"(\S+ +)(.*?)( +[\d.]+ %.*)", row).groups()
    if len(text) > LONGEST:
        text = f"{text[:LONGEST].rpartition(' / ')[0]} / …"
    return name + text + sure


def draw(read: list[dict[str, Any]]) -> None:
    """Writes the picture."""
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    rows = -(-len(read) // COLUMNS)
    figure = Figure(figsize=(2.1 * COLUMNS, 2.75 * rows), layout="constrained", facecolor="white")
    for axes, path, reading in zip(figure.subplots(rows, COLUMNS).flat, pictures(), read, strict=True):
        colour = COLOURS.get(reading["status"], "#b3261e")
        axes.imshow(load(path), cmap="gray", vmin=0, vmax=255)
        for x, y, width, height in reading["boxes"]:
            axes.add_patch(Rectangle((x, y), width, height, fill=False, edgecolor=colour, linewidth=1.6))
        axes.set_title(reading["text"] or "–", fontsize=26, fontweight="bold", color=colour)
        sure = f"{int(1000 * reading['confidence']) / 10:.1f} %"  # cut, not rounded: nothing is certain
        axes.set_xlabel(f"{sure}  {reading['status']}", fontsize=11, color=colour)
        axes.set(xticks=[], yticks=[])
        for spine in axes.spines.values():
            spine.set_color("#c8ccd0")
    figure.savefig(PICTURE, dpi=80, metadata={NOTE: json.dumps(read), "Software": None})


def main() -> None:
    """Writes both."""
    draw(readings())
    text = README.read_text(encoding="utf-8")
    rows = block()
    README.write_text(BLOCK.sub(lambda _: rows, text, count=1), encoding="utf-8")


if __name__ == "__main__":
    main()
