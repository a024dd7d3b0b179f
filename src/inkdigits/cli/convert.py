"""``inkdigits convert``: a table of results, with what people said of it, in another format."""

from __future__ import annotations

import argparse
from pathlib import Path

from inkdigits.cli.common import Commands

__all__ = ["add", "run"]

_TABLES = ("csv", "tsv", "jsonl", "json", "xlsx")
_OTHERS = ("hocr", "alto", "label-studio", "amc", "sdaps", "quexf", "offlinequiz")
_ENDINGS = {".hocr": "hocr", ".alto": "alto"} | {f".{name}": name for name in _TABLES}

_DESCRIPTION = """\
Writes the cells of a table of results, one a row: what was read, what holds now, and who said so, side by
side. RESULTS is what 'inkdigits read --output' wrote; the answers of its review, if there was one, are in
RESULTS.review beside it. The column 'origin' says 'read', 'confirmed', 'corrected' or 'no number'.
"""

_EPILOG = """\
examples:
  inkdigits convert readings.jsonl --output reviewed.csv
  inkdigits convert readings.jsonl --output reviewed.xlsx
  inkdigits convert readings.jsonl --format alto --output pages.xml
  inkdigits convert readings.jsonl --format sdaps --with data_1.csv --output filled.csv
"""


def add(commands: Commands) -> None:
    """Adds the command's parser."""
    parser = commands.add_parser(
        "convert", help="write results in another format", description=_DESCRIPTION, epilog=_EPILOG
    )
    parser.add_argument("results", metavar="RESULTS", type=Path, help="what 'inkdigits read --output' wrote")
    parser.add_argument(
        "--format",
        choices=(*_TABLES, *_OTHERS),
        help="a table, a page layout for archives (hocr, alto), or what another program takes in "
        "(docs/other_programs.md) (default: by the ending of --output, else csv)",
    )
    parser.add_argument(
        "--output",
        metavar="FILE",
        help="write to FILE, which is replaced when all is done (default: standard output)",
    )
    parser.add_argument(
        "--with",
        dest="given",
        metavar="FILE",
        type=Path,
        help="the other program's own file that is filled: of sdaps, quexf and offlinequiz",
    )
    parser.add_argument(
        "--pictures",
        metavar="DIR",
        type=Path,
        help="folder in which the pictures are looked for (default: where the results say, from this folder "
        "or from that of the results)",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Writes the file; gives the exit code."""
    from inkdigits.errors import ConfigError
    from inkdigits.files import write_bytes
    from inkdigits.output.cutouts import Pictures
    from inkdigits.output.exchange.formats import FORMATS, exchange
    from inkdigits.output.record_tables import table_of
    from inkdigits.review.work import reviewed

    ending = _ENDINGS.get(Path(args.output or "table.csv").suffix.lower())
    form = args.format or ending
    if form is None:
        raise ConfigError(
            f"--output {args.output} has an ending without a format: expected {', '.join(_ENDINGS)}; "
            "name it so, or say --format"
        )
    if args.output and Path(args.output).resolve() == args.results.resolve():
        raise ConfigError(f"--output {args.output} is what is to be converted; choose another name")
    folders = [*([args.pictures] if args.pictures else []), Path(), args.results.parent]
    records, pictures = reviewed(args.results), Pictures(folders)
    if form in FORMATS:
        content = exchange(form, records, pictures, None if args.given is None else _read(args.given))
    elif args.given is not None:
        raise ConfigError(f"--format {form} fills no file: expected no --with; leave it out")
    else:
        content = table_of(records, form, pictures)
    if args.output:
        write_bytes(args.output, content)
    else:
        from inkdigits.cli.output import write_binary

        write_binary(content)
    return 0


def _read(path: Path) -> bytes:
    """Returns the bytes of the other program's file."""
    from inkdigits.errors import DataError

    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}; name the file to fill") from error
