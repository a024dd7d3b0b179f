"""``inkdigits benchmark``: ratios against the published baseline, measured in the same run."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from inkdigits.cli.common import Commands, positive_int

if TYPE_CHECKING:
    from inkdigits.training.judge.benchmark import Figure

__all__ = ["add", "run"]

# Those of training.benchmark, which --help must not load.
_PARTS = ("classify", "start", "accuracy", "crossval")
_FAST = ("classify", "start")

_DESCRIPTION = """\
Measures speed as ratios against the published baseline network in the same run: below 1 is faster.
  classify   digits named in one call of 1, 32 and 256, against the baseline in ONNX Runtime
  start      one picture from the shell, against a script with the baseline in ONNX Runtime
  accuracy   what fitting the config 'quick' takes against fitting the baseline, and how good both are
  crossval   the same for 5-fold cross-validation
The last two train and take minutes; without --only the first two are measured.
"""

_EPILOG = """\
examples:
  inkdigits benchmark
  inkdigits benchmark --only accuracy --seeds 3 --json speed.json --chart speed.png
"""


def add(commands: Commands) -> None:
    """Adds the parser of ``inkdigits benchmark``."""
    parser = commands.add_parser(
        "benchmark", help="measure speed against the baseline", description=_DESCRIPTION, epilog=_EPILOG
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=_PARTS,
        help="measure this part; may be given more than once (default: classify and start)",
    )
    parser.add_argument(
        "--seeds", metavar="N", type=positive_int, default=5, help="trainings of 'quick' (default: 5)"
    )
    parser.add_argument(
        "--json", metavar="FILE", type=Path, help="write the figures and how they came about to FILE"
    )
    parser.add_argument("--chart", metavar="FILE", type=Path, help="draw the ratios into FILE, a PNG or SVG")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measures, prints a row a figure, and returns 0 or raises an InkdigitsError."""
    from dataclasses import asdict

    from inkdigits.files import write_text
    from inkdigits.measure import provenance
    from inkdigits.recognition.bundle import SHIPPED_DIGIT, load
    from inkdigits.training.judge.benchmark import measure
    from inkdigits.training.judge.benchmark_chart import check_ending, draw

    if args.chart:
        check_ending(args.chart)  # before minutes of work that would be lost
    parts = [part for part in _PARTS if part in (args.only or _FAST)]
    figures: list[Figure] = []
    print(f"{'':24}  {'inkdigits':>12}  {'baseline':>12}  {'ratio':>7}")
    for part in parts:
        for figure in measure(part, seeds=args.seeds):
            figures.append(figure)
            print(
                f"{figure.name:24}  {figure.ours:9.2f} {figure.unit:2}  "
                f"{figure.reference:9.2f} {figure.unit:2}  {figure.ratio:7.3f}  {figure.note}",
                flush=True,
            )
    if args.json:
        words = ["inkdigits", "benchmark", *(f"--only {part}" for part in parts), f"--seeds {args.seeds}"]
        command = " ".join(words)
        origin = provenance.collect({"model": load(SHIPPED_DIGIT)}, command)
        content = {"figures": [asdict(figure) for figure in figures], **origin}
        write_text(args.json, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    if args.chart:
        draw(figures, args.chart)
        print(f"chart: {args.chart}", file=sys.stderr)
    return 0
