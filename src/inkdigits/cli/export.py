"""``inkdigits export``: the finished network of a run as a bundle."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from inkdigits import interrupt

if TYPE_CHECKING:
    from inkdigits.cli.common import Commands

__all__ = ["add", "run"]

_DESCRIPTION = """\
Exports the finished network of a run folder as a bundle: model.onnx, bundle.json and MODEL_CARD.md; of a
recipe what it says, of one of its steps (RUN/STEP) that alone.
Refused unless ONNX Runtime and Keras give the same answers on held-out digits.
"""

_EPILOG = """\
examples:
  inkdigits export runs/standard --output my_model --name mine
  inkdigits export runs/champion --output my_model
"""


def add(commands: Commands) -> None:
    """Adds the parser of ``inkdigits export``."""
    parser = commands.add_parser(
        "export", help="export a finished run as a bundle", description=_DESCRIPTION, epilog=_EPILOG
    )
    parser.add_argument(
        "folder",
        metavar="RUN",
        type=Path,
        nargs="+",
        help="run folder that train wrote; of several that went on from one network, the mean of weights",
    )
    parser.add_argument("--output", metavar="DIR", type=Path, help="bundle folder (default: RUN/bundle)")
    parser.add_argument(
        "--name", help="what the model calls itself (default: the run folder's name or a recipe's)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exports and returns 0, or raises an InkdigitsError."""
    from inkdigits.training.train import export_run

    first, *others = args.folder
    with interrupt.deferred():
        bundle = export_run(first, args.output, name=args.name, mean_with=tuple(others))
    print(f"bundle: {bundle.path} ({sum(file.stat().st_size for file in bundle.path.iterdir()):,} bytes)")
    return 0
