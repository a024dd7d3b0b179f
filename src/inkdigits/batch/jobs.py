"""What ``inkdigits read`` is to read: paths, folders, patterns, lists of files, standard input."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from inkdigits.errors import ConfigError, InkdigitsError, SourceError
from inkdigits.readings import Reading
from inkdigits.spec import MAX_SOURCE_BYTES

__all__ = ["STDIN", "Job", "jobs_of", "names_from"]

STDIN = "-"
_STDIN_NAME = "<stdin>"
_MAX_NAME = 4096  # bytes of a path


@dataclass(frozen=True, slots=True)
class Job:
    """One row to come: a source to read, or the failure to find any.

    Attributes:
        name: what the row calls it.
        source: a path, or the bytes that came on standard input.
        failure: the row of what cannot be read.
        folder: where it lies inside the folder that was named.
        more: the pages behind the first of a form of several.
    """

    name: str
    source: Path | bytes | None
    failure: Reading | None = None
    folder: Path = Path()
    more: tuple[Path | bytes, ...] = ()


def jobs_of(path: str, keep: Callable[[bytes], Path]) -> Iterator[Job]:
    """Yields what one PATH stands for: itself, or the pictures of a folder, the pages of a file.

    Args:
        path: as it was given; ``-`` for standard input, which has a picture or a list of files.
        keep: puts what came on standard input into a file, for one that has several pages.
    """
    from inkdigits.picture.paths import find_pictures

    if path == STDIN:
        yield from _on_stdin(keep)
        return
    try:
        found = find_pictures([path])
    except SourceError as error:  # the other paths are read all the same
        yield Job(path, None, Reading(path, "error", error=str(error)))
        return
    top = Path(path)
    for picture in found:
        inside = picture.is_relative_to(top) and picture != top
        folder = picture.relative_to(top).parent if inside else Path()
        alone = len(found) == 1 and not inside and str(picture) == str(top)
        yield Job(path if alone else str(picture), picture, folder=folder)


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
    return [os.fsdecode(part) for part in parts if part]


def _on_stdin(keep: Callable[[bytes], Path]) -> Iterator[Job]:
    try:
        # One byte more than allowed is enough for the size to be refused.
        content = _stdin().read(MAX_SOURCE_BYTES + 1)
    except ConfigError as error:
        yield Job(_STDIN_NAME, None, Reading(_STDIN_NAME, "error", error=str(error)))
        return
    if _is_list(content):
        for name in _split(content):
            yield from jobs_of(name, keep)
        return
    pages = _pages(content)
    if pages == 1:
        yield Job(_STDIN_NAME, content)
        return
    file = keep(content)
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


def _pages(content: bytes) -> int:
    from inkdigits.picture.formats import may_have_pages

    if not may_have_pages(content[:65_536]) or len(content) > MAX_SOURCE_BYTES:
        return 1
    from inkdigits.picture.decode import page_count

    try:
        return page_count(io.BytesIO(content), _STDIN_NAME)
    except InkdigitsError:  # reading it says what is wrong
        return 1


def _stdin() -> IO[bytes]:
    if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison]  # closed when the process began
        raise ConfigError(
            "standard input is closed: expected a picture or a list of files; name them instead"
        )
    return sys.stdin.buffer
