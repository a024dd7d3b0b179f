"""``inkdigits calibrate``: how sure a bundle's answers are, fitted on made scenes of held-out hands."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from inkdigits.cli.common import positive_int, probability

if TYPE_CHECKING:
    from inkdigits.cli.common import Commands

__all__ = ["add", "run"]

_DESCRIPTION = """\
Fits how sure a model's answers are, on scenes made of digits and hands that no training learns from, and
writes the bundle again with it: of a number model or a finder a model of confidence, which weighs all that
speaks for and against a number, and of a finder another one of a picture's only number, which is read in two
ways; of each kind the risk among the answers from each confidence on, by which --max-error finds its
threshold. A finder's are those of the reader that goes by it. Needs the extra [train] and the pen strokes
(inkdigits data strokes).
"""

_EPILOG = """\
examples:
  inkdigits calibrate runs/number/bundle --output my_number
  inkdigits calibrate src/inkdigits/models/digit --output my_digit --max-error 0.002
"""


def add(commands: Commands) -> None:
    """Adds the command's parser."""
    parser = commands.add_parser(
        "calibrate",
        help="fit how sure a bundle's answers are",
        description=_DESCRIPTION,
        epilog=_EPILOG,
    )
    parser.add_argument("folder", metavar="BUNDLE", type=Path, help="bundle of digits, numbers or a finder")
    parser.add_argument("--output", metavar="DIR", type=Path, required=True, help="where the new bundle goes")
    parser.add_argument(
        "--scenes", metavar="N", type=positive_int, default=2500, help="scenes to make (default: 2500)"
    )
    parser.add_argument(
        "--seed", metavar="N", type=positive_int, default=1, help="another seed makes others (default: 1)"
    )
    parser.add_argument(
        "--max-error",
        metavar="P",
        type=probability,
        help="share of the sure answers that may be wrong unless the user states one (default: as it was)",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Reads the scenes, fits and writes; gives the exit code."""
    from inkdigits.training.judge.calibrated import calibrated

    found = calibrated(
        args.folder, args.output, scenes=args.scenes, seed=args.seed, max_error=args.max_error, tell=print
    )
    print(f"bundle: {found.path}")
    return 0
