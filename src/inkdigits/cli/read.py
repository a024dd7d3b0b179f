"""``inkdigits read``: pictures in, one row a picture out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from inkdigits.cli.common import Commands, add_fitting, add_max_error, add_model, add_threads, models
from inkdigits.cli.output import opened
from inkdigits.errors import SourceError
from inkdigits.output.rows import FORMATS, one_line, open_writer
from inkdigits.readings import Reading
from inkdigits.spec import MAX_SOURCE_BYTES

if TYPE_CHECKING:
    from inkdigits.picture.sources import Source
    from inkdigits.reader import Reader

__all__ = ["add", "run"]

_FAILED = 1
_USAGE = 2
_STDIN = "-"
_STDIN_NAME = "<stdin>"
_STDIN_STEM = "stdin"

_DESCRIPTION = """\
Reads the handwritten digit or number of each picture (PNG, JPEG, TIFF, BMP, WebP, GIF) and writes one row a
picture, in the order given: the file, the text, and how sure the reader is that it is right.

A row is marked 'unsure' when the text is too doubtful to rely on, 'empty' when nothing is written, and
'error' when the picture cannot be read; the reason then follows on standard error.
Exit code: 0 all read, 1 at least one picture failed, 2 wrong usage.
"""

_EPILOG = """\
examples:
  inkdigits read scan.png
  inkdigits read scans/ --output digits.csv
  inkdigits read dates/ --expect number --pattern '\\d{2}-\\d{2}-\\d{4}'
  inkdigits read scans/*.jpg --format jsonl | jq .text
  inkdigits read scans/ --annotate checked/
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
        choices=("auto", "digit", "number", "page"),
        default="auto",
        help="what a picture holds: one digit, one number, a page of numbers, or what the reader finds out "
        "(default: auto)",
    )
    add_fitting(parser)
    parser.add_argument(
        "--format",
        choices=tuple(FORMATS),
        help="text: columns for people; csv: source,status,text,value,confidence,error; jsonl: "
        "everything, one JSON object a line (default: by the name of --output, else text)",
    )
    parser.add_argument(
        "--output",
        metavar="FILE",
        help="write the rows to FILE, which is replaced only when all are written "
        "(default: standard output, row by row)",
    )
    add_max_error(parser)
    parser.add_argument(
        "--annotate",
        metavar="DIR",
        help="write each picture as DIR/NAME.png with boxes, the text and its confidence drawn in; what is "
        "unsure has dashed boxes in another colour and a question mark",
    )
    add_model(parser)
    add_threads(parser)
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
    if args.annotate is not None:
        from inkdigits.cli.annotated import holds_source

        if holds_source(Path(args.annotate), (job.source for job in jobs if isinstance(job.source, Path))):
            return _wrong_usage(f"--annotate {args.annotate} holds pictures to read; choose another folder")

    from inkdigits.reader import Reader

    reader = Reader(**models(args.model), max_error=args.max_error, threads=args.threads)
    reader.language(args.expect, args.allowed, args.pattern)  # what is wrong with them is wrong for all
    failed = 0
    with opened(args.output) as stream:
        writer = open_writer(_format(args), stream, (job.name for job in jobs))
        for reading in _annotated(reader, jobs, args) if args.annotate else _readings(reader, jobs, args):
            writer.write(reading)
            stream.flush()  # a row is seen when it is read, also through a pipe
            if reading.status == "error":
                failed += 1
                _tell(reading)
    return _FAILED if failed else 0


def _jobs(path: str) -> Iterator[_Job]:
    """Gives what one PATH stands for: itself, or the pictures of a folder."""
    from inkdigits.picture.sources import find_pictures

    if path == _STDIN:
        # One byte more than allowed is enough for the size to be refused.
        yield _Job(_STDIN_NAME, sys.stdin.buffer.read(MAX_SOURCE_BYTES + 1))
        return
    try:
        for picture in find_pictures([path]):
            yield _Job(str(picture), picture)
    except SourceError as error:  # the other paths are read all the same
        yield _Job(path, None, Reading(path, "error", error=str(error)))


def _readings(reader: Reader, jobs: Sequence[_Job], args: argparse.Namespace) -> Iterator[Reading]:
    """Gives one reading a job, in the order of the jobs."""
    sources = (job.source for job in jobs if job.source is not None)
    answers = _read(reader, sources, args)
    for job in jobs:
        yield job.failure or replace(next(answers), source=job.name)


def _read(reader: Reader, sources: Iterable[Source], args: argparse.Namespace) -> Iterator[Reading]:
    return reader.read_many(sources, args.expect, allowed=args.allowed, pattern=args.pattern)


def _annotated(reader: Reader, jobs: Sequence[_Job], args: argparse.Namespace) -> Iterator[Reading]:
    """Gives the same readings as :func:`_readings`, and writes a picture for each that is no error."""
    from inkdigits.cli.annotated import picture_paths, save
    from inkdigits.picture.sources import load

    stems = [job.source.stem if isinstance(job.source, Path) else _STDIN_STEM for job in jobs]
    for job, path in zip(jobs, picture_paths(Path(args.annotate), stems), strict=True):
        if job.source is None:
            yield from _readings(reader, [job], args)
            continue
        try:
            picture = load(job.source)  # once: a pipe cannot be read again to be drawn
        except SourceError as error:
            yield Reading(job.name, "error", error=str(error))
            continue
        reading = replace(next(_read(reader, [picture], args)), source=job.name)
        if reading.status != "error":
            save(path, picture, reading)
        yield reading


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
