"""Paths → sources: folders opened up, patterns filled in, and of a file of several pages each page.

The second page of ``scan.tiff`` is called ``scan.tiff#2``; :func:`inkdigits.picture.sources.load` takes that.
"""

from __future__ import annotations

import glob
import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from inkdigits import spec
from inkdigits.errors import InkdigitsError, SourceError, SourceNotFoundError
from inkdigits.picture.formats import SUFFIXES, UNREAD, may_have_pages

__all__ = ["each_picture", "find_pictures", "page_number", "page_of", "printable"]

_PAGE = re.compile(r"(?s)(.+)#([1-9][0-9]{0,6})")
_HEAD = 65_536  # bytes; within them a PNG says whether it is animated


def find_pictures(paths: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """Returns the pictures that ``paths`` name, folders opened up with all their subfolders.

    The order of ``paths`` is kept, and so are duplicates; the pictures of one folder are sorted by path.
    Hidden files and folders inside a folder are left out. A file of several pages or frames (TIFF, PDF, GIF,
    APNG, WebP, HEIC) stands for each of them, ``scan.tiff#1``, ``scan.tiff#2`` and so on. A path that does
    not exist but has ``*``, ``?`` or ``[`` in it stands for what it matches. Any other path is kept as it is,
    whether or not it exists, and so is a subfolder that cannot be listed: reading it says what is wrong.

    Raises:
        SourceNotFoundError: a folder holds no picture, or a path is empty.
        SourceError: a folder cannot be listed.
    """
    return list(each_picture(paths))


def each_picture(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Path]:
    """Yields what :func:`find_pictures` returns, in a fraction of its memory; what it raises comes first."""
    names: list[str] = []
    for given in paths:
        if not os.fspath(given):
            raise SourceNotFoundError(
                "a path is empty: expected a picture or a folder, received ''; name one, or . for this folder"
            )
        for path in _matching(Path(given)):
            names.extend(_pictures_in(path) if _is_folder(path) else [str(path)])
    names.reverse()
    while names:  # each goes as its path comes
        yield from _pages_of(Path(names.pop()))


def page_of(name: str) -> tuple[Path, int | None]:
    """Returns the file that a name means and which of its pages, from 0; None where it names none."""
    match = _PAGE.fullmatch(name)
    if match is None or _is_file(Path(name)) or not _is_file(Path(match[1])):
        return Path(name), None
    return Path(match[1]), int(match[2]) - 1


def page_number(name: str) -> int | None:
    """Returns which page or frame a source is that is called so, from 1; None for a file of its own.

    Unlike :func:`page_of` it takes what is in an archive or behind an address too.
    """
    match = _PAGE.fullmatch(name)
    return None if match is None or _is_file(Path(name)) else int(match[2])


def printable(name: str) -> str:
    """Returns a name for messages, which are one line: control characters are escaped."""
    return name if name.isprintable() else ascii(name)


def _matching(path: Path) -> list[Path]:
    text = str(path)
    if "\0" in text or not glob.has_magic(text) or os.path.lexists(text):
        return [path]
    return [Path(one) for one in sorted(glob.glob(text, recursive=True))] or [path]  # noqa: PTH207 (absolute ones, too)


def _pictures_in(folder: Path) -> list[str]:
    pictures: list[str] = []

    def told_later(error: OSError) -> None:
        where = Path(error.filename or folder)
        if where == folder:
            raise SourceError(
                f"cannot list the folder {printable(str(where))}: {error.strerror}; check its permissions"
            ) from error
        pictures.append(str(where))

    for parent, folders, names in os.walk(folder, onerror=told_later):
        folders[:] = [name for name in folders if not name.startswith(".")]
        pictures.extend(
            str(Path(parent, name))
            for name in names
            if Path(name).suffix.lower() in SUFFIXES | UNREAD and not name.startswith(".")
        )
    if not pictures:
        raise SourceNotFoundError(
            f"no picture in the folder {printable(str(folder))}: expected files ending in "
            f"{', '.join(sorted(SUFFIXES))}, found none; name another folder or the files themselves"
        )
    return sorted(pictures, key=_by_parts)


def _by_parts(name: str) -> str:
    """Returns what orders names as paths are: part by part, a folder before files whose names go on."""
    return os.path.normcase(name).replace(os.sep, "\0")


def _pages_of(path: Path) -> list[Path]:
    """Returns a path for each page of a file; of what has one, or cannot be opened, the path itself."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > spec.MAX_SOURCE_BYTES:
            return [path]  # a pipe can be read only once, what is too large not at all
        with path.open("rb") as file:
            if not may_have_pages(file.read(_HEAD)):
                return [path]
            from inkdigits.picture import decode

            file.seek(0)
            count = decode.page_count(file, str(path))
    except (OSError, ValueError, InkdigitsError):
        return [path]
    return [path] if count == 1 else [path.with_name(f"{path.name}#{page}") for page in range(1, count + 1)]


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # no permission, a null character, …: reading the path reports it
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.exists() and not path.is_dir()
    except (OSError, ValueError):
        return False
