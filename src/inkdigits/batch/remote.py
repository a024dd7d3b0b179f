"""``https://``, ``s3://`` and ``gs://`` addresses → jobs, through fsspec: the extra ``[remote]``."""

from __future__ import annotations

import glob
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from inkdigits.batch.job import Job, failed
from inkdigits.errors import MissingExtraError, SourceError, SourceNotFoundError
from inkdigits.picture.deferred import Deferred
from inkdigits.picture.formats import SUFFIXES, UNREAD
from inkdigits.picture.paths import printable

__all__ = ["is_address", "jobs_at"]

_ADDRESS = re.compile(r"(?i)(https?|s3|gs|gcs|memory)://")
_PAGE = re.compile(r"(.+)#([1-9][0-9]{0,6})")


@dataclass(frozen=True, slots=True)
class _Remote(Deferred):
    """A file behind an address."""

    address: str

    def content(self, most: int) -> bytes:
        with _boundary(self.name):
            system, path = _system(self.address)
            with system.open(path, "rb") as file:
                return file.read(most)


def is_address(path: str) -> bool:
    """Tells whether a path is an address that is fetched."""
    return _ADDRESS.match(path) is not None


def jobs_at(address: str) -> Iterator[Job]:
    """Yields a job for an address, or for each picture of a pattern or a folder, ``s3://scans/``.

    A page of a file is named by ``#2`` behind its address; how many it has is not known before it is fetched.

    Raises:
        MissingExtraError: fsspec, or what it needs for this kind of address, is not installed.
    """
    if not address.endswith("/") and not glob.has_magic(address.partition("://")[2].partition("?")[0]):
        page = _PAGE.fullmatch(address)
        where = page[1] if page else address
        yield Job(address, _Remote(address, int(page[2]) - 1 if page else None, where))
        return
    try:
        with _boundary(address):
            system, path = _system(address)
            found = system.find(path) if address.endswith("/") else system.glob(path)
            names = [str(system.unstrip_protocol(one)) for one in sorted(found)]
    except SourceError as error:
        yield failed(address, str(error))
        return
    pictures = [one for one in names if PurePosixPath(one).suffix.lower() in SUFFIXES | UNREAD]
    if not pictures:
        yield failed(address, f"no picture at {printable(address)}: expected files such as .png, found none")
    yield from (Job(one, _Remote(one, None, one)) for one in pictures)


def _system(address: str) -> tuple[Any, Any]:
    """Returns what opens an address, and its name there."""
    try:
        import fsspec  # pyright: ignore[reportMissingImports]
    except ImportError as error:
        raise MissingExtraError("fsspec", "remote") from error
    try:
        return fsspec.core.url_to_fs(address)
    except ImportError as error:  # it names its library for this kind of address
        raise MissingExtraError(f"what {address.partition(':')[0]}:// needs ({error})", "remote") from error


@contextmanager
def _boundary(name: str) -> Generator[None]:
    try:
        yield
    except (SourceError, MissingExtraError):
        raise
    except FileNotFoundError as error:
        raise SourceNotFoundError(
            f"nothing at {printable(name)}, or no connection to it; check the address"
        ) from error
    except Exception as error:  # each kind of storage has errors of its own
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise SourceError(f"cannot fetch {printable(name)}: {reason}; try again with --resume") from error
