"""``inkdigits review``: a page on which people look at what was unsure."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from inkdigits.cli.common import Commands
from inkdigits.cli.serve import add_options, start

__all__ = ["add", "run"]

_DESCRIPTION = """\
Opens a page on which a person looks at the unsure cells of a table of results, one after the other, with the
keyboard alone (docs/review.md): Enter takes what was read, a letter one of the alternatives, digits type the
right text. RESULTS is what 'inkdigits read --output' wrote: .jsonl or .json (which alone have alternatives),
.parquet, .csv, .tsv or .xlsx, with the pictures where it says.

Every answer is on the disk, in RESULTS.review, before the page goes on; nothing is overwritten, and the same
command goes on where it stopped. Several people may open the page; nobody gets a cell that another one has.
'inkdigits convert RESULTS' gives the table with what people said.
Exit code: 0 ended by a signal, 1 it could not start, 2 wrong usage.
"""

_EPILOG = """\
examples:
  inkdigits read scans/ --output readings.jsonl
  inkdigits review readings.jsonl
  inkdigits review readings.jsonl --corrections corrected/ --max-error 0.001
  INKDIGITS_TOKEN=$(openssl rand -hex 16) inkdigits review readings.jsonl --host 0.0.0.0
  inkdigits convert readings.jsonl --output reviewed.xlsx
"""


def add(commands: Commands) -> None:
    """Adds the command's parser."""
    parser = commands.add_parser(
        "review", help="look at what was unsure", description=_DESCRIPTION, epilog=_EPILOG
    )
    parser.add_argument("results", metavar="RESULTS", type=Path, help="what 'inkdigits read --output' wrote")
    add_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serves the review until a signal; gives the exit code."""
    from inkdigits.review.work import Review

    review = Review(
        args.results, args.max_error, args.pictures
    )  # what is wrong is told before a server starts
    progress = review.progress()
    review.close()
    print(
        f"{progress.asked:,} of {progress.cells:,} cells to look at, {progress.left:,} left; "
        f"an error is expected in {progress.expected_errors:.1f} cells",
        file=sys.stderr,
    )
    return start(args, args.results, "review")
