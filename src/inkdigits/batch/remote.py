"""``https://``, ``s3://`` and ``gs://`` addresses → jobs, through fsspec: the extra ``[remote]``.

A picture is fetched by the process that reads it. How many pages a TIFF or a PDF has is not known before it
is fetched, so what may have several is fetched here once, and forgotten.
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from inkdigits.batch.archives import archive_ending, jobs_in_archive
from inkdigits.batch.columns import is_table, jobs_in_table
from inkdigits.batch.job import Job, each_page, failed, page_count_of
from inkdigits.batch.storage import copied, fetched, is_web, listed, matched, path_of, there, whole_name
from inkdigits.errors import SourceError
from inkdigits.picture.deferred import Deferred
from inkdigits.picture.formats import SUFFIXES, UNREAD
from inkdigits.picture.paths import printable
from inkdigits.spec import MAX_SOURCE_BYTES

__all__ = ["is_address", "jobs_at"]

_ADDRESS = re.compile(r"(?i)(https?|s3|gs|gcs|memory)://")
_PAGE = re.compile(r"(.+)#([1-9][0-9]{0,6})")
# Not asked for pages: a picture each, for an APNG is no scan.
_ONE_PAGE = frozenset({".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib"})
_AT_ONCE = 4  # files that are fetched at a time, of 256 MB at most, to count their pages
_LONGEST = 200  # bytes of the name of a folder that is made on this disk
_ASKED = 64  # files that wait for that; what waits takes memory


@dataclass(frozen=True, slots=True)
class _Remote(Deferred):
    """A file behind an address."""

    address: str

    def content(self, most: int) -> bytes:
        # The pages of a file are read one behind the other: it is fetched once for them.
        return (fetched if self.page is None else _kept)(self.address, most)


def is_address(path: str) -> bool:
    """Tells whether a path is an address that is fetched."""
    return _ADDRESS.match(path) is not None


def jobs_at(address: str, folder: Callable[[], Path]) -> Iterator[Job]:
    """Yields the jobs of a file, an archive or a table, or of what a folder, ``s3://scans/``, or pattern has.

    Args:
        address: of what is read; ``#2`` behind it names a page.
        folder: gives a folder that is removed at the end, into which archives and tables are fetched.

    Raises:
        MissingExtraError: fsspec, or s3fs for ``s3://``, is not installed.
        ConfigError: what another kind of address needs is not installed.
    """
    path = path_of(address)
    if glob.has_magic(path) and not there(address):
        yield from _pictures_at(address, True, folder)
    elif path.endswith("/") or not path.strip("/") or _is_bucket(address):
        yield from _pictures_at(address, False, folder)
    elif _is_packed(path):
        yield from _inside(address, folder)
    elif page := _PAGE.fullmatch(address):
        yield Job(address, _Remote(address, int(page[2]) - 1, page[1]))
    else:
        yield from _pages_at(address, Path())


def _is_bucket(address: str) -> bool:
    return not is_web(address) and "/" not in path_of(address)


def _is_packed(path: str) -> bool:
    return bool(archive_ending(path)) or is_table(path)


def _pictures_at(address: str, pattern: bool, folder: Callable[[], Path]) -> Iterator[Job]:
    """Yields the jobs of a pattern or a folder, in the order of their names."""
    from concurrent.futures import ThreadPoolExecutor

    try:
        found = [(one, None) for one in matched(address)] if pattern else listed(address)
        top = whole_name(address)
    except SourceError as error:
        yield failed(address, str(error))
        return
    wanted = [(one, error) for one, error in found if error or _is_wanted(one, top, pattern)]
    if not wanted:
        yield failed(address, f"no picture at {printable(address)}: expected files such as .png, found none")

    def jobs_of_one(one: tuple[str, SourceError | None]) -> Iterable[Job]:
        name, error = one
        if error is not None:
            return [failed(name, str(error))]
        return _inside(name, folder) if _is_packed(path_of(name)) else _pages_at(name, _folder_in(name, top))

    pool = ThreadPoolExecutor(_AT_ONCE)
    try:
        for start in range(0, len(wanted), _ASKED):
            for jobs in pool.map(jobs_of_one, wanted[start : start + _ASKED]):
                yield from jobs
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _is_wanted(name: str, top: str, pattern: bool) -> bool:
    """Tells a picture; in folders what is hidden or packed is left out."""
    path = path_of(name)
    if not pattern and any(part.startswith(".") and part != ".." for part in _inside_of(name, top)):
        return False
    return _suffix(path) in SUFFIXES | UNREAD or (pattern and _is_packed(path))


def _inside_of(name: str, top: str) -> tuple[str, ...]:
    """Returns the parts of a name inside a folder that was named, or of all of it."""
    inside = name.partition("?")[0] if is_web(name) else name
    return PurePosixPath(inside.removeprefix(top).lstrip("/")).parts if inside.startswith(top) else ()


def _folder_in(name: str, top: str) -> Path:
    """Returns where a file lies inside a folder that was named; no name leads out of it."""
    parts = _inside_of(name, top)[:-1]
    bad = any(one == ".." or ":" in one or "\0" in one or len(os.fsencode(one)) > _LONGEST for one in parts)
    return Path() if bad else Path(*parts)


def _pages_at(address: str, folder: Path) -> list[Job]:
    """Returns a job for each page or frame of a file."""
    source = _Remote(address, None, address)
    try:
        one = _suffix(path_of(address)) in _ONE_PAGE
        pages = 1 if one else page_count_of(source.content(MAX_SOURCE_BYTES + 1))
    except SourceError as error:
        return [failed(address, str(error))]
    return list(each_page(source, pages, folder))


def _suffix(path: str) -> str:
    return PurePosixPath(path).suffix.lower()


def _inside(address: str, folder: Callable[[], Path]) -> Iterator[Job]:
    """Yields the jobs of an archive or a table, which is fetched into a file."""
    path = path_of(address)
    try:
        file = folder() / f"fetched{archive_ending(path) or '.parquet'}"
        copied(address, file)
    except SourceError as error:
        yield failed(address, str(error))
        return
    if is_table(path):
        yield from jobs_in_table(str(file), address)
    else:
        yield from jobs_in_archive(str(file), folder, address)


_kept = lru_cache(maxsize=1)(fetched)
