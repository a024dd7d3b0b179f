"""``inkdigits gallery``: what pen and composer make, beside real pictures."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from inkdigits.cli.common import positive_int

if TYPE_CHECKING:
    from inkdigits.cli.common import Commands
    from inkdigits.training.draw.glyphs import Glyphs
    from inkdigits.training.draw.hands import Hands

__all__ = ["add", "run"]

BY_HAND, SIGNED, OTHERS = 0.7, 0.3, 0.15  # shares of a scene's numbers; as for a Scribe

_DESCRIPTION = """\
Draws what the models learn from beside MNIST: the digits that the project's own pen writes, the numbers that
are composed and put on paper, or whole scenes as people send them; with --by-hand, what real writers write of
it. With --beside, pictures of a data set stand next to them: what differs is what the models have not seen.
"""

_EPILOG = """\
examples:
  inkdigits gallery --output pen.png                                 digits of the pen
  inkdigits gallery --beside mnist5k --output pen.png                next to digits of MNIST
  inkdigits gallery --by-hand --beside mnist5k --output hands.png    digits of real writers next to them
  inkdigits gallery --kind numbers --data mnist5k --beside my_cells/ --output numbers.png
  inkdigits gallery --kind scenes --by-hand --data mnist5k --boxes --count 18 --output scenes.png
"""


def add(commands: Commands) -> None:
    """Adds the parser of ``inkdigits gallery``."""
    parser = commands.add_parser(
        "gallery",
        help="look at what is drawn for training, beside real pictures",
        description=_DESCRIPTION,
        epilog=_EPILOG,
    )
    parser.add_argument("--output", metavar="FILE", type=Path, required=True, help="the PNG file to write")
    parser.add_argument(
        "--kind",
        choices=("digits", "numbers", "scenes"),
        default="digits",
        help="what is made (default: digits)",
    )
    parser.add_argument(
        "--data",
        metavar="NAME|PATH",
        action="append",
        default=[],
        help="digits to compose numbers from, beside the pen's; may be given more than once",
    )
    parser.add_argument(
        "--by-hand",
        action="store_true",
        help="real writers write it, with their pen strokes (see inkdigits data), held-out ones excepted",
    )
    parser.add_argument(
        "--boxes", action="store_true", help="draw the box of each mark of a scene, a number's in red"
    )
    parser.add_argument("--beside", metavar="NAME|PATH", help="data set to show next to what is made")
    parser.add_argument(
        "--count", metavar="N", type=positive_int, default=60, help="pictures of each (default: 60)"
    )
    parser.add_argument(
        "--seed", metavar="N", type=positive_int, default=1, help="another seed shows others (default: 1)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Draws the sheet and returns 0, or raises an InkdigitsError."""
    from inkdigits.data.datasets import data_dir, load_dataset
    from inkdigits.data.fonts import FOLDER
    from inkdigits.errors import ConfigError
    from inkdigits.training.draw.scenes.fonts import FontBook
    from inkdigits.training.draw.scribe import Scribe
    from inkdigits.training.judge.gallery import (
        Group,
        contact_sheet,
        made_digits,
        made_numbers,
        made_scenes,
        save_sheet,
        taken_from,
    )

    if args.output.suffix.lower() != ".png":
        raise ConfigError(f"--output is {str(args.output)!r}; expected a name that ends in .png")
    if args.data and args.kind == "digits":
        raise ConfigError("--data names digits to compose numbers from; add --kind numbers, or leave it out")
    if args.boxes and args.kind != "scenes":
        raise ConfigError("--boxes are those of a scene's marks; add --kind scenes, or leave it out")
    hands = _hands() if args.by_hand else None
    if args.kind == "scenes":
        scribe = Scribe(_glyphs(args.data), hands, by_hand=BY_HAND, signs=SIGNED, others=OTHERS)
        fonts = FontBook.of_folder(data_dir() / FOLDER)
        made = made_scenes(args.count, args.seed, scribe, fonts, boxes=args.boxes)
    elif args.kind == "numbers":
        made = made_numbers(args.count, args.seed, _glyphs(args.data), hands)
    else:
        made = made_digits(args.count, args.seed, hands)
    groups = [Group(f"{'real hands' if hands else 'made by inkdigits'}, seed {args.seed}", made)]
    if args.beside:
        # Whoever looks at test digits and turns a knob has chosen by them.
        dataset = load_dataset(args.beside, "train")
        groups.append(Group(dataset.name, taken_from(dataset, args.count, args.seed)))
    save_sheet(args.output, contact_sheet(groups, args.kind))
    print(f"gallery: {args.output}")
    return 0


def _hands() -> Hands:
    """Returns the writers that a training would learn from."""
    from inkdigits.training.draw.glyphs import HEIGHT
    from inkdigits.training.learn.writers import hands_of, strokes_file

    return hands_of(strokes_file(), held=False, digit_height=HEIGHT)


def _glyphs(names: list[str]) -> Glyphs | None:
    """Returns the digits that a training on these data sets would compose from."""
    from inkdigits.training.draw.glyphs import Glyphs
    from inkdigits.training.learn.data import load_split
    from inkdigits.training.learn.settings import Data

    if not names:
        return None
    split = load_split(Data(train=tuple(names)))
    return Glyphs(split.images, split.labels)
