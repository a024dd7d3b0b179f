"""``inkdigits read``: pictures in, one row a picture out."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from inkdigits.batch.job import Job
from inkdigits.batch.jobs import STDIN, jobs_of, names_from
from inkdigits.cli.batch import read_into_file, read_on
from inkdigits.cli.common import (
    Commands,
    add_fitting,
    add_jobs,
    add_max_error,
    add_model,
    add_second,
    add_threads,
    models,
)
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
        "gs:// address (extra [remote]), or - for standard input: a picture, or a list of files",
    )
    parser.add_argument(
        "--from",
        dest="list",
        metavar="FILE",
        help="read the paths listed in FILE, one a line or with a NUL behind each; - for standard input",
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
        "--template",
        metavar="FORM.toml",
        help="the pictures are filled-in forms of this template: one row a form, a column a field with "
        "its status "
        "and confidence beside it; needs the extra [forms]",
    )
    parser.add_argument(
        "--roster",
        metavar="NAMES.csv",
        help="with --template: match all forms with this list of who is expected, by the fields that "
        "the template "
        "says; a column more for each of the list's",
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        help="text: columns for people; csv, tsv, xlsx, parquet: source,status,text,value,confidence,error "
        "(xlsx and parquet need the extra [tables]); jsonl, json: everything, an object a line or one array "
        "(default: by the ending of --output, to which .gz may be added; else text)",
    )
    parser.add_argument(
        "--per",
        choices=("source", "number", "row"),
        default="source",
        help="what a row of the output is of: a picture; a number, with its place in the picture and in its "
        "table; or a row of the tables on a sheet, a column a column, which expects a page (default: source)",
    )
    parser.add_argument(
        "--output",
        metavar="FILE",
        help="write the rows to FILE, which is replaced only when all are read; until then they are in "
        "FILE.part (default, or -: standard output, row by row)",
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on with what is in FILE.part after a run that ended early; what failed is tried again",
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
    add_jobs(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Reads the pictures and writes their rows; gives the exit code."""
    if not args.paths and args.list is None:
        return _wrong_usage("there is nothing to read: expected a PATH or --from FILE")
    if [*args.paths, args.list].count(STDIN) > 1:
        return _wrong_usage("'-' is given more than once, but standard input can be read only once")
    wrong = _contradiction(args)
    if wrong:
        return _wrong_usage(wrong)
    if args.per == "row" and args.expect == "auto":
        args.expect = "page"
    if args.output == STDIN:
        args.output = None
    if args.resume and goes_on(args.output):
        return _wrong_usage("--resume goes on with a file, and none is named: expected --output FILE")
    with ExitStack() as stack:
        jobs = _jobs(args, stack)
        wrong = _harmful(args, jobs)
        if wrong:
            return _wrong_usage(wrong)
        form = format_of(args.output, args.format)

        from inkdigits.reader import Reader

        reader = Reader(
            **models(args.model), max_error=args.max_error, second=args.second, threads=args.threads
        )
        if args.template is not None:
            from inkdigits.cli.forms import Forms, grouped

            forms = Forms(args.template, args.roster, reader)
            if args.annotate is not None and forms.pages > 1:
                return _wrong_usage(
                    "--annotate draws into one picture a form: the template has several pages"
                )
            jobs = grouped(jobs, forms.pages)
            if goes_on(args.output):
                return read_on(forms, jobs, args, form)
            return read_into_file(forms, jobs, args, form)
        reader.language(args.expect, args.allowed, args.pattern)  # what is wrong with them is wrong for all
        if goes_on(args.output):
            return read_on(reader, jobs, args, form)
        return read_into_file(reader, jobs, args, form)


def _contradiction(args: argparse.Namespace) -> str | None:
    """Says which options do not go together."""
    if args.template is not None and (args.expect != "auto" or args.allowed or args.pattern):
        return "--template says what stands where: leave out --expect, --allowed and --pattern"
    if args.template is None and args.roster is not None:
        return "--roster is for forms: expected --template FORM.toml with it"
    if args.template is not None and args.per != "source":
        return "--template gives a row a form: leave out --per"
    return None


def _jobs(args: argparse.Namespace, stack: ExitStack) -> list[Job]:
    """Returns what is to be read; what must lie in a file lies in folders that the stack removes."""

    def folder() -> Path:
        return Path(stack.enter_context(tempfile.TemporaryDirectory()))

    paths = [*args.paths, *(names_from(args.list) if args.list is not None else ())]
    return [job for path in paths for job in jobs_of(path, folder)]


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
    files = {page_of(str(job.source))[0] for job in jobs if isinstance(job.source, Path)}
    return any(file.is_file() and output.samefile(file) for file in files if "\0" not in str(file))


def _wrong_usage(message: str) -> int:
    print(f"inkdigits read: {one_line(message)}; see 'inkdigits read --help'", file=sys.stderr)
    return _USAGE
