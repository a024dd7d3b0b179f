"""``inkdigits serve``: a web page and an HTTP API."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from inkdigits.cli.common import (
    Commands,
    add_max_error,
    add_model,
    add_second,
    add_threads,
    models,
    positive_int,
)
from inkdigits.server import settings as defaults

__all__ = ["add", "add_options", "open_page", "run", "start"]

_TOKEN = "INKDIGITS_TOKEN"  # noqa: S105 - the name of the variable

_DESCRIPTION = """\
Serves a web page that reads what you draw, drop or photograph, and an HTTP API (docs/http_api.md).

Without options it listens on this machine alone. Ctrl-C or SIGTERM ends it once everything that it has
accepted is answered. It logs a JSON line a request to standard error and keeps no picture, unless
--corrections names a folder for digits that people have corrected.
Exit code: 0 ended by a signal, 1 it could not start, 2 wrong usage.
"""

_EPILOG = """\
examples:
  inkdigits serve
  inkdigits serve --port 0 --no-browser --corrections corrected/
  INKDIGITS_TOKEN=$(openssl rand -hex 16) inkdigits serve --host 0.0.0.0 --workers 2
  inkdigits train --data corrected/
  inkdigits serve --review readings.jsonl --corrections corrected/
"""


def add(commands: Commands) -> None:
    """Adds the command's parser."""
    parser = commands.add_parser(
        "serve", help="serve a web page and an HTTP API", description=_DESCRIPTION, epilog=_EPILOG
    )
    parser.add_argument(
        "--review",
        metavar="RESULTS",
        type=Path,
        help="what 'inkdigits read --output' wrote; the page has a place to look at its unsure cells",
    )
    add_options(parser)
    parser.set_defaults(run=run)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds what ``serve`` and ``review`` have in common."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument(
        "--port", metavar="N", type=int, default=8000, help="port; 0 takes a free one (default: 8000)"
    )
    parser.add_argument(
        "--workers",
        metavar="N",
        type=positive_int,
        default=1,
        help="processes that read; on Linux they share the memory of their models (default: 1)",
    )
    parser.add_argument(
        "--token",
        metavar="SECRET",
        default=os.environ.get(_TOKEN),
        help=f"what requests must bring as 'Authorization: Bearer SECRET'; {_TOKEN} in the environment does "
        "the same and is not seen in the list of processes",
    )
    parser.add_argument(
        "--no-auth", action="store_true", help="listen beyond this machine without a token: anybody can ask"
    )
    parser.add_argument(
        "--corrections",
        metavar="DIR",
        type=Path,
        help="keep corrected digits in DIR, a subfolder a digit, which 'inkdigits train --data DIR' reads",
    )
    parser.add_argument(
        "--pictures",
        metavar="DIR",
        type=Path,
        help="folder in which the pictures of the results to review are looked for (default: where the "
        "results say, from this folder or from that of the results)",
    )
    add_max_error(parser)
    add_model(parser)
    parser.add_argument(
        "--max-bytes",
        metavar="N",
        type=positive_int,
        default=defaults.MAX_BYTES,
        help=f"bytes of a request's body at most (default: {defaults.MAX_BYTES})",
    )
    parser.add_argument(
        "--max-pixels",
        metavar="N",
        type=positive_int,
        default=defaults.MAX_PIXELS,
        help=f"pixels of a picture at most, refused before it is decoded (default: {defaults.MAX_PIXELS})",
    )
    parser.add_argument(
        "--max-files",
        metavar="N",
        type=positive_int,
        default=defaults.MAX_FILES,
        help=f"pictures of a batch request at most (default: {defaults.MAX_FILES})",
    )
    parser.add_argument(
        "--timeout",
        metavar="S",
        type=float,
        default=defaults.TIMEOUT_S,
        help=f"seconds a request may take, its body's arrival included (default: {defaults.TIMEOUT_S:g})",
    )
    parser.add_argument(
        "--queue",
        metavar="N",
        type=positive_int,
        default=defaults.QUEUE,
        help=f"requests that may wait in a worker; more are answered with 503 (default: {defaults.QUEUE})",
    )
    add_second(parser)
    add_threads(parser)
    parser.add_argument("--no-browser", action="store_true", help="do not open the page in a browser")


def run(args: argparse.Namespace) -> int:
    """Serves until a signal; gives the exit code."""
    return start(args, args.review)


def start(args: argparse.Namespace, results: Path | None, place: str = "") -> int:
    """Serves with these options until a signal; gives the exit code.

    Args:
        args: what :func:`add_options` added.
        results: what is to be reviewed; None for nothing.
        place: the page to open, without a slash before it.
    """
    from inkdigits.arguments import second_of
    from inkdigits.errors import MissingExtraError
    from inkdigits.recognition import bundle

    try:
        from inkdigits.server.run import ReaderOptions, serve
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "a library of the server", "serve") from error

    settings = defaults.Settings(
        host=args.host,
        port=args.port,
        workers=args.workers,
        token=args.token,
        no_auth=args.no_auth,
        corrections=args.corrections,
        review=results,
        review_max_error=args.max_error,
        pictures=args.pictures,
        max_bytes=args.max_bytes,
        max_pixels=args.max_pixels,
        max_files=args.max_files,
        timeout_s=args.timeout,
        queue=args.queue,
    )
    chosen = models(args.model)
    # Told here in one line, before any process is started.
    bundle.load(chosen.get("digits", bundle.SHIPPED["digit"]), "digit")
    bundle.load(chosen.get("numbers", bundle.SHIPPED["number"]), "number")
    bundle.load(chosen.get("finder", bundle.SHIPPED["finder"]), "finder")
    second_of(args.second)
    options = ReaderOptions(**chosen, max_error=args.max_error, second=args.second, threads=args.threads)

    def tell(address: str) -> None:
        print(f"serving on {address}", flush=True)
        if settings.token is not None:
            print(f"in a browser open {address} and enter your token once", file=sys.stderr)
        elif not args.no_browser:
            open_page(address + place)

    return serve(settings, options, tell)


def open_page(address: str) -> None:
    """Opens the page in the user's browser, from a thread: some browsers return only when they end."""
    import threading
    import webbrowser

    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
