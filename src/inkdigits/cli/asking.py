"""What ``read`` and ``watch`` ask of a reader: options, what contradicts itself, the reader itself."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from inkdigits.cli.common import add_fitting, models

if TYPE_CHECKING:
    from inkdigits.cli.forms import Forms
    from inkdigits.reader import Reader

__all__ = ["add_asking", "add_per", "contradiction", "reader_of"]


def add_asking(parser: argparse.ArgumentParser) -> None:
    """Adds what a picture holds, what may stand there, and forms."""
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
        help="the pictures are filled-in forms of this template: one row a form, a column a field with its "
        "status and confidence beside it; needs the extra [forms]",
    )
    parser.add_argument(
        "--roster",
        metavar="NAMES.csv",
        help="with --template: match all forms with this list of who is expected, by the fields that the "
        "template says; a column more for each of the list's",
    )


def add_per(parser: argparse.ArgumentParser) -> None:
    """Adds what a row is of."""
    parser.add_argument(
        "--per",
        choices=("source", "number", "row"),
        default="source",
        help="what a row of the output is of: a picture; a number, with its place in the picture and in its "
        "table; or a row of the tables on a sheet, a column a column, which expects a page (default: source)",
    )


def contradiction(args: argparse.Namespace) -> str | None:
    """Says which options do not go together."""
    if args.template is not None and (args.expect != "auto" or args.allowed or args.pattern):
        return "--template says what stands where: leave out --expect, --allowed and --pattern"
    if args.template is None and args.roster is not None:
        return "--roster is for forms: expected --template FORM.toml with it"
    if args.template is not None and args.per != "source":
        return "--template gives a row a form: leave out --per"
    return None


def reader_of(args: argparse.Namespace) -> Reader | Forms:
    """Returns the reader that is asked for; what is wrong is told before anything is read."""
    from inkdigits.reader import Reader

    if args.per == "row" and args.expect == "auto":
        args.expect = "page"
    reader = Reader(**models(args.model), max_error=args.max_error, second=args.second, threads=args.threads)
    if args.template is not None:
        from inkdigits.cli.forms import Forms

        return Forms(args.template, args.roster, reader)
    reader.language(args.expect, args.allowed, args.pattern)
    return reader
