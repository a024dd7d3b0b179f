"""What ``inkdigits read`` is to read: paths, folders, patterns, lists of files, standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import IO

from inkdigits.batch.job import Job, failed, page_count_of
from inkdigits.errors import ConfigError, SourceError
from inkdigits.spec import MAX_SOURCE_BYTES

__all__ = ["STDIN", "from_stdin", "jobs_of", "names_from"]

STDIN = "-"
_STDIN_NAME = "<stdin>"
_MAX_NAME = 4096  # bytes of a path


def jobs_of(path: str, folder: Callable[[], Path]) -> Iterator[Job]:
    """Yields what one PATH stands for: itself, or the pictures and pages inside it.

    Args:
        path: as it was given; ``-`` for standard input, which has a picture or a list of files.
        folder: makes a folder that is removed when all is read, for what must be in a file to be read.

    Raises:
        MissingExtraError: a library that it needs is not installed.
    """
    from inkdigits.picture.paths import each_picture

    if path == STDIN:
        yield from _on_stdin(folder)
        return
    special = _special(path, folder)
    if special is not None:
        yield from special
        return
    pictures = each_picture([path])
    try:
        first = list(islice(pictures, 2))
    except SourceError as error:  # the other paths are read all the same
        yield failed(path, str(error))
        return
    top = Path(path)
    for picture in chain(first, pictures):
        inside = picture.is_relative_to(top) and picture != top
        place = picture.relative_to(top).parent if inside else Path()
        special = None if inside else _special(str(picture), folder)
        if special is not None:  # a pattern that archives match
            yield from special
            continue
        alone = len(first) == 1 and not inside and str(picture) == str(top)
        yield Job(path if alone else str(picture), picture, folder=place)


def from_stdin(job: Job) -> bool:
    """Tells whether what is to be read came on standard input, and not its name alone."""
    return job.name.partition("#")[0] == _STDIN_NAME and str(job.source) != job.name


def names_from(file: str) -> list[str]:
    """Returns the paths in a list of files, one a line or with a NUL behind each; ``-`` for standard input.

    Raises:
        ConfigError: it cannot be read.
    """
    try:
        content = _stdin().read() if file == STDIN else Path(file).read_bytes()
    except OSError as error:
        raise ConfigError(
            f"cannot read the list {file}: {error.strerror or error}; name a file with one path a line"
        ) from error
    return _split(content)


def _split(content: bytes) -> list[str]:
    parts = content.split(b"\0") if b"\0" in content else content.removeprefix(b"\xef\xbb\xbf").splitlines()
    names = (os.fsdecode(part) for part in parts if part)
    return [f"./{name}" if name == STDIN else name for name in names]  # in a list it is a file of that name


def _special(path: str, folder: Callable[[], Path]) -> Iterator[Job] | None:
    """Returns the jobs of an archive, a table or an address; None for anything else."""
    from inkdigits.batch.archives import archive_ending, jobs_in_archive
    from inkdigits.batch.columns import is_table, jobs_in_table
    from inkdigits.batch.remote import is_address, jobs_at

    if is_address(path):
        return jobs_at(path, folder)
    if not os.path.isfile(path):  # noqa: PTH113 (a name with a null character is none)
        return None
    if is_table(path):
        return jobs_in_table(path)
    return jobs_in_archive(path, folder) if archive_ending(path) else None


def _on_stdin(folder: Callable[[], Path]) -> Iterator[Job]:
    try:
        # One byte more than allowed is enough for the size to be refused.
        content = _stdin().read(MAX_SOURCE_BYTES + 1)
    except ConfigError as error:
        yield failed(_STDIN_NAME, str(error))
        return
    if _is_list(content):
        for name in _split(content):
            yield from jobs_of(name, folder)
        return
    pages = page_count_of(content)
    if pages == 1:
        yield Job(_STDIN_NAME, content)
        return
    file = folder() / "stdin"
    file.write_bytes(content)
    for page in range(1, pages + 1):
        yield Job(f"{_STDIN_NAME}#{page}", Path(f"{file}#{page}"))


def _is_list(content: bytes) -> bool:
    """Tells a list of files from a picture: its first line or part names one that is there."""
    from inkdigits.picture.paths import page_of

    first = _split(content[: _MAX_NAME + 1])[:1]
    try:
        return bool(first) and len(first[0]) <= _MAX_NAME and os.path.lexists(page_of(first[0])[0])
    except ValueError:
        return False


def _stdin() -> IO[bytes]:
    if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison]  # closed when the process began
        raise ConfigError(
            "standard input is closed: expected a picture or a list of files; name them instead"
        )
    return sys.stdin.buffer
