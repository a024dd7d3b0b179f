"""The command line: parse, one call into the library, print.

Each command is a module of this package with ``add(commands)``, which declares its options, and
``run(args)``, which returns the exit code. Nothing heavy is imported before ``run``.

::

    read  watch  template  data  train  crossval  evaluate  export  calibrate  gallery  serve  review  convert
    benchmark   one file a command
    common      options that several commands have
    output      where text goes: standard output, or a file that is replaced when all is written
    asking      what read and watch ask of a reader   watch_tables   the tables of ``watch``
    engines     who reads: this machine or a cluster
    forms       a template and a list in place of a plain reader
    batch rows batch_progress   of ``read``: what becomes of its readings, its rows, how far it is
    scores      the table of ``evaluate``   expected   its ``--expected-error``
    progress    how far a training is

Exit codes: 0 done; 1 something failed (for ``read``: at least one source); 2 wrong usage or settings;
130 stopped with Ctrl-C; 143 stopped by SIGTERM; 141 the reader of our output went away.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

from inkdigits import __version__, interrupt
from inkdigits.cli import output
from inkdigits.errors import ConfigError, InkdigitsError
from inkdigits.output.rows import one_line

__all__ = ["COMMANDS", "INTERRUPTED", "TERMINATED", "build_parser", "main"]

COMMANDS = (
    "read",
    "watch",
    "template",
    "data",
    "train",
    "crossval",
    "evaluate",
    "export",
    "calibrate",
    "gallery",
    "serve",
    "review",
    "convert",
    "benchmark",
)  # in the order of the help text

_FAILED = 1
_USAGE = 2
INTERRUPTED = 130  # 128 + SIGINT, as shells report it
TERMINATED = 143  # 128 + SIGTERM
_PIPE_CLOSED = 141  # 128 + SIGPIPE, as shells report it

_EPILOG = """\
examples:
  inkdigits read scan.png                     one picture: file, digit, confidence
  inkdigits read scans/ --output digits.csv   every picture of a folder, as a table
  inkdigits evaluate --data mnist             how well the shipped model reads

'inkdigits COMMAND --help' says more about a command.
"""


class _Help(argparse.RawDescriptionHelpFormatter):
    """Keeps the line ends of the texts, at a width that every terminal of today has."""

    def __init__(self, prog: str) -> None:
        # Asking for the terminal's width loads four modules, at every start and not only for help.
        super().__init__(prog, width=100)


class _Parser(argparse.ArgumentParser):
    """An ArgumentParser whose help keeps its line ends and whose errors are one line."""

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("formatter_class", _Help)
        # An abbreviation that works today would break when a longer option with that start arrives.
        settings.setdefault("allow_abbrev", False)
        super().__init__(**settings)

    def error(self, message: str) -> NoReturn:
        if message.startswith("unrecognized arguments: -") and "." in message:
            message += "; a file whose name begins with - is written with ./ before it"
        self.exit(_USAGE, f"{self.prog}: {one_line(message)}; see '{self.prog} --help'\n")


class _Version(argparse.Action):
    """Prints the version; argparse's own action would hide that standard output cannot be written."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> NoReturn:
        print(f"inkdigits {__version__}")
        parser.exit()


def build_parser(names: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
    """Returns the parser of the commands called ``names``, by default of all."""
    parser = _Parser(
        prog="inkdigits",
        description="Reads handwritten digits from any picture and says how sure it is.",
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    parser.add_argument("--debug", action="store_true", help="on failure print the traceback as well")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name in names:
        import_module(f"inkdigits.cli.{name}").add(commands)
    for command in commands.choices.values():
        # SUPPRESS: an absent '--debug' after the command must not undo one before it.
        command.add_argument(
            "--debug",
            action="store_true",
            default=argparse.SUPPRESS,
            help="on failure print the traceback as well",
        )
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line.

    Args:
        argv: the arguments after the program's name; by default those of the process.

    Returns:
        The exit code.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in arguments
    try:
        with interrupt.attended():
            code = _run(arguments)
            output.flush()
    except interrupt.Terminated:
        return _failure("stopped by SIGTERM", TERMINATED, debug)
    except KeyboardInterrupt:
        return _failure("stopped by Ctrl-C", INTERRUPTED, debug)
    except BrokenPipeError:
        output.discard_unwritten()
        return _PIPE_CLOSED
    except ConfigError as error:
        return _failure(str(error), _USAGE, debug)
    except InkdigitsError as error:
        return _failure(str(error), _FAILED, debug, getattr(error, "details", ()))
    except OSError as error:  # of a print: the disk is full, the terminal is gone
        return _failure(f"cannot go on: {error}; free some space or write elsewhere", _FAILED, debug)
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        return _failure(f"unexpected {text}; run it with --debug and report what it prints", _FAILED, debug)
    return code


def _run(arguments: list[str]) -> int:
    """Parses ``arguments`` and runs their command; gives its exit code."""
    # Only the parser of the command at hand is built: the others would cost start-up time.
    names = arguments[:1] if arguments and arguments[0] in COMMANDS else COMMANDS
    try:
        parser = build_parser(names)
        args = parser.parse_args(arguments)
    except SystemExit as stop:  # argparse: --help, --version, or wrong usage
        return stop.code if isinstance(stop.code, int) else 0
    if args.command is None:
        parser.print_help(sys.stderr)
        return _USAGE
    return args.run(args)


def _failure(message: str, code: int, debug: bool, details: Sequence[str] = ()) -> int:
    """Tells what went wrong on standard error, after the traceback if asked; gives ``code``.

    Args:
        message: all of it in one line.
        code: the exit code.
        debug: whether the traceback is asked for.
        details: what was tried, a line each.
    """
    output.discard_unwritten()
    if debug:
        from traceback import print_exc

        print_exc()
    print(f"inkdigits: {one_line(message)}", file=sys.stderr)
    for detail in details:
        print(f"  {one_line(detail)}", file=sys.stderr)
    return code
