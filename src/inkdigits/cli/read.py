"""``inkdigits read``: pictures in, one row a picture out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from inkdigits.cli.common import Commands, add_model, add_threads, probability
from inkdigits.cli.output import opened
from inkdigits.errors import SourceError
from inkdigits.readings import Expect, Reading
from inkdigits.spec import MAX_SOURCE_BYTES
from inkdigits.writers import FORMATS, one_line, open_writer

if TYPE_CHECKING:
    from inkdigits.reader import Reader

__all__ = ["add", "run"]

_FAILED = 1
_USAGE = 2
_STDIN = "-"
_STDIN_NAME = "<stdin>"

_DESCRIPTION = """\
Reads one handwritten digit from each picture (PNG, JPEG, TIFF, BMP, WebP, GIF) and writes one row a
picture, in the order given: the file, the digit, and how sure the reader is that it is right.

A row is marked 'unsure' when the digit is too doubtful to rely on, 'empty' when there is no ink, and
'error' when the picture cannot be read; the reason then follows on standard error.
Exit code: 0 all read, 1 at least one picture failed, 2 wrong usage.
"""

_EPILOG = """\
examples:
  inkdigits read scan.png
  inkdigits read scans/ --output digits.csv
  inkdigits read scans/*.jpg --format jsonl | jq .text
  convert page.pdf -crop 80x80+10+10 png:- | inkdigits read -
"""


def add(commands: Commands) -> None:
    """Adds the command's parser."""
    parser = commands.add_parser(
        "read", help="read digits from pictures", description=_DESCRIPTION, epilog=_EPILOG
    )
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="a picture, a folder (with its subfolders), or - for a picture on standard input",
    )
    parser.add_argument(
        "--expect",
        choices=("auto", "digit"),
        default="auto",
        help="what a picture holds: one digit, or what the reader finds out (default: auto)",
    )
    parser.add_argument(
        "--format",
        choices=tuple(FORMATS),
        help="text: columns for people; csv: source,status,text,confidence,error; jsonl: everything, "
        "one JSON object a line (default: by the name of --output, else text)",
    )
    parser.add_argument(
        "--output",
        metavar="FILE",
        help="write the rows to FILE, which is replaced only when all are written "
        "(default: standard output, row by row)",
    )
    parser.add_argument(
        "--max-error",
        metavar="P",
        type=probability,
        help="mark as unsure so much that of the other answers a share of at most P is expected to be "
        "wrong, 0 to 1 (default: as the model was calibrated)",
    )
    add_model(parser)
    # One picture is too little work to share; starting a second thread costs more than it gains.
    add_threads(parser, default=1)
    parser.set_defaults(run=run)


@dataclass(frozen=True, slots=True)
class _Job:
    """One row to come: a source to read, or the failure to find any."""

    name: str
    source: Path | bytes | None
    failure: Reading | None = None


def run(args: argparse.Namespace) -> int:
    """Reads the pictures and writes their rows; gives the exit code."""
    if args.paths.count(_STDIN) > 1:
        return _wrong_usage("'-' is given more than once, but standard input can be read only once")
    jobs = [job for path in args.paths for job in _jobs(path)]
    if args.output is not None and _overwrites(Path(args.output), jobs):
        return _wrong_usage(f"--output {args.output} is one of the pictures to read; choose another name")

    from inkdigits.reader import Reader

    reader = Reader(args.model, max_error=args.max_error, threads=args.threads)
    failed = 0
    with opened(args.output) as stream:
        writer = open_writer(_format(args), stream, (job.name for job in jobs))
        for reading in _readings(reader, jobs, args.expect):
            writer.write(reading)
            stream.flush()  # a row is seen when it is read, also through a pipe
            if reading.status == "error":
                failed += 1
                _tell(reading)
    return _FAILED if failed else 0


def _jobs(path: str) -> Iterator[_Job]:
    """Gives what one PATH stands for: itself, or the pictures of a folder."""
    from inkdigits.images import find_pictures

    if path == _STDIN:
        # One byte more than allowed is enough for the size to be refused.
        yield _Job(_STDIN_NAME, sys.stdin.buffer.read(MAX_SOURCE_BYTES + 1))
        return
    try:
        for picture in find_pictures([path]):
            yield _Job(str(picture), picture)
    except SourceError as error:  # the other paths are read all the same
        yield _Job(path, None, Reading(path, "error", error=str(error)))


def _readings(reader: Reader, jobs: Sequence[_Job], expect: Expect) -> Iterator[Reading]:
    """Gives one reading a job, in the order of the jobs."""
    sources = (job.source for job in jobs if job.source is not None)
    answers = iter(reader.read_many(sources, expect))
    for job in jobs:
        yield job.failure or replace(next(answers), source=job.name)


def _format(args: argparse.Namespace) -> str:
    """Returns the format asked for, or the one that the output's name implies."""
    implied = Path(args.output or "").suffix.lower().removeprefix(".")
    return args.format or (implied if implied in FORMATS else "text")


def _overwrites(output: Path, jobs: Sequence[_Job]) -> bool:
    """Says whether writing ``output`` would destroy one of the pictures."""
    return output.is_file() and any(
        isinstance(job.source, Path) and job.source.is_file() and output.samefile(job.source) for job in jobs
    )


def _tell(reading: Reading) -> None:
    """Says on standard error, in one line, why a source could not be read."""
    reason = reading.error or "unknown reason"
    text = reason if reading.source in reason else f"{reading.source}: {reason}"
    print(f"inkdigits: {one_line(text)}", file=sys.stderr)


def _wrong_usage(message: str) -> int:
    print(f"inkdigits read: {one_line(message)}; see 'inkdigits read --help'", file=sys.stderr)
    return _USAGE
