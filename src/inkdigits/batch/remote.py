"""``https://``, ``s3://`` and ``gs://`` addresses → jobs, through fsspec: the extra ``[remote]``.

A picture is fetched by the process that reads it. How many pages a TIFF or a PDF has is not known before it
is fetched, so what may have several is fetched here once, and forgotten.
"""

from __future__ import annotations

import glob
import re
import shutil
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from inkdigits.batch.archives import is_archive, jobs_in_archive
from inkdigits.batch.columns import is_table, jobs_in_table
from inkdigits.batch.job import Job, each_page, failed, page_count_of
from inkdigits.errors import ConfigError, MissingExtraError, SourceError, SourceNotFoundError
from inkdigits.picture.deferred import Deferred
from inkdigits.picture.formats import SUFFIXES, UNREAD
from inkdigits.picture.paths import printable
from inkdigits.spec import MAX_SOURCE_BYTES

__all__ = ["is_address", "jobs_at"]

_ADDRESS = re.compile(r"(?i)(https?|s3|gs|gcs|memory)://")
_PAGE = re.compile(r"(.+)#([1-9][0-9]{0,6})")
_ONE_PAGE = frozenset(
    {".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib"}
)  # nobody sends scans as APNG
_AT_ONCE = 8  # files that are fetched at a time, of 256 MB at most, to count their pages
_ASKED = 64  # files that wait for that; what waits takes memory


@dataclass(frozen=True, slots=True)
class _Remote(Deferred):
    """A file behind an address."""

    address: str

    def content(self, most: int) -> bytes:
        # The pages of a file are read one behind the other: it is fetched once for them.
        return (_fetched if self.page is None else _kept)(self.address, most)


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
    pattern = glob.has_magic(_path_of(address))
    if pattern or address.endswith("/"):
        yield from _pictures_at(address, pattern, folder)
    elif _is_packed(address):
        yield from _inside(address, folder)
    elif page := _PAGE.fullmatch(address):
        yield Job(address, _Remote(address, int(page[2]) - 1, page[1]))
    else:
        yield from _pages_at(address, Path())


def _path_of(address: str) -> str:
    """Returns an address without its kind, and without the query of a web address."""
    kind, _, path = address.partition("://")
    return path.partition("?")[0] if kind.lower().startswith("http") else path


def _is_packed(address: str) -> bool:
    path = _path_of(address)
    return is_archive(path) or is_table(path)


def _pictures_at(address: str, pattern: bool, folder: Callable[[], Path]) -> Iterator[Job]:
    """Yields the jobs of a folder or a pattern, in the order of their names."""
    try:
        with _boundary(address):
            system, path = _system(address)
            found = system.glob(path) if pattern else system.find(path)
            names = [str(system.unstrip_protocol(one)) for one in sorted(found)]
            top = f"{system.unstrip_protocol(path).rstrip('/')}/"
    except SourceError as error:
        yield failed(address, str(error))
        return
    kinds = SUFFIXES | UNREAD  # in folders what is packed is left out
    names = [one for one in names if _suffix(one) in kinds or (pattern and _is_packed(one))]
    if not names:
        yield failed(address, f"no picture at {printable(address)}: expected files such as .png, found none")

    def jobs_of_one(name: str) -> Iterable[Job]:
        if _is_packed(name):
            return _inside(name, folder)
        return _pages_at(name, _folder_in(name, top))

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for start in range(0, len(names), _ASKED):
            for jobs in pool.map(jobs_of_one, names[start : start + _ASKED]):
                yield from jobs


def _folder_in(name: str, top: str) -> Path:
    """Returns where a file lies inside a folder that was named; no name leads out of it."""
    parts = PurePosixPath(name.removeprefix(top)).parent.parts if name.startswith(top) else ()
    return Path() if ".." in parts else Path(*parts)


def _pages_at(address: str, folder: Path) -> list[Job]:
    """Returns a job for each page or frame of a file."""
    source = _Remote(address, None, address)
    try:
        one = _suffix(_path_of(address)) in _ONE_PAGE
        pages = 1 if one else page_count_of(source.content(MAX_SOURCE_BYTES + 1))
    except SourceError as error:
        return [failed(address, str(error))]
    return list(each_page(source, pages, folder))


def _suffix(path: str) -> str:
    return PurePosixPath(path).suffix.lower()


def _inside(address: str, folder: Callable[[], Path]) -> Iterator[Job]:
    """Yields the jobs of an archive or a table, which is fetched into a file."""
    path = _path_of(address)
    file = folder() / f"fetched{''.join(PurePosixPath(path).suffixes[-2:])}"
    try:
        with _boundary(address):
            system, place = _system(address)
            with system.open(place, "rb") as stream, file.open("wb") as copy:
                shutil.copyfileobj(stream, copy, 1 << 20)
    except SourceError as error:
        yield failed(address, str(error))
        return
    if is_table(path):
        yield from jobs_in_table(str(file), address)
    else:
        yield from jobs_in_archive(str(file), folder, address)


def _fetched(address: str, most: int) -> bytes:
    with _boundary(address):
        system, path = _system(address)
        with system.open(path, "rb") as file:
            return file.read(most)


_kept = lru_cache(maxsize=1)(_fetched)


def _system(address: str) -> tuple[Any, Any]:
    """Returns what opens an address, and its name there."""
    try:
        import fsspec  # pyright: ignore[reportMissingImports]
    except ImportError as error:
        raise MissingExtraError("fsspec", "remote") from error
    try:
        return fsspec.core.url_to_fs(address)
    except ImportError as error:  # it names its library for this kind of address
        kind = address.partition(":")[0].lower()
        if kind == "s3":
            raise MissingExtraError("s3fs", "s3") from error
        raise ConfigError(f"{kind}:// needs a library that is not installed: {error}") from error


@contextmanager
def _boundary(name: str) -> Generator[None]:
    try:
        yield
    except (ConfigError, SourceError, MissingExtraError):
        raise
    except FileNotFoundError as error:
        raise SourceNotFoundError(
            f"nothing at {printable(name)}, or no connection to it; check the address"
        ) from error
    except Exception as error:  # each kind of storage has errors of its own
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise SourceError(f"cannot fetch {printable(name)}: {reason}; try again with --resume") from error
