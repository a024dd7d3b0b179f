"""``inkdigits read``: pictures in, one row a picture out."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from itertools import groupby
from pathlib import Path

from inkdigits.batch.job import Job, Jobs
from inkdigits.batch.jobs import STDIN, from_stdin, jobs_of, names_from
from inkdigits.batch.shards import is_folder
from inkdigits.cli.asking import add_asking, add_per, contradiction, reader_of
from inkdigits.cli.batch import read_all
from inkdigits.cli.common import Commands, add_jobs, add_max_error, add_model, add_second, add_threads
from inkdigits.cli.engines import add_engine, wrong_engine
from inkdigits.cli.rows import FORMATS, format_of, goes_on
from inkdigits.output.rows import one_line

__all__ = ["add", "run"]

_USAGE = 2

_DESCRIPTION = """\
Reads the handwritten digit or number of each picture and writes one row a picture, in the order given: the
file, the text, and how sure the reader is that it is right. Pictures are PNG, JPEG, TIFF, BMP, WebP and GIF;
PDF at 200 dots an inch with the extra [pdf], HEIC with [heif], AVIF where Pillow has it. Of several pages or
frames in one file each is a picture: scan.tiff#1, scan.tiff#2.

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
  inkdigits read marks.jpg --per row --output marks.xlsx
  inkdigits read scans/ --annotate checked/
  inkdigits read scans/ --output digits.xlsx
  inkdigits read scans/ --output digits.csv --resume
  inkdigits read scans/ --output digits.csv --jobs auto --timeout 60
  inkdigits read data.parquet --engine ray --format parquet --output out/
  inkdigits read scans/ --second rapidocr --output digits.csv
  inkdigits read forms/ --template meter.toml --output forms.xlsx
  find scans -name '*.jpg' -print0 | inkdigits read --from -
  convert page.pdf -crop 80x80+10+10 png:- | inkdigits read -
"""


def add(commands: Commands) -> None:
    """Adds the command's parser."""
    parser = commands.add_parser(
        "read", help="read digits from pictures", description=_DESCRIPTION, epilog=_EPILOG
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="a picture, a folder (with its subfolders), a pattern such as 'scans/*.jpg', a ZIP or TAR "
        "archive, a Parquet file with a column of pictures (extra [tables]), an https://, s3:// or "
        "gs:// address of any of these (extras [remote], [s3]), or - for standard "
        "input: a picture, or a list of files",
    )
    parser.add_argument(
        "--from",
        dest="list",
        metavar="FILE",
        help="read the paths listed in FILE, one a line or with a NUL behind each; - for standard input",
    )
    add_asking(parser)
    parser.add_argument(
        "--format",
        choices=FORMATS,
        help="text: columns for people; csv, tsv, xlsx, parquet: source, status, text, value, confidence, "
        "error, page, number, row, column, x, y, width, height, model, as docs/rows.md says (xlsx, parquet "
        "need the extra [tables]); jsonl, json: these and everything else, an object a line or one array "
        "(default: by the ending of --output, to which .gz may be added; else text)",
    )
    add_per(parser)
    parser.add_argument(
        "--output",
        metavar="FILE",
        help="write the rows to FILE, which is replaced only when all are read; until then they are in "
        "FILE.part; with a slash at its end to a folder of files, OUT/part-00000-of-00020.parquet, each "
        "whole or absent (default, or -: standard output, row by row)",
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on with what is in FILE.part, or in the folder, after a run that ended early; what failed "
        "is tried again",
    )
    add_max_error(parser)
    add_second(parser)
    parser.add_argument(
        "--annotate",
        metavar="DIR",
        help="write each picture as DIR/NAME.png, in subfolders as it was found, with boxes, the text and "
        "its confidence drawn in; what is unsure has dashed boxes in another colour and a question mark",
    )
    add_model(parser)
    add_threads(parser)
    add_jobs(parser, ranges=True)
    add_engine(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Reads the pictures and writes their rows; gives the exit code."""
    if not args.paths and args.list is None:
        return _wrong_usage("there is nothing to read: expected a PATH or --from FILE")
    if [*args.paths, args.list].count(STDIN) > 1:
        return _wrong_usage("'-' is given more than once, but standard input can be read only once")
    wrong = contradiction(args) or _wrong_output(args) or wrong_engine(args)
    if wrong:
        return _wrong_usage(wrong)
    if args.output == STDIN:
        args.output = None
    if args.resume and goes_on(args.output):
        return _wrong_usage("--resume goes on with a file, and none is named: expected --output FILE")
    with ExitStack() as stack:
        jobs = _jobs(args, stack)
        if args.resume and any(map(from_stdin, jobs)):
            return _wrong_usage("--resume knows pictures by their names: expected files, received one on -")
        wrong = _harmful(args, jobs)
        if wrong:
            return _wrong_usage(wrong)
        form = format_of(args.output, args.format)

        reader = reader_of(args)
        if args.template is not None:
            from inkdigits.cli.forms import Forms, grouped

            pages = reader.pages if isinstance(reader, Forms) else 1
            if args.annotate is not None and pages > 1:
                return _wrong_usage(
                    "--annotate draws into one picture a form: the template has several pages"
                )
            jobs = grouped(jobs, pages)
        return read_all(reader, jobs, args, form)


def _wrong_output(args: argparse.Namespace) -> str | None:
    """Says what does not go with a folder of files."""
    if is_folder(args.output) and (args.annotate is not None or args.roster is not None):
        return "--annotate and --roster go with one file: expected an --output without a slash at its end"
    return None


def _jobs(args: argparse.Namespace, stack: ExitStack) -> Sequence[Job]:
    """Returns what is to be read; what must lie in a file lies in folders that the stack removes."""

    def folder() -> Path:
        return Path(stack.enter_context(tempfile.TemporaryDirectory()))

    paths = [*args.paths, *(names_from(args.list) if args.list is not None else ())]
    return Jobs(job for path in paths for job in jobs_of(path, folder))


def _harmful(args: argparse.Namespace, jobs: Sequence[Job]) -> str | None:
    """Says what would destroy one of the pictures."""
    if args.output is not None and _overwrites(Path(args.output), jobs):
        return f"--output {args.output} is one of the pictures to read; choose another name"
    if args.annotate is not None:
        from inkdigits.batch.annotated import holds_source

        if not args.annotate:
            return "--annotate '' names no folder; name one"
        if holds_source(Path(args.annotate), (job.source for job in jobs if isinstance(job.source, Path))):
            return f"--annotate {args.annotate} holds pictures to read; choose another folder"
    return None


def _overwrites(output: Path, jobs: Sequence[Job]) -> bool:
    """Says whether writing ``output`` would destroy one of the pictures."""
    from inkdigits.picture.paths import page_of

    if not output.is_file():
        return False
    ours = output.stat()
    files = (page_of(str(job.source))[0] for job in jobs if isinstance(job.source, Path))
    for file, _ in groupby(files):  # its pages follow each other
        with suppress(OSError, ValueError):  # it is not there, or its name has a null character
            if os.path.samestat(ours, file.stat()):
                return True
    return False


def _wrong_usage(message: str) -> int:
    print(f"inkdigits read: {one_line(message)}; see 'inkdigits read --help'", file=sys.stderr)
    return _USAGE
