"""``inkdigits template``: a form known beforehand, begun from its blank, checked, matched with a list."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkdigits.cli.rows import FORMATS

if TYPE_CHECKING:
    from inkdigits.cli.common import Commands
    from inkdigits.readings import Reading
    from inkdigits.tables.new_template import NewTemplate

__all__ = ["add", "run"]

_DESCRIPTION = """\
A template says what a form asks for: a TOML file with a field for each place to write in, beside a picture of
the empty form. 'inkdigits read PATH --template FORM.toml' reads filled-in ones.

new    opens a page on which the fields are drawn over a picture of the empty form; boxes and underlines that
       are found are offered. With --no-page they are written at once, to be edited: names, types
check  says what a template holds, or in one line what is wrong with it
match  gives each form of a table (.jsonl) its best row of a list, as 'read --roster' does; no picture is
       read again
"""

_EPILOG = """\
examples:
  inkdigits template new blank.png form.toml
  inkdigits template new blank.png found.toml --no-page
  inkdigits template check form.toml
  inkdigits read forms/ --template meter.toml --output forms.jsonl
  inkdigits template match meter.toml forms.jsonl names.csv --output forms.xlsx
"""

_USAGE = 2
_NEEDS = {
    "new": ("BLANK", "[FORM.toml]"),
    "check": ("FORM.toml",),
    "match": ("FORM.toml", "RESULTS.jsonl", "NAMES.csv"),
}


def add(commands: Commands) -> None:
    """Adds the command's parser."""
    parser = commands.add_parser(
        "template", help="begin and check templates of forms", description=_DESCRIPTION, epilog=_EPILOG
    )
    parser.add_argument("action", choices=tuple(_NEEDS), help="what to do")
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="new: BLANK and, unless it is named as that, FORM.toml; check: FORM.toml; match: FORM.toml, "
        "RESULTS.jsonl and NAMES.csv",
    )
    parser.add_argument(
        "--output", metavar="FILE", help="match: write the rows to FILE (default: standard output)"
    )
    parser.add_argument(
        "--format", choices=FORMATS, help="match: as for read (default: by the ending of --output)"
    )
    parser.add_argument(
        "--no-page",
        action="store_true",
        help="new: write the fields that are found, without a page to draw on",
    )
    parser.add_argument("--no-browser", action="store_true", help="new: do not open the page in a browser")
    parser.add_argument(
        "--port", metavar="N", type=int, default=0, help="new: port of the page (default: a free one)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Does one of the three; gives the exit code."""
    needs = _NEEDS[args.action]
    least = sum(not name.startswith("[") for name in needs)
    if not least <= len(args.files) <= len(needs):
        told = (
            f"inkdigits template {args.action}: expected {' '.join(needs)}, received {len(args.files)} files"
        )
        print(f"{told}; see 'inkdigits template --help'", file=sys.stderr)
        return _USAGE
    if args.action == "new":
        return _new(args)
    return _check(args.files[0]) if args.action == "check" else _match(args)


def _new(args: argparse.Namespace) -> int:
    from inkdigits.tables.new_template import NewTemplate

    new = NewTemplate.begin(*args.files)
    if args.no_page:
        new.write(new.offered)
        print(
            f"{new.path}: {len(new.offered)} fields found; give them names and types, then: inkdigits "
            f"template check {new.path}"
        )
        return 0
    return _drawn(new, args.port, browser=not args.no_browser)


def _drawn(new: NewTemplate, port: int, *, browser: bool) -> int:
    """Serves the page on which the fields are drawn, until a signal; gives the exit code."""
    from inkdigits.cli.serve import open_page
    from inkdigits.errors import MissingExtraError

    try:
        from inkdigits.server.run import serve_template
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "a library of the page", "serve") from error
    from inkdigits.server.settings import Settings

    def tell(address: str) -> None:
        print(f"drawing {new.path} on {address}", flush=True)
        print("Ctrl-C ends it; --no-page writes the fields that are found, without a page", file=sys.stderr)
        if browser:
            open_page(address)

    def saved(count: int) -> None:
        print(f"{new.path}: {count} fields saved", flush=True)

    return serve_template(new, Settings(port=port), tell, saved)


def _check(path: str) -> int:
    from inkdigits.reader import Reader
    from inkdigits.tables.forms import FormReader
    from inkdigits.tables.template_file import load_template

    template = load_template(path)
    FormReader(template, Reader())
    for one in template.fields:
        boxes = f"{len(one.cells)} boxes" if len(one.cells) > 1 else "1 box"
        check = f", check {one.check.name}" if one.check else ""
        print(f"{one.name}: {one.type.text}, {boxes} on page {one.page + 1}{check}")
    print(f"{path}: {len(template.fields)} fields on {len(template.blanks)} pages; it can be used")
    return 0


def _match(args: argparse.Namespace) -> int:
    from inkdigits.cli.rows import format_of, open_rows
    from inkdigits.tables.roster import load_roster, matched
    from inkdigits.tables.template_file import load_template

    template_file, results, names = args.files
    template, roster = load_template(template_file), load_roster(names)
    form = format_of(args.output, args.format)
    rows = list(_readings(results))
    readings = matched([reading for reading, _ in rows], template, roster)
    fields = (*template.names, *(f"roster {column}" for column in roster.columns))
    with ExitStack() as stack:
        writer = stack.enter_context(open_rows(args.output, form, [one.source for one in readings], fields))
        for reading, (_, model) in zip(readings, rows, strict=True):
            writer.write(reading, model)
    return 0


def _readings(path: str) -> Iterator[tuple[Reading, str]]:
    """Yields the readings of a table that ``read --format jsonl`` wrote, and the models of each."""
    from inkdigits.errors import ConfigError
    from inkdigits.readings import Reading

    try:
        for line in Path(path).read_text(encoding="utf-8").splitlines():
            told: dict[str, Any] = json.loads(line)
            yield Reading.from_dict(told), str(told.get("model") or "")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"cannot read the results {path}: {error}; expected what 'inkdigits read --template' wrote "
            "as .jsonl"
        ) from error
