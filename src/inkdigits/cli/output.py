"""Where rows go: standard output, a file that is whole or absent, or a device."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from inkdigits.errors import OutputError

__all__ = [
    "ENCODING",
    "ERRORS",
    "discard_unwritten",
    "flush",
    "opened",
    "refuse_folder",
    "standard_output",
    "write_binary",
]

# A file name that is no UTF-8 shows its bytes as \\udc80 to \\udcff, which is also how JSON writes them.
ENCODING, ERRORS = "utf-8", "backslashreplace"


@contextmanager
def opened(output: str | None) -> Generator[IO[str]]:
    """Opens the file called ``output``, or standard output for None, for rows in UTF-8.

    A file appears, or replaces an older one, only when the block succeeds.

    Raises:
        OutputError: it cannot be opened or written. A closed pipe stays a BrokenPipeError.
    """
    if output is None:
        with _reporting("to standard output"):
            yield standard_output()
        return
    path = refuse_folder(output)
    if path.exists() and not path.is_file():
        # A device or a named pipe is written to; renaming a file over it would destroy it.
        with _reporting(output), path.open("w", encoding=ENCODING, errors=ERRORS, newline="") as stream:
            yield stream
        return
    from inkdigits.files import replacing  # 10 ms that rows on standard output need not wait for

    with (
        replacing(path) as temporary,
        temporary.open("w", encoding=ENCODING, errors=ERRORS, newline="") as stream,
    ):
        yield stream


def refuse_folder(output: str) -> Path:
    """Returns the path called ``output``; raises OutputError for a folder or nothing."""
    path = Path(output)
    if not output or path.is_dir():
        got = "a folder" if output else "''"
        raise OutputError(
            f"cannot write {output or 'the rows'}: expected a file name, got {got}; name a file"
        )
    return path


def flush() -> None:
    """Writes out what standard output still buffers, so that a full disk is told and not lost at exit."""
    stream: IO[str] | None = sys.stdout  # None if the process was started with it closed
    if stream is not None:
        with _reporting("to standard output"):
            stream.flush()


def discard_unwritten() -> None:
    """Points standard output at nothing if it cannot be written, so that the last flush is quiet."""
    stream: IO[str] | None = sys.stdout
    if stream is None:
        return
    try:
        stream.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def standard_output() -> IO[str]:
    """Returns standard output, set to UTF-8 and to the line ends that the writers choose."""
    stream: IO[str] | None = sys.stdout
    if stream is None:
        raise OutputError("cannot write to standard output: it is closed; name a file with --output")
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding=ENCODING, errors=ERRORS, newline="")
    return stream


def write_binary(content: bytes) -> None:
    """Writes a whole file to standard output; raises OutputError."""
    stream = standard_output()
    with _reporting("to standard output"):
        cast("io.TextIOWrapper", stream).buffer.write(content)
        stream.flush()


@contextmanager
def _reporting(where: str) -> Generator[None]:
    """Turns a failure to write into an OutputError; a closed pipe is left to the caller."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            f"cannot write {where}: {reason}; free some space or choose another place with --output"
        ) from error
